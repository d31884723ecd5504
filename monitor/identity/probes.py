"""Whether a layout still stands, from a few hundred pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats
from monitor.records import Image

_ALONG = 14
"""Places that are looked at on each side of a part."""

_APART = (2, 3)
"""Pixels from the side's line: outwards and inwards."""

_CONTRAST = 5
"""Levels in which the two sides of a border differ where it can be seen."""

_LOST = 0.45
"""A part has moved when less than this share of its visible border is left."""

_GRID = (54, 30)
"""Places across and down that are looked at between and beside the parts."""

_CHANGED = 24
"""Levels in which a place between the parts changes when something comes there."""

_SOME = 0.04
"""Share of the places between the parts that change when the parts move."""

_OTHER = 0.5
"""The same share for a picture that has no parts: it is another picture."""


class Probes:
    """Remembers how a layout's borders look; without parts, how the whole does.

    Args:
        image: BGR (H, W, 3) in which the layout was found.
        parts: (n, 4) boxes of its tiles and shared screen.
    """

    def __init__(self, image: Image, parts: Floats) -> None:
        self._shape = image.shape
        self._some = _SOME if len(parts) else _OTHER
        self._across, self._sides = _borders(parts, image.shape[:2])
        self._contrast = self._measure(image)
        self._between = _between(parts, image.shape[:2])
        self._colours = self._look(image)

    def same(self, image: Image) -> bool:
        """Whether the layout holds in this picture."""
        if image.shape != self._shape:
            return False
        changed = np.abs(self._look(image) - self._colours).max(axis=1) > _CHANGED
        if len(changed) and changed.mean() > self._some:
            return False
        contrast = self._measure(image)
        visible = self._contrast > 0.2
        return not (contrast < _LOST * self._contrast)[visible].any()

    def _measure(self, image: Image) -> Floats:
        """Share of each part's border where both sides differ, shape (n,)."""
        if not len(self._across):
            return np.zeros(0)
        out, within = (
            image[self._across[:, side, 1], self._across[:, side, 0]].astype(np.int16)
            for side in (0, 1)
        )
        differs = np.abs(out - within).max(axis=1) > _CONTRAST
        return np.asarray(differs.reshape(-1, self._sides).mean(axis=1))

    def _look(self, image: Image) -> npt.NDArray[np.int16]:
        return image[self._between[:, 1], self._between[:, 0]].astype(np.int16)


def _borders(parts: Floats, size: tuple[int, int]) -> tuple[npt.NDArray[np.intp], int]:
    """Pairs of places on both sides of the borders: (n, 2, 2) x, y; how many a part."""
    along = np.linspace(0.12, 0.88, _ALONG)
    out, within = _APART
    pairs = []
    for x1, y1, x2, y2 in parts:
        x, y = x1 + along * (x2 - x1), y1 + along * (y2 - y1)
        for low, high, inside in ((x1, x2, y), (y1, y2, x)):
            for a, b in (
                (low - out, low + within),
                (high - 1 + out, high - 1 - within),
            ):
                ends = [np.full(_ALONG, end) for end in (a, b)]
                spots = [(e, inside) if inside is y else (inside, e) for e in ends]
                pairs.append(np.stack([np.stack(s, axis=1) for s in spots], axis=1))
    if not pairs:
        return np.zeros((0, 2, 2), np.intp), 1
    found = np.round(np.concatenate(pairs)).astype(np.intp)
    return np.clip(found, 0, [size[1] - 1, size[0] - 1]), 4 * _ALONG


def _between(parts: Floats, size: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Places in no part: (n, 2) x, y."""
    height, width = size
    x = (np.arange(_GRID[0]) + 0.5) / _GRID[0] * width
    y = (np.arange(_GRID[1]) + 0.5) / _GRID[1] * height
    spots = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    middle = np.zeros(len(spots), bool)
    for x1, y1, x2, y2 in parts:
        low, high = np.array([x1, y1]) - 3, np.array([x2, y2]) + 3
        middle |= ((spots >= low) & (spots < high)).all(axis=1)
    return np.asarray(spots[~middle].astype(np.intp))
