"""A label's letters as they stand on the screen, to tell whether they are there still.

A call draws its labels anew in every picture, pixel for pixel the same; what changes is
the video behind them. So a stencil keeps which pixels surely are letters and which
surely are not, and leaves those between alone. It is held in memory while the class
runs and never stored.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from monitor.identity.spans import Grey
from monitor.identity.strips import Line, whiteness
from monitor.records import Image

_AROUND = 0.45
"""Columns kept beside the letters, in letter sizes: a longer name begins there."""

_LETTER = 200
"""What a letter's contrast is brought to, of 255."""

_SURELY, _SURELY_NOT = 130, 60
"""Above is letter, below is none."""

_FAINTEST = 12.0
"""A contrast that is never made larger, of 255: noise would become letters."""

_WINDOW = 1.1
"""Width of the part that must not differ, in heights of small letters: one letter."""

_MOST_APART = 0.045
"""Share of that part's letter which may differ. One label twice: 0 in 99 of 100
pairs over boxes; names that differ in one letter ("Lee", "Leo"): 0.06 and more."""

_SHIFTS = tuple((dy, dx) for dy in (0, -1, 1) for dx in (0, -1, 1))


class Stencil(NamedTuple):
    """Letters and what is around them.

    Attributes:
        line: where the letters stood when it was taken.
        contrast: of a letter against its surroundings then, of 255.
        cells: (h, w) uint8, `_LETTER` where a letter surely is.
    """

    line: Line
    contrast: float
    cells: Grey

    @classmethod
    def of(cls, image: Image, line: Line) -> Stencil:
        """The stencil of the writing on a line of a gallery."""
        raised = _raised(image, line)
        contrast = max(float(np.percentile(raised, 95)), _FAINTEST)
        return cls(line, contrast, _levelled(raised, contrast))

    def still(self, image: Image) -> bool:
        """True when the same letters stand in the same place of this gallery."""
        raised = _raised(image, self.line)
        if raised.shape != self.cells.shape:
            return False
        return self._apart(self.cells, _levelled(raised, self.contrast))

    def fits(self, other: Stencil) -> bool:
        """True when the other was taken of the same letters, wherever they stood."""
        if self.line.tall != other.line.tall:
            return False
        a, b = self.cells, other.cells
        wide = abs(a.shape[1] - b.shape[1]) <= max(2, 0.03 * a.shape[1])
        if not wide or a.shape[0] != b.shape[0]:
            return False
        h, w = a.shape[0] - 2, min(a.shape[1], b.shape[1]) - 2
        mine = a[1 : 1 + h, 1 : 1 + w]
        return any(
            self._apart(mine, b[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w])
            for dy, dx in _SHIFTS
        )

    def _apart(self, mine: Grey, its: Grey) -> bool:
        differs = (mine > _SURELY) & (its < _SURELY_NOT)
        differs |= (its > _SURELY) & (mine < _SURELY_NOT)
        most = _MOST_APART * self.line.tall**2
        columns = differs.sum(axis=0, dtype=np.int32)
        if int(columns.sum()) <= most:
            return True
        window = max(math.ceil(_WINDOW * self.line.tall), 3)
        sums = np.cumsum(columns)
        sums[window:] -= sums[:-window].copy()
        return bool(sums.max() <= most)


def _raised(image: Image, line: Line) -> Grey:
    """How much brighter than their surroundings the pixels around a line are."""
    # No lower: the border of who speaks lies over what hangs under the line.
    top, end = line.rows()[0], line.base
    beside = round(_AROUND * line.size)
    part = image[max(top, 0) : end, max(line.left - beside, 0) : line.right + beside]
    side = max(round(line.size / 2), 5) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    if not part.size:
        return np.zeros((0, 0), np.uint8)
    white = whiteness(part)
    return np.asarray(cv2.morphologyEx(white, cv2.MORPH_TOPHAT, kernel), np.uint8)


def _levelled(raised: Grey, contrast: float) -> Grey:
    return np.asarray(cv2.convertScaleAbs(raised, alpha=_LETTER / contrast), np.uint8)
