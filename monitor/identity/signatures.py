"""What a label looks like, as a short string that cannot be turned back into it.

The writing is brought to one size and cut into blocks of about one letter. Of each
block only this is kept: whether each of its lowest frequencies is stronger or weaker
than in the label's other blocks (a perceptual hash by discrete cosines, see Zauner,
"Implementation and benchmarking of perceptual image hash functions", 2010).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from monitor.identity.strips import Line, whiteness
from monitor.records import Image

_ROWS, _BLOCK, _BLOCKS = 16, 8, 12
"""Size of a block in cells, and how many there are."""

_LOWEST = 4
"""Frequencies kept of a block, across and down each."""

_BITS = _BLOCKS * _LOWEST * _LOWEST

_WIDTH_STEP = math.log(1.06)
"""A label's width is kept in steps of 6%."""

_MOST_STEPS = 1
"""By how many such steps the widths of two looks of one label may differ."""

_MOST_APART, _MOST_APART_IN_BLOCK = 23, 5
"""Bits, of 192, and of the 16 of one block, in which two looks of one label differ at
most. Labels over boxes differ in 6 and 2 in 9 of 10 pairs, other names in 54 and 8 at
least."""

_ONE_OFF = ((0, -1), (0, 1), (-1, 0), (1, 0))


class Looks(NamedTuple):
    """A label's looks; as text they are its signature.

    Attributes:
        bits: (192,) True or False, block by block.
        steps: its width for its height, in steps of 6%, in [0, 255].
    """

    bits: npt.NDArray[np.bool_]
    steps: int

    def __str__(self) -> str:
        return f"{self.steps:02x}{np.packbits(self.bits).tobytes().hex()}"

    @property
    def width(self) -> float:
        """The writing's width in heights of its small letters."""
        return math.exp(self.steps * _WIDTH_STEP)

    def like(self, other: Looks) -> bool:
        """True when this may be the same label as the other."""
        if abs(self.steps - other.steps) > _MOST_STEPS:
            return False
        apart = (self.bits != other.bits).reshape(_BLOCKS, -1).sum(axis=1)
        return bool(apart.sum() <= _MOST_APART and apart.max() <= _MOST_APART_IN_BLOCK)

    @classmethod
    def of(cls, image: Image, line: Line) -> Looks:
        """The looks of the writing on a line of a gallery."""
        top, end = line.rows()
        white = whiteness(image[max(top, 0) : end, line.left : line.right])
        wide = _BLOCK * _BLOCKS
        method = cv2.INTER_AREA if white.shape[1] >= wide else cv2.INTER_LINEAR
        cells = cv2.resize(
            white.astype(np.float32), (wide, _ROWS), interpolation=method
        )
        low, high = np.percentile(cells, (40, 97))
        cells = np.clip((cells - low) / max(float(high - low), 1.0), 0, 1)
        blocks = (np.ascontiguousarray(b) for b in np.split(cells, _BLOCKS, axis=1))
        waves = np.stack([cv2.dct(block)[:_LOWEST, :_LOWEST] for block in blocks])
        width = max((line.right - line.left) / line.tall, 1.0)
        steps = min(round(math.log(width) / _WIDTH_STEP), 255)
        return cls((waves > waves.mean(axis=0)).reshape(-1), steps)

    @classmethod
    def around(cls, image: Image, line: Line) -> tuple[Looks, ...]:
        """The looks of a line, and what they are if an end is found a pixel off.

        The faint edge of a first or last letter may drown in the video behind it.
        """
        left, right = line.left, line.right
        ends = [(left, right)]
        ends += [(left + a, right + b) for a, b in _ONE_OFF if right + b > left + a + 1]
        return tuple(
            cls.of(image, line._replace(left=max(a, 0), right=b)) for a, b in ends
        )

    @classmethod
    def from_text(cls, signature: str) -> Looks | None:
        """The looks that a stored signature stands for, None when it is none."""
        try:
            raw = bytes.fromhex(signature)
        except ValueError:
            return None
        if len(raw) != 1 + _BITS // 8:
            return None
        bits = np.unpackbits(np.frombuffer(raw[1:], np.uint8)).astype(bool)
        return cls(bits, raw[0])
