"""Galleries whose tiles touch: no ground lies between them, only straight edges.

The faces say how far apart rows and columns can be; the lines that end the tiles run
through the whole gallery, what a tile shows does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats, centres, heights
from monitor.records import Image

Numbers = npt.NDArray[np.intp]

_FEWEST = 4
"""Faces that make a gallery."""

_EDGE = 7
"""Grey levels by which the pixels on both sides of an edge differ."""

_PITCH = ((1.3, 6.5), (1.1, 4.2))
"""Smallest and largest distance of columns, and of rows, in face heights."""

_ASPECT = (1.2, 2.0)
"""Width of a tile by its height."""

_WITHIN = 0.38
"""A face's middle is at most this far from its tile's, as a share of its side."""

_MIDDLE = 0.15
"""The same for the one in the middle of all faces."""

_AMISS = 0.25
"""Share of the faces that may be further off: a short row is shifted by half a tile."""

_ABOVE = 0.2
"""How much more of an edge the lines are than what lies beside them."""

_WEAK = 0.5
"""A line between tiles is at least this share as clear as the lines are on average."""

_FRAME = 0.9
"""What counts as clear as this: tiles that end where the picture ends show no edge."""

_SOMETHING = 0.005
"""Share of a tile without a face that is edges: it has a name at least."""

_THROUGH = 0.85
"""Share of a line through the middle of two tiles that is an edge."""

_ALONE = 0.85
"""Share of the faces that have a tile to themselves."""

_PEAKS = 30
"""Lines that are tried as the first and the last."""

_TRIED = 4
"""Combs for rows that are tried with the combs for columns."""

_MOST = 12
"""Tiles in a row, and rows."""

_STRIPS = 8
"""Parts of a line between rows that are looked at by themselves."""


class Comb(NamedTuple):
    """Lines at one distance.

    Attributes:
        first: place of the first line in pixels.
        pitch: from one line to the next.
        spaces: how many lie between the lines.
        score: share of the lines that is an edge, above what lies beside them.
    """

    first: float
    pitch: float
    spaces: int
    score: float

    def cells(self, at: Floats) -> Numbers:
        """In which space each place is."""
        return np.floor((at - self.first) / self.pitch).astype(np.intp)


def touching_tiles(image: Image, faces: Floats) -> Floats | None:
    """The tiles of a gallery without gaps, (n, 4); None where there is none.

    Args:
        image: BGR (H, W, 3).
        faces: (n, 4) boxes.
    """
    if len(faces) < _FEWEST:
        return None
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.int16)
    across, down = _edges(grey), _edges(grey.T)
    x, y = centres(faces).T
    face = float(np.median(heights(faces)))
    best: tuple[float, Comb, Comb] | None = None
    wide = slice(max(int(x.min() - face), 0), int(x.max() + face))
    strips = np.array_split(np.arange(wide.start, min(wide.stop, len(down))), _STRIPS)
    lines = np.array([down[strip].mean(axis=0) for strip in strips])
    for rows in _combs(lines, y, face, _PITCH[1])[:_TRIED]:
        lines = np.array([across[band].mean(axis=0) for band in _bands(rows)])
        limits = (_ASPECT[0] * rows.pitch / face, _ASPECT[1] * rows.pitch / face)
        for columns in _combs(lines, x, face, limits):
            score = rows.score + columns.score
            if (best is None or score > best[0]) and _alone(rows, columns, x, y):
                best = score, rows, columns
    if best is None:
        return None
    return np.array(list(_tiles(best[1], best[2], (x, y), across)), np.float64)


def halves(image: Image, box: Floats) -> Floats:
    """The box, or its two halves where a line runs through its very middle: (n, 4).

    Two tiles that touch stand side by side or one above the other.

    Args:
        image: BGR (H, W, 3).
        box: (4,) in which two faces were found.
    """
    x1, y1, x2, y2 = (int(value) for value in box)
    part = cv2.cvtColor(image[y1:y2, x1:x2], cv2.COLOR_BGR2GRAY).astype(np.int16)
    upright = x2 - x1 > 2 * (y2 - y1)
    if not upright and y2 - y1 < 0.9 * (x2 - x1):
        return box[None]
    edges = _edges(part if upright else part.T).mean(axis=0)
    middle = len(edges) // 2
    near = middle - 3 + int(np.argmax(edges[middle - 3 : middle + 4]))
    if edges[near] < _THROUGH:
        return box[None]
    first, second = box.copy(), box.copy()
    axis = 0 if upright else 1
    first[axis + 2] = second[axis] = box[axis] + near
    return np.stack([first, second])


def _edges(grey: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    """(n, m): 1 where there is an edge from one column to the next, within a pixel."""
    found = np.zeros(grey.shape, np.uint8)
    found[:, 1:-1] = np.abs(grey[:, 2:] - grey[:, :-2]) > _EDGE
    return np.asarray(cv2.dilate(found, np.ones((1, 3), np.uint8)), np.float32)


def _bands(rows: Comb) -> Iterator[slice]:
    """The rows' pixels, without those near the lines."""
    for number in range(rows.spaces):
        top = rows.first + number * rows.pitch
        yield slice(max(int(top + 0.12 * rows.pitch), 0), int(top + 0.88 * rows.pitch))


def _combs(
    pieces: Floats, at: Floats, face: float, limits: tuple[float, float]
) -> list[Comb]:
    """For each number of spaces the comb that best parts the faces; clearest first.

    Args:
        pieces: (p, n) share of edges at each place, in pieces of the line there.
        at: (k,) middles of the faces along the same axis.
        face: height of a face in pixels.
        limits: of the pitch, in face heights.
    """
    size = pieces.shape[1]
    clear = _above(np.median(pieces, axis=0), face)
    # A last row may be so short that its end is seen in one piece alone.
    some = _above(pieces.max(axis=0), face)
    clear[[0, -1]] = some[[0, -1]] = _FRAME
    firsts, lasts = (
        _peaks(clear, some, 0, at.min()),
        _peaks(clear, some, at.max(), size),
    )
    found: list[Comb] = []
    for count in range(1, _MOST + 1):
        first, last = (grid.ravel() for grid in np.meshgrid(firsts, lasts))
        pitch = (last - first) / count
        good = (pitch >= limits[0] * face) & (pitch <= limits[1] * face)
        good &= (at.min() - first < pitch) & (last - at.max() < pitch)
        first, pitch = first[good], pitch[good]
        off = (at[None] - first[:, None]) / pitch[:, None] % 1 - 0.5
        good = (np.abs(off) > _WITHIN).mean(axis=1) <= _AMISS
        good &= np.abs(np.median(off, axis=1)) <= _MIDDLE
        first, pitch = first[good], pitch[good]
        if len(first):
            places = first[:, None] + pitch[:, None] * np.arange(count + 1)
            score = _score(places, clear, some)
            i = int(np.argmax(score))
            if score[i] >= _ABOVE:
                comb = Comb(float(first[i]), float(pitch[i]), count, float(score[i]))
                found.append(comb)
    return sorted(found, key=lambda comb: -comb.score)


def _above(share: Floats, face: float) -> Floats:
    """How much more of an edge a place is than what lies beside it, shape (n,)."""
    window = (2 * int(face) + 1, 1)
    beside = cv2.blur(share[None].astype(np.float32), window)[0]
    return np.asarray(np.maximum(share - beside, 0))


def _peaks(clear: Floats, some: Floats, low: float, high: float) -> Floats:
    """Places between the limits where a line is clear, and where the picture ends."""
    inside = np.arange(max(int(low), 1), min(int(high), len(clear) - 1))
    peaks = [np.array([0 if low <= 0 else len(clear)])]
    for line in (clear, some):
        highest = (line[inside] >= line[inside - 1]) & (
            line[inside] >= line[inside + 1]
        )
        found = inside[highest & (line[inside] > 0.05)]
        peaks.append(found[np.argsort(-line[found])][:_PEAKS])
    return np.unique(np.concatenate(peaks)).astype(np.float64)


def _score(places: Floats, clear: Floats, some: Floats) -> Floats:
    """How clear the lines (n, count + 1) are; 0 where one between tiles is missing.

    The first and the last line may be where the picture ends, or the end of a short
    row: there the better one counts, the other only a little.
    """
    size = len(clear)
    at = np.clip(np.round(places).astype(int), 0, size - 1)
    lines = clear[at]
    ends = np.sort(lines[:, [0, -1]], axis=1)
    little = some[at[:, [0, -1]]].mean(axis=1)
    inner = lines[:, 1:-1]
    if not inner.shape[1]:
        return np.asarray(ends[:, 1] + 0.1 * little)
    mean = (inner.sum(axis=1) + ends[:, 1]) / (inner.shape[1] + 1)
    mean = np.maximum(mean, inner.mean(axis=1))
    missing = inner.min(axis=1) < _WEAK * mean
    return np.asarray(np.where(missing, 0, mean + 0.1 * little))


def _alone(rows: Comb, columns: Comb, x: Floats, y: Floats) -> bool:
    """Whether nearly every face has a tile to itself, and most tiles have one."""
    cells = rows.cells(y) * 100 + columns.cells(x)
    _, counts = np.unique(cells, return_counts=True)
    few = rows.spaces * columns.spaces < _FEWEST
    return not few and (counts == 1).sum() >= _ALONE * len(x)


def _tiles(
    rows: Comb,
    columns: Comb,
    faces: tuple[Floats, Floats],
    across: npt.NDArray[np.float32],
) -> Iterator[tuple[float, float, float, float]]:
    """The cells of every row; a last row that is short is centred, or at the left."""
    number = rows.cells(faces[1])
    for row, band in enumerate(_bands(rows)):
        x = faces[0][number == row]
        shift, cells = 0.0, [*range(columns.spaces)]
        if row == rows.spaces - 1 and len(x):
            edges = across[band].mean(axis=0)
            shift, cells = _last(columns, edges, x)
        top = rows.first + row * rows.pitch
        for cell in cells:
            left = columns.first + (cell + shift) * columns.pitch
            yield left, top, left + columns.pitch, top + rows.pitch


def _last(columns: Comb, edges: Floats, x: Floats) -> tuple[float, list[int]]:
    """Of the last row the shift in columns, 0 or 0.5, and the cells.

    Args:
        columns: of the rows above.
        edges: (n,) share of edges at each place in the row.
        x: middles of its faces.
    """
    tried = []
    for shift in (0.0, 0.5):
        place = (x - columns.first) / columns.pitch - shift
        taken = np.unique(np.floor(place))
        aside = abs(float(np.median(place % 1)) - 0.5)
        lines = np.unique([taken, taken + 1]) + shift
        at = np.round(columns.first + lines * columns.pitch).astype(int)
        clear = float(edges[np.clip(at, 0, len(edges) - 1)].mean())
        tried.append((clear - 2 * aside, shift, taken.astype(int)))
    _, shift, taken = max(tried, key=lambda one: one[0])
    return shift, [
        cell
        for cell in range(int(columns.spaces - 2 * shift))
        if taken.min() <= cell <= taken.max() or _shows(columns, edges, cell + shift)
    ]


def _shows(columns: Comb, edges: Floats, cell: float) -> bool:
    """Whether there is anything in a cell of the row to which the edges belong."""
    left = columns.first + cell * columns.pitch
    inside = edges[round(left + 4) : round(left + columns.pitch - 4)]
    return bool(inside.size and inside.mean() > _SOMETHING)
