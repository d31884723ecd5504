"""Rectangles of one size in rows and columns: the regularity of a gallery.

All tiles of a gallery are of one size, in rows that stand one pitch apart; a row that
is short is centred, so that its tiles stand on whole or half columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats, centres, held

_SAME = 0.04
"""Tiles of one gallery differ in a side by at most this share (and 2 pixels)."""

_WIDEST_GAP = 0.2
"""Of a gallery, as a share of the tile's height."""

_OFF = 0.06
"""A tile stands at most this share of a pitch beside its column."""

_SHOWN = 0.5
"""Share of the cells of one large rectangle that show a face."""

_ASIDE = 0.3
"""What is in a tile stands at most this share of a pitch above or below its middle."""

_TILE, _NAME = 0.5, 0.002
"""Share of a cell that is not ground where a tile is there, and where a name is."""


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
        """Middles of boxes (n, 4) in half columns and rows from the origin's."""
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
    filled: Callable[[Floats], float],
) -> Floats:
    """All cells of a gallery, those too whose rectangle was not found: (n, 4).

    Args:
        lattice: on which they stand.
        members: (n, 4) rectangles of its size.
        others: (m, 4) smaller things that stand in a cell: a picture with bars beside
            it, a name on a tile as dark as the ground, a face.
        filled: the share of a box that is not ground.
    """
    rows = _members(lattice, members)
    _add_others(lattice, rows, others)
    for halves in rows.values():
        halves |= set(range(min(halves), max(halves) + 1, 2))
    low = min(min(halves) for halves in rows.values())
    high = max(max(halves) for halves in rows.values())
    for row in range(min(rows), max(rows) + 1):
        halves = rows.setdefault(row, set())
        parity = _parity(halves) if halves else low % 2
        for half in range(low + (low + parity) % 2, high + 1, 2):
            if half not in halves:
                # Rows are centred: across from a tile a name is enough.
                least = _NAME if low + high - half in halves else _TILE
                if filled(np.array(lattice.cell(half, row))) > least:
                    halves.add(half)
    found = [lattice.cell(half, row) for row in rows for half in rows[row]]
    return np.array(found, np.float64).reshape(-1, 4)


def merged(lattice: Lattice, xyxy: Floats, faces: Floats) -> Floats:
    """The cells of rectangles that are several tiles grown together: (k, 4).

    Args:
        lattice: on which the tiles stand.
        xyxy: (n, 4) rectangles, some of them as large as several cells.
        faces: (m, 4) boxes: at least half of a rectangle's cells show one.
    """
    found = [np.zeros((0, 4))]
    gap = np.subtract(lattice.pitch, lattice.size)
    for box in xyxy:
        count = (box[2:] - box[:2] + gap) / lattice.pitch
        first = (box[:2] - lattice.origin) / lattice.pitch * [2, 1]
        wide, tall = (round(float(value)) for value in count)
        off = np.abs([*(count - np.round(count)), *(first - np.round(first))])
        if wide * tall < 2 or off.max() > 2 * _OFF:
            continue
        half, row = (round(float(value)) for value in first)
        spots = [(half + 2 * i, row + j) for i in range(wide) for j in range(tall)]
        parts = np.array([lattice.cell(*spot) for spot in spots])
        if held(faces, parts).any(axis=0).mean() >= _SHOWN:
            found.append(parts)
    return np.concatenate(found)


def _members(lattice: Lattice, members: Floats) -> dict[int, set[int]]:
    """The half columns at which each row has a rectangle."""
    rows: dict[int, set[int]] = {}
    half, row = (np.round(place).astype(int) for place in lattice.place(members))
    for number in np.unique(row):
        halves = {int(h) for h in half[row == number]}
        parity = _parity(halves)
        rows[int(number)] = {h for h in halves if h % 2 == parity}
    return rows


def _add_others(lattice: Lattice, rows: dict[int, set[int]], others: Floats) -> None:
    """Add the cells in which something else stands, to the rows in place.

    What is as high as a tile may begin a row or a column: of phones held upright.
    """
    low = min(min(halves) for halves in rows.values())
    high = max(max(halves) for halves in rows.values())
    first, last = min(rows), max(rows)
    tall = np.abs(others[:, 3] - others[:, 1] - lattice.size[1]) <= 2
    for half, row, is_tall in zip(*lattice.place(others), tall, strict=True):
        number, more = round(float(row)), int(is_tall)
        if abs(row - number) > _ASIDE or not first - more <= number <= last + more:
            continue
        halves = rows.get(number, set())
        parity = _parity(halves) if halves else round(float(half)) % 2
        cell = round((float(half) - parity) / 2) * 2 + parity
        if not low - 2 * more <= cell <= high + 2 * more:
            continue
        if number in rows and low <= cell <= high:
            halves.add(cell)
        elif is_tall and abs(half - cell) <= 2 * _OFF:
            rows.setdefault(number, set()).add(cell)


def _parity(halves: set[int]) -> int:
    odd = sum(half % 2 for half in halves)
    return int(odd * 2 > len(halves))
