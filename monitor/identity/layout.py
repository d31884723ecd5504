"""Where faces stand in a gallery, and how a gallery as a whole has moved.

Pure functions over arrays: points x, y of shape (n, 2) and heights of shape (n,), all
in pixels.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats, distances

_ROW_GAP = 0.75
"""Faces further apart in height than this share of a face stand in different rows."""

_FEWEST = 3
"""Fewer faces fit almost any motion."""

_MOST_FIT = 0.6
"""Share of the faces that one motion must explain."""

_PRECISE = 0.5
"""A face is explained by a motion when it ends this near, in its heights."""

_SCALES = np.geomspace(0.8, 1.25, 15)
"""Corrections tried on the ratio of the median face heights, about 3% apart."""

_EDGES = [np.array(edge) for edge in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))]
"""Where the grids begin in which votes for a shift are counted, in face heights."""

_BINS = 1 << 20
"""More than the bins in a row of such a grid."""

_FINALISTS = 3
"""Scales with the most votes, which are looked at closely."""


class Motion(NamedTuple):
    """A gallery moved and resized: new = scale x old + shift (x, y)."""

    scale: float
    shift: Floats

    def of(self, points: Floats) -> Floats:
        """Where the points (n, 2) went."""
        return np.asarray(points * self.scale + self.shift)


def reading_order(points: Floats, heights: Floats) -> npt.NDArray[np.intp]:
    """Positions of the faces row by row, each row from left to right."""
    if not len(points):
        return np.zeros(0, np.intp)
    by_y = np.lexsort((points[:, 0], points[:, 1]))
    gaps = np.diff(points[by_y, 1], prepend=points[by_y[0], 1])
    row = np.empty(len(points), np.intp)
    row[by_y] = np.cumsum(gaps > _ROW_GAP * np.median(heights))
    return np.asarray(np.lexsort((heights, points[:, 1], points[:, 0], row)))


def assign(cost: Floats) -> list[tuple[int, int]]:
    """Pairs (row, column) whose costs add up to least; a pair at 1 or more is none.

    A cost of 1 is what leaving both alone costs: two poor pairs never replace one
    perfect pair.
    """
    from scipy.optimize import linear_sum_assignment  # slow to import: when used only

    rows, columns = linear_sum_assignment(np.minimum(cost, 1.0))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in pairs if cost[row, column] < 1]


def common_motion(
    old: Floats, new: Floats, old_heights: Floats, new_heights: Floats
) -> Motion | None:
    """The motion that takes most of the new faces to old places.

    For each of a few scales every pair votes for the shift that would join it; the
    shift with most votes is refined by least squares on the pairs that it explains.

    Returns:
        None when no motion explains at least 3 faces and most of them.
    """
    if min(len(old), len(new)) < _FEWEST:
        return None
    ratio = float(np.median(new_heights) / np.median(old_heights))
    votes = [_vote(old, new, ratio * by, new_heights) for by in _SCALES]
    best: Motion | None = None
    explained = max(_FEWEST, math.ceil(_MOST_FIT * len(new))) - 1
    for _, voted in sorted(votes, key=lambda vote: -vote[0])[:_FINALISTS]:
        motion = _refined(voted, old, new, new_heights)
        count = len(_explained(motion, old, new, new_heights))
        if count > explained:
            best, explained = motion, count
    return best


def _vote(
    old: Floats, new: Floats, scale: float, heights: Floats
) -> tuple[int, Motion]:
    """The shift that most pairs agree on at this scale, and how many do."""
    middle = old.mean(axis=0)  # a wrong scale then moves the edges least
    shifts = (new[:, None] - (old - middle)[None] * scale).reshape(-1, 2)
    winners = shifts[:0]
    for edge in _EDGES:  # a heap of votes cut in two by one grid is whole in another
        x, y = np.floor(shifts / np.median(heights) + edge).astype(np.int64).T
        _, which, votes = np.unique(
            x * _BINS + y, return_inverse=True, return_counts=True
        )
        if votes.max() > len(winners):
            winners = shifts[which == votes.argmax()]
    shift = np.median(winners, axis=0) - middle * scale
    return len(winners), Motion(float(scale), shift)


def _refined(motion: Motion, old: Floats, new: Floats, heights: Floats) -> Motion:
    for _ in range(3):
        pairs = _explained(motion, old, new, heights)
        if len(pairs) < 2:
            return motion
        faces, places = (list(side) for side in zip(*pairs, strict=True))
        a, b = old[places], new[faces]
        spread = a - a.mean(axis=0)
        size = float((spread**2).sum())
        if size == 0:
            return motion
        scale = float((spread * (b - b.mean(axis=0))).sum()) / size
        motion = Motion(scale, b.mean(axis=0) - scale * a.mean(axis=0))
    return motion


def _explained(
    motion: Motion, old: Floats, new: Floats, heights: Floats
) -> list[tuple[int, int]]:
    away = distances(new, motion.of(old))
    return assign(away / (_PRECISE * heights)[:, None])
