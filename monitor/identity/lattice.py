"""Rectangles of one size in rows and columns: the regularity of a gallery.

All tiles of a gallery are of one size, in rows that stand one pitch apart; a row that is
short is centred, so that its tiles stand on whole or half columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats, centres

_SAME = 0.04
"""Tiles of one gallery differ in a side by at most this share (and 2 pixels)."""

_WIDEST_GAP = 0.2
"""Of a gallery, as a share of the tile's height."""

_OFF = 0.06
"""A tile stands at most this share of a pitch beside its column."""


class Lattice(NamedTuple):
    """Cells of one size; lengths in pixels.

    Attributes:
        size: width and height of a cell.
        pitch: from one cell to the next, across and down.
        origin: upper left corner of one of the cells.
    """

    size: tuple[float, float]
    pitch: tuple[float, float]
    origin: tuple[float, float]

    def cell(self, half: int, row: int) -> tuple[float, float, float, float]:
        """The cell that is so many half columns and rows from the origin's."""
        x = self.origin[0] + half * self.pitch[0] / 2
        y = self.origin[1] + row * self.pitch[1]
        return x, y, x + self.size[0], y + self.size[1]

    def place(self, xyxy: Floats) -> tuple[Floats, Floats]:
        """Boxes (n, 4) as half columns and rows from the origin, not rounded; by
        their centres.
        """
        middle = centres(xyxy)
        x = (middle[:, 0] - self.size[0] / 2 - self.origin[0]) / self.pitch[0] * 2
        y = (middle[:, 1] - self.size[1] / 2 - self.origin[1]) / self.pitch[1]
        return x, y


def sizes(xyxy: Floats) -> list[npt.NDArray[np.intp]]:
    """Positions of boxes that are of one size, the group with most first."""
    side = xyxy[:, 2:] - xyxy[:, :2]
    apart = np.abs(side[:, None] - side[None])
    alike = np.asarray((apart <= np.maximum(_SAME * side[None], 2)).all(axis=2))
    groups, left = [], np.ones(len(xyxy), bool)
    while left.any():
        counts = (alike & left[:, None]).sum(axis=0) * left
        counts = counts + 1e-6 * side.prod(axis=1) / (side.prod(axis=1).max() + 1)
        members = alike[:, np.argmax(counts)] & left
        groups.append(np.flatnonzero(members))
        left &= ~members
    return groups


def fit(xyxy: Floats) -> Lattice | None:
    """The lattice on which boxes of one size stand, None where they do not.

    Args:
        xyxy: (n, 4) boxes of one size, at least two.
    """
    width, height = np.median(xyxy[:, 2:] - xyxy[:, :2], axis=0)
    gap = _WIDEST_GAP * height
    down = _pitch(centres(xyxy)[:, 1], height, gap)
    rows = np.round((xyxy[:, 1] - xyxy[:, 1].min()) / (down or height))
    across = _pitch_in_rows(centres(xyxy)[:, 0], rows, width, gap)
    if down is None and across is None:
        return None
    across = across or width + (down or height) - height
    down = down or height + across - width
    seed = xyxy[np.argmax(np.bincount(rows.astype(int))[rows.astype(int)])]
    lattice = Lattice((width, height), (across, down), (seed[0], seed[1]))
    lattice = _adjusted(lattice, xyxy)
    return lattice if _regular(lattice, xyxy) else None


def _pitch(at: Floats, size: float, gap: float) -> float | None:
    """The distance of neighbours, None where no two stand side by side."""
    steps = np.abs(at[:, None] - at[None]).ravel()
    beside = steps[(steps > size * 0.98) & (steps <= size + gap)]
    return float(np.median(beside)) if len(beside) else None


def _pitch_in_rows(at: Floats, rows: Floats, size: float, gap: float) -> float | None:
    found = [_pitch(at[rows == row], size, gap) for row in np.unique(rows)]
    known = [pitch for pitch in found if pitch is not None]
    return float(np.median(known)) if known else None


def _adjusted(lattice: Lattice, xyxy: Floats) -> Lattice:
    """The same lattice with pitch and origin fitted to all boxes."""
    pitch, origin = [], []
    for axis, place in enumerate(lattice.place(xyxy)):
        cells = np.round(place) / (2 if axis == 0 else 1)
        low = xyxy[:, axis]
        if np.ptp(cells) >= 1:
            slope, offset = np.polyfit(cells, low, 1)
        else:
            slope = lattice.pitch[axis]
            offset = float(np.median(low - cells * slope))
        near = abs(slope - lattice.pitch[axis]) < 0.05 * lattice.pitch[axis]
        pitch.append(float(slope) if near else lattice.pitch[axis])
        origin.append(float(offset) if near else lattice.origin[axis])
    return Lattice(lattice.size, (pitch[0], pitch[1]), (origin[0], origin[1]))


def _regular(lattice: Lattice, xyxy: Floats) -> bool:
    half, row = lattice.place(xyxy)
    off_x = np.abs(half - np.round(half)) / 2
    off_y = np.abs(row - np.round(row))
    fits = (off_x <= _OFF) & (off_y <= _OFF)
    if fits.mean() < 0.8:
        return False
    # A row stands on whole columns or on half ones, never on both.
    for number in np.unique(np.round(row)):
        odd = np.round(half[np.round(row) == number]) % 2
        if 0.1 < odd.mean() < 0.9:
            return False
    return True


def cells(
    lattice: Lattice,
    members: Floats,
    others: Floats,
    is_tile: Callable[[Floats], bool],
) -> Floats:
    """All cells of a gallery, those too whose rectangle was not found: (n, 4).

    Args:
        lattice: on which they stand.
        members: (n, 4) rectangles of its size.
        others: (m, 4) smaller things that stand in a cell: a picture with bars beside
            it, a name on a tile as dark as the ground, a face.
        is_tile: whether something can be seen of a tile in that box; asked where
            no rectangle and no other stands.
    """
    rows = _occupied(lattice, members, others)
    if not rows:
        return np.zeros((0, 4))
    found: set[tuple[int, int]] = set()
    for row, halves in rows.items():
        found |= {(half, row) for half in range(min(halves), max(halves) + 1, 2)}
    found |= _beyond(lattice, found, is_tile)
    return np.array([lattice.cell(half, row) for half, row in sorted(found)])


def _occupied(lattice: Lattice, members: Floats, others: Floats) -> dict[int, set[int]]:
    rows: dict[int, set[int]] = {}
    half, row = lattice.place(members)
    for h, r in zip(np.round(half), np.round(row), strict=True):
        rows.setdefault(int(r), set()).add(int(h))
    for row_number in rows:
        parity = _parity(rows[row_number])
        rows[row_number] = {h for h in rows[row_number] if h % 2 == parity}
    low = min((min(h) for h in rows.values()), default=0)
    high = max((max(h) for h in rows.values()), default=0)
    half, row = lattice.place(others)
    for h, r in zip(half, row, strict=True):
        number = round(r)
        if abs(r - number) > 0.3 or number not in rows:
            continue
        parity = _parity(rows[number])
        cell = round((h - parity) / 2) * 2 + parity
        if low <= cell <= high:
            rows[number].add(cell)
    return rows


def _parity(halves: set[int]) -> int:
    odd = sum(h % 2 for h in halves)
    return int(odd * 2 > len(halves))


def _beyond(
    lattice: Lattice,
    found: set[tuple[int, int]],
    is_tile: Callable[[Floats], bool],
) -> set[tuple[int, int]]:
    """Cells at the ends of rows, and rows above and below, where a tile can be seen."""
    added: set[tuple[int, int]] = set()
    numbers = sorted({row for _, row in found})
    low, high = min(h for h, _ in found), max(h for h, _ in found)
    for row in range(numbers[0], numbers[-1] + 1):
        halves = {h for h, r in found if r == row}
        added |= {
            (h, row) for h in _ends(halves, low, high) if is_tile(_box(lattice, h, row))
        }
    return added


def _ends(halves: set[int], low: int, high: int) -> list[int]:
    """Cells of a row that are not yet known, from the first column to the last."""
    if not halves:
        return [*range(low, high + 1, 2)]
    parity = min(halves) % 2
    start = low + (low + parity) % 2
    return [h for h in range(start, high + 1, 2) if h not in halves]


def _box(lattice: Lattice, half: int, row: int) -> Floats:
    return np.array(lattice.cell(half, row))


def count_columns(length: float, pitch: float) -> int:
    """Tiles of that pitch that fit into a length."""
    return max(1, math.floor(length / pitch + 0.1))
