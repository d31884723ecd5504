"""Finds the writing at the lower left of tiles.

A label is white on whatever lies behind it: a dark box, or the video itself. White
writing is what is brighter than its surroundings in all three colours at once, and
narrow; a row of it changes between bright and dark far more often than any row of a
video does. Rows of small letters change most, which gives the line that the letters
stand on and how tall they are. All tiles of one size carry their labels at the same
height, so they are asked together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from monitor.identity.spans import Grey, Strip, span
from monitor.records import Box, Image

_DEEP, _MOST_DEEP = 0.36, 128
"""A label lies in this share of its tile's height, but in so many pixels at most."""

_EM = 0.52
"""Height of small letters as a share of the letters' size, about the same in all the
letters that calls are written in."""

_STROKE = 0.05
"""More than the widest stroke of a label, as a share of the tile's height."""

_LEAST_CONTRAST, _WHITE = 22, 110
"""How much brighter than its surroundings, and how bright, writing is, of 255."""

_MOST_CHANGES = 20
"""Changes in a row that count; more of them tell no more."""

_FEWEST_CHANGES = 2.5
"""Fewer a row on average are no writing."""

_SAME_SIZE = 1.12
"""Tiles whose heights differ by less than this factor have labels alike."""

_PLAIN, _PLAIN_WITHIN = 0.85, 10
"""Share of a tile's points within so many grey levels: its camera is off."""

_LONGER_THAN_INITIALS = 2.8
"""Width of a name in the middle of a tile for its height: initials are no name."""

_ENOUGH, _MOST_BANDS = 4, 8
"""Tiles that tell of themselves where labels stand; layouts that are remembered."""


class Line(NamedTuple):
    """Where a label's writing stands, in pixels of the picture.

    Attributes:
        left: first column of its letters; a microphone before them is left out.
        right: past their last column.
        base: past the row that the letters stand on.
        tall: height of the small letters.
    """

    left: int
    right: int
    base: int
    tall: int

    @property
    def size(self) -> float:
        """The letters' size."""
        return self.tall / _EM

    def rows(self) -> tuple[int, int]:
        """First row and the row past the last one that letters reach."""
        return self.base - round(0.82 * self.size), self.base + round(0.26 * self.size)


def cutting(image: Image, line: Line) -> Image:
    """The writing on a line with a little around it, as a reader wants it: a copy."""
    size = line.size
    top, end = line.base - round(0.98 * size), line.base + round(0.38 * size)
    beside = round(0.25 * size)
    part = image[max(top, 0) : end, max(line.left - beside, 0) : line.right + beside]
    return part.copy()


class _Band(NamedTuple):
    """The rows of small letters: height over the tile's lower edge, how many."""

    up: int
    tall: int


def whiteness(picture: Image) -> Grey:
    """The least of the three colours: white stays bright, a red icon does not.

    Args:
        picture: (h, w, 3) uint8.

    Returns:
        (h, w) uint8.
    """
    blue, green, red = cv2.split(picture)
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def ink(white: Grey, stroke: int) -> npt.NDArray[np.bool_]:
    """What is narrow and brighter than its surroundings: (h, w), True for writing.

    Args:
        white: (h, w), of `whiteness`.
        stroke: more than the widest stroke, in pixels.
    """
    side = max(stroke, 3) | 1
    bright = cv2.morphologyEx(
        white, cv2.MORPH_TOPHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    )
    needed = max(_LEAST_CONTRAST, 0.42 * float(np.percentile(bright, 99.5)))
    return np.asarray((bright > needed) & (white > _WHITE))


class LineFinder:
    """Finds a tile's name: at its lower left, else in the middle of a plain tile.

    Remembers at what height labels stand, for when few tiles show theirs.
    """

    def __init__(self) -> None:
        self._bands: list[tuple[float, _Band]] = []

    def find(self, image: Image, tiles: Sequence[Box]) -> list[Line | None]:
        """The line in every tile, None where there is none.

        Args:
            image: the gallery, BGR.
            tiles: in it, in pixels.
        """
        strips = [_cut(image, tile) for tile in tiles]
        lines: list[Line | None] = [None] * len(tiles)
        for group in _alike(tiles):
            cut = [(i, strip) for i in group if (strip := strips[i]) is not None]
            height = float(np.median([tiles[i][3] - tiles[i][1] for i in group]))
            band = self._band(height, [strip for _, strip in cut])
            if band is not None:
                for i, strip in cut:
                    lines[i] = _line(strip, band)
        return [line or _in_middle(image, tiles[i]) for i, line in enumerate(lines)]

    def _band(self, height: float, strips: Sequence[Strip]) -> _Band | None:
        """The rows of small letters in tiles of this height."""
        others = [kept for kept in self._bands if abs(kept[0] - height) >= 3]
        known = next((k[1] for k in self._bands if k not in others), None)
        found = _common_band(strips)
        if len(strips) < _ENOUGH or found is None:
            return known or found
        self._bands = [(height, found), *others[: _MOST_BANDS - 1]]
        return found


def stroke_of(tile: Box) -> int:
    """More than the widest stroke of this tile's label, in pixels."""
    return max(int(_STROKE * (tile[3] - tile[1])), 5)


def _cut(image: Image, tile: Box) -> Strip | None:
    """The lower part of a tile."""
    deep = min(_DEEP * (tile[3] - tile[1]), _MOST_DEEP)
    return _part(image, (tile[0], tile[3] - deep, tile[2], tile[3]), stroke_of(tile))


def _part(image: Image, xyxy: Box, stroke: int) -> Strip | None:
    """A part of a picture, None where too little of it is in the picture."""
    height, width = image.shape[:2]
    x1, x2 = max(round(xyxy[0]), 0), min(round(xyxy[2]), width)
    y1, y2 = max(round(xyxy[1]), 0), min(round(xyxy[3]), height)
    if x2 - x1 < 16 or y2 - y1 < 8:
        return None
    white = whiteness(image[y1:y2, x1:x2])
    found = ink(white, stroke)
    near = found[:, : round(0.6 * (x2 - x1))].view(np.int8)
    changes = np.abs(np.diff(near, axis=1)).sum(axis=1)
    counted = np.minimum(changes, _MOST_CHANGES).astype(np.float64)
    return Strip(x1, y1, white, found, counted)


def _in_middle(image: Image, tile: Box) -> Line | None:
    """The name in the middle of a tile whose camera is off."""
    x1, y1, x2, y2 = (max(round(side), 0) for side in tile)
    grey = image[y1:y2:4, x1:x2:4, 1]
    if not grey.size:
        return None
    apart = np.abs(grey.astype(np.int16) - np.int16(np.median(grey)))
    if (apart < _PLAIN_WITHIN).mean() < _PLAIN:
        return None
    tall = tile[3] - tile[1]
    middle = (tile[0], tile[1] + 0.3 * tall, tile[2], tile[3] - 0.3 * tall)
    strip = _part(image, middle, 2 * stroke_of(tile))
    band = _rows(strip.changes) if strip is not None else None
    line = _line(strip, band) if strip is not None and band is not None else None
    if strip is None or line is None:
        return None
    written = strip.ink[:, line.left - strip.x : line.right - strip.x].any(axis=1)
    if line.right - line.left < _LONGER_THAN_INITIALS * written.sum():
        return None
    off = abs((line.left + line.right) / 2 - (tile[0] + tile[2]) / 2)
    return line if off < 0.1 * (tile[2] - tile[0]) else None


def _alike(tiles: Sequence[Box]) -> list[list[int]]:
    """Positions of tiles of about the same height, together."""
    order = sorted(range(len(tiles)), key=lambda i: tiles[i][3] - tiles[i][1])
    groups: list[list[int]] = []
    for i in order:
        tall = tiles[i][3] - tiles[i][1]
        first = tiles[groups[-1][0]] if groups else None
        if first is not None and tall < _SAME_SIZE * (first[3] - first[1]):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _common_band(strips: Sequence[Strip]) -> _Band | None:
    if not strips:
        return None
    deep = min(len(strip.changes) for strip in strips)
    changes = np.mean([strip.changes[-deep:] for strip in strips], axis=0)
    return _rows(changes)


def _rows(changes: npt.NDArray[np.float64]) -> _Band | None:
    """The rows of small letters, from how often each row changes."""
    peak = float(changes.max(initial=0))
    if peak < _FEWEST_CHANGES:
        return None
    busy = np.flatnonzero(np.diff(np.r_[False, changes > 0.7 * peak, False]))
    runs = _closed(busy.reshape(-1, 2))
    top, end = max(runs, key=lambda run: changes[run[0] : run[1]].sum())
    if end - top < 3:
        return None
    return _Band(len(changes) - int(end), int(end - top))


def _closed(runs: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Runs of rows, those joined that a row or two keep apart: (n, 2) start, end.

    The middle of an a has more strokes than its foot.
    """
    apart = np.flatnonzero(runs[1:, 0] - runs[:-1, 1] > 2)
    joined = np.split(runs, apart + 1)
    return np.array([(part[0, 0], part[-1, 1]) for part in joined])


def _line(strip: Strip, band: _Band) -> Line | None:
    """This tile's line of writing near the band that its like have in common."""
    up, tall = band
    base = _settled(strip.changes, len(strip.changes) - up, tall)
    if not tall <= base <= len(strip.changes):
        return None
    if strip.changes[base - tall : base].mean() < _FEWEST_CHANGES:
        return None
    columns = span(strip, base, tall / _EM)
    if columns is None:
        return None
    return Line(strip.x + columns[0], strip.x + columns[1], strip.y + base, tall)


def _settled(changes: npt.NDArray[np.float64], base: int, tall: int) -> int:
    """The row near ``base`` that this tile's letters stand on.

    A tile's edge is found to a pixel or three, and so is the band.
    """
    sums = np.cumsum(np.r_[0.0, changes])
    nearby = np.arange(max(base - 3, tall), min(base + 3, len(changes)) + 1)
    if not len(nearby):
        return base
    inside = sums[nearby] - sums[nearby - tall]
    inside -= 0.04 * inside.max() * np.abs(nearby - base)
    return int(nearby[inside.argmax()])
