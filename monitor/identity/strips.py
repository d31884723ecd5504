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
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import Box, Image

Grey: TypeAlias = npt.NDArray[np.uint8]

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

_WORD_GAP = 0.6
"""The widest gap between two words of one label, in letter sizes."""

_AS_WHITE = 0.42
"""Share of the brightest letters' white that every letter has."""

_ABOUT_AS_WHITE = 0.9
"""The same for what may be no letter for another reason too."""

_STARTS_BY = 0.45
"""A label begins in this share of its tile's width."""


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


class _Strip(NamedTuple):
    """The lower left of one tile: where it begins, and what is writing in it."""

    x: int
    y: int
    white: Grey
    ink: npt.NDArray[np.bool_]
    changes: npt.NDArray[np.float64]


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
    """Finds the line of writing at the lower left of tiles.

    Remembers at what height labels stand, for when few tiles are asked after.
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
        return lines

    def _band(self, height: float, strips: Sequence[_Strip]) -> _Band | None:
        """The rows of small letters in tiles of this height."""
        for tall, band in self._bands if len(strips) < _ENOUGH else ():
            if abs(tall - height) < 3:
                return band
        found = _common_band(strips)
        if found is not None and len(strips) >= _ENOUGH:
            others = [kept for kept in self._bands if abs(kept[0] - height) >= 3]
            self._bands = [(height, found), *others[: _MOST_BANDS - 1]]
        return found


def stroke_of(tile: Box) -> int:
    """More than the widest stroke of this tile's label, in pixels."""
    return max(int(_STROKE * (tile[3] - tile[1])), 5)


def _cut(image: Image, tile: Box) -> _Strip | None:
    height, width = image.shape[:2]
    x1, x2 = max(round(tile[0]), 0), min(round(tile[2]), width)
    y2 = min(round(tile[3]), height)
    deep = min(_DEEP * (tile[3] - tile[1]), _MOST_DEEP)
    y1 = max(round(y2 - deep), 0)
    if x2 - x1 < 16 or y2 - y1 < 8:
        return None
    white = whiteness(image[y1:y2, x1:x2])
    found = ink(white, stroke_of(tile))
    near = found[:, : round(0.6 * (x2 - x1))].view(np.int8)
    changes = np.abs(np.diff(near, axis=1)).sum(axis=1)
    counted = np.minimum(changes, _MOST_CHANGES).astype(np.float64)
    return _Strip(x1, y1, white, found, counted)


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


def _common_band(strips: Sequence[_Strip]) -> _Band | None:
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
    runs = busy.reshape(-1, 2)
    top, end = max(runs, key=lambda run: changes[run[0] : run[1]].sum())
    if end - top < 3:
        return None
    return _Band(len(changes) - int(end), int(end - top))


def _line(strip: _Strip, band: _Band) -> Line | None:
    """This tile's line of writing near the band that its like have in common."""
    up, tall = band
    base = _settled(strip.changes, len(strip.changes) - up, tall)
    if strip.changes[base - tall : base].mean() < _FEWEST_CHANGES:
        return None
    span = _span(strip, base, tall / _EM)
    if span is None:
        return None
    return Line(strip.x + span[0], strip.x + span[1], strip.y + base, tall)


def _settled(changes: npt.NDArray[np.float64], base: int, tall: int) -> int:
    """The row near ``base`` that this tile's letters stand on.

    A tile's edge is found to a pixel or three, and so is the band.
    """
    sums = np.cumsum(np.r_[0.0, changes])
    nearby = np.arange(max(base - 3, tall), min(base + 3, len(changes)) + 1)
    if not len(nearby):
        return base
    inside = sums[nearby] - sums[nearby - tall]
    inside -= 0.01 * np.abs(nearby - base)
    return int(nearby[inside.argmax()])


def _span(strip: _Strip, base: int, size: float) -> tuple[int, int] | None:
    """First column of a label's letters and the column past their last."""
    top, end = max(base - round(0.82 * size), 0), base + round(0.26 * size)
    written = strip.ink[top:end]
    edges = np.flatnonzero(np.diff(np.r_[False, written.any(axis=0), False]))
    pieces = edges.reshape(-1, 2)
    apart = np.flatnonzero(pieces[1:, 0] - pieces[:-1, 1] > _WORD_GAP * size)
    runs = [
        run
        for run in np.split(pieces, apart + 1)
        if len(run) and run[0, 0] < _STARTS_BY * written.shape[1]
    ]
    if not runs:
        return None
    letters = max(runs, key=lambda run: int(written[:, run[0, 0] : run[-1, 1]].sum()))
    doubtful = _doubtful(strip, letters, (top, end), size)
    sure = np.flatnonzero(~doubtful)
    if not len(sure):
        return None
    letters = letters[sure[0] : sure[-1] + 1]
    letters = _without_icon(written, letters, base - top, size)
    if letters[-1, 1] - letters[0, 0] < 0.8 * size:
        return None
    return int(letters[0, 0]), int(letters[-1, 1])


def _doubtful(
    strip: _Strip,
    pieces: npt.NDArray[np.intp],
    rows: tuple[int, int],
    size: float,
) -> npt.NDArray[np.bool_]:
    """Which pieces that begin or end a line are edges of what lies behind: (n,).

    They are less white than letters are, and go on over or under the line, or stand
    apart.
    """
    top, end = rows
    above = strip.ink[max(top - round(0.3 * size), 0) : max(top - round(0.1 * size), 0)]
    below = strip.ink[end : end + round(0.2 * size)]
    outside = np.asarray(above.any(axis=0) | below.any(axis=0))
    white = strip.white[top:end].max(axis=0)
    bright = np.array([white[a:b].max() for a, b in pieces], np.float64)
    spills = np.array([outside[a:b].any() for a, b in pieces], np.bool_)
    filled = np.array([strip.ink[top:end, a:b].mean() for a, b in pieces], np.float64)
    gaps = np.r_[np.inf, pieces[1:, 0] - pieces[:-1, 1], np.inf]
    alone = np.maximum(gaps[:-1], gaps[1:]) > 0.4 * size
    letter = float(np.percentile(bright, 80))
    dim = bright < _AS_WHITE * letter
    greyish = bright < _ABOUT_AS_WHITE * letter
    return np.asarray(dim | (greyish & (spills | alone)) | (spills & (filled > 0.85)))


def _without_icon(
    written: npt.NDArray[np.bool_],
    letters: npt.NDArray[np.intp],
    base: int,
    size: float,
) -> npt.NDArray[np.intp]:
    """The pieces without a white microphone before them.

    An icon is one piece about as wide as the letters' size, taller than a letter,
    reaches under the row that letters stand on, and has a gap after it.
    """
    if len(letters) < 2:
        return letters
    (left, right), after = letters[0], letters[1, 0]
    rows = np.flatnonzero(written[:, left:right].any(axis=1))
    high = int(rows[-1] - rows[0]) + 1
    wide = right - left
    icon = high >= 0.8 * size and wide <= 1.25 * size and int(rows[-1]) >= base
    return letters[1:] if icon and after - right >= 0.14 * size else letters
