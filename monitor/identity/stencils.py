"""A label's letters as they stand on the screen, to tell whether they are there still.

A call draws its labels anew in every picture, pixel for pixel the same; what changes is
the video behind them. So a stencil keeps which pixels surely are letters and which
surely are not, and leaves those between alone. It is held in memory while the class
runs and never stored.
"""

from __future__ import annotations

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

_SURELY, _SURELY_NOT = 120, 80
"""Above is letter, below is none."""

_FAINTEST = 12.0
"""A contrast that is never made larger, of 255: noise would become letters."""

_MOST_APART = 0.02
"""Pixels that may differ, as a share of a small letter's square: none of a small
label. One label twice over boxes: 0 in 99 of 100 pairs; names that differ in one letter
("Mai", "Mei"): 0.06 and more."""

_SHIFTS = tuple((y, x) for y in (1, 0, 2) for x in (1, 0, 2))
"""Where the other stencil begins under this one: the same place first."""


class Stencil(NamedTuple):
    """Letters and what is around them.

    Attributes:
        line: where the letters stood when it was taken.
        contrast: of a letter against its surroundings then, of 255.
        letter: (h, w) 255 where a letter surely is, else 0.
        bare: (h, w) 255 where surely none is, else 0.
    """

    line: Line
    contrast: float
    letter: Grey
    bare: Grey

    @classmethod
    def of(cls, image: Image, line: Line) -> Stencil:
        """The stencil of the writing on a line of a gallery."""
        raised = _raised(image, line)
        contrast = max(float(np.percentile(raised, 95)), _FAINTEST)
        return cls(line, contrast, *_parted(raised, contrast))

    def still(self, image: Image) -> bool:
        """True when the same letters stand in the same place of this gallery."""
        raised = _raised(image, self.line)
        if raised.shape != self.letter.shape:
            return False
        letter, bare = _parted(raised, self.contrast)
        return self._agrees(letter, bare, self.letter, self.bare)

    def fits(self, other: Stencil) -> bool:
        """True when the other was taken of the same letters, wherever they stood."""
        if self.line.tall != other.line.tall:
            return False
        (high, mine), (its_height, its) = self.letter.shape, other.letter.shape
        if high != its_height or abs(mine - its) > max(2, 0.03 * mine):
            return False
        h, w = high - 2, min(mine, its) - 2
        letter, bare = (
            self.letter[1 : 1 + h, 1 : 1 + w],
            self.bare[1 : 1 + h, 1 : 1 + w],
        )
        return any(
            self._agrees(
                letter,
                bare,
                other.letter[y : y + h, x : x + w],
                other.bare[y : y + h, x : x + w],
            )
            for y, x in _SHIFTS
        )

    def _agrees(self, letter: Grey, bare: Grey, others: Grey, its_bare: Grey) -> bool:
        most = _MOST_APART * self.line.tall**2
        apart = cv2.countNonZero(cv2.bitwise_and(letter, its_bare))
        if apart > most:
            return False
        return apart + cv2.countNonZero(cv2.bitwise_and(others, bare)) <= most


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


def _parted(raised: Grey, contrast: float) -> tuple[Grey, Grey]:
    """What surely is letter, and what surely is none."""
    level = cv2.convertScaleAbs(raised, alpha=_LETTER / contrast)
    _, letter = cv2.threshold(level, _SURELY, 255, cv2.THRESH_BINARY)
    _, bare = cv2.threshold(level, _SURELY_NOT, 255, cv2.THRESH_BINARY_INV)
    return np.asarray(letter, np.uint8), np.asarray(bare, np.uint8)
