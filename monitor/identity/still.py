"""Faces on a shared screen that are pictures: photographs on a slide never move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from monitor.boxes import as_array, held, iou
from monitor.identity.tiles import Layout
from monitor.records import Box, Face, Image

SAMPLES = 20
"""A face that looked the same in this many samples is a picture."""

_SIDE = 24
"""A face is remembered as so many grey pixels across and down."""

_MEAN, _WORST = 4.0, 14.0
"""Grey levels that a codec may change: on average, and in the worst twentieth."""

_SAME_PLACE = 0.5
"""Boxes that overlap more than this are one face: a detector's boxes tremble."""

_MOST = 100
"""Faces that are watched at a time."""

_Grey = npt.NDArray[np.float32]


@dataclass
class _Watched:
    box: Box
    looks: _Grey
    samples: int = 1


class StillFaces:
    """Tells which faces on a shared screen are pictures.

    For videos and screens alone: in one picture everything stands still. Of each face
    a few grey pixels are kept while it is there, in memory alone.
    """

    def __init__(self) -> None:
        self._watched: list[_Watched] = []

    def left_out(self, image: Image, faces: Sequence[Face], layout: Layout) -> set[int]:
        """Positions of the faces that are pictures on the shared screen.

        Args:
            image: BGR (H, W, 3) uint8.
            faces: found in it.
            layout: of the same picture; without a shared screen no face is left out.
        """
        if layout.shared is None:
            self._watched = []
            return set()
        xyxy = as_array([face.xyxy for face in faces])
        inside = np.flatnonzero(held(xyxy, as_array([layout.shared]))[:, 0]).tolist()
        self._follow(image)
        for i in inside:
            box = faces[i].xyxy
            if self._find(box) is None and len(self._watched) < _MOST:
                self._watched.append(_Watched(box, _grey(image, box)))
        seen = {i: self._find(faces[i].xyxy) for i in inside}
        return {i for i, one in seen.items() if one and one.samples >= SAMPLES}

    def _follow(self, image: Image) -> None:
        """Count on where nothing moved; forget what changed.

        It is looked at where the face stood first: a box that trembles would change
        the crop of a picture that does not.
        """
        kept = []
        for one in self._watched:
            if _alike(one.looks, _grey(image, one.box)):
                one.samples += 1
                kept.append(one)
        self._watched = kept

    def _find(self, box: Box) -> _Watched | None:
        if not self._watched:
            return None
        overlap = iou(as_array([box]), as_array([one.box for one in self._watched]))[0]
        best = int(np.argmax(overlap))
        return self._watched[best] if overlap[best] > _SAME_PLACE else None


def _grey(image: Image, box: Box) -> _Grey:
    height, width = image.shape[:2]
    x1, y1 = max(int(box[0]), 0), max(int(box[1]), 0)
    x2, y2 = min(int(box[2]) + 1, width), min(int(box[3]) + 1, height)
    if x2 <= x1 or y2 <= y1:  # The picture became smaller.
        return np.full((_SIDE, _SIDE), -1000, np.float32)
    grey = cv2.cvtColor(image[y1:y2, x1:x2], cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _alike(a: _Grey, b: _Grey) -> bool:
    off = np.abs(a - b)
    return bool(off.mean() <= _MEAN and np.percentile(off, 95) <= _WORST)
