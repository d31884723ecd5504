"""Box arithmetic: pure functions over arrays of boxes.

A box array is ``xyxy``, shape (n, 4), float64, in pixels: x1, y1, x2, y2 with x2 and y2
exclusive. Every function returns a new array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from monitor.records import Box

Floats: TypeAlias = npt.NDArray[np.float64]


def as_array(boxes: Sequence[Box]) -> Floats:
    """Boxes as an array of shape (n, 4); (0, 4) when there are none."""
    return np.array(boxes, np.float64).reshape(-1, 4)


def area(xyxy: Floats) -> Floats:
    """Areas in square pixels, shape (n,); 0 for a box turned inside out."""
    sides = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1])


def centres(xyxy: Floats) -> Floats:
    """Centres x, y in pixels, shape (n, 2)."""
    return np.asarray((xyxy[:, :2] + xyxy[:, 2:]) / 2)


def heights(xyxy: Floats) -> Floats:
    """Heights in pixels, shape (n,)."""
    return np.asarray(xyxy[:, 3] - xyxy[:, 1])


def intersection(a: Floats, b: Floats) -> Floats:
    """Shared area of every pair in square pixels, shape (n, m)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(high - low, 0)
    return np.asarray(sides[..., 0] * sides[..., 1])


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of every pair in [0, 1], shape (n, m)."""
    shared = intersection(a, b)
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.asarray(np.divide(shared, union, np.zeros_like(shared), where=union > 0))


def covered(a: Floats, b: Floats) -> Floats:
    """Share of each pair's smaller box that lies in the other, shape (n, m)."""
    shared = intersection(a, b)
    smaller = np.minimum(area(a)[:, None], area(b)[None, :])
    return np.asarray(
        np.divide(shared, smaller, np.zeros_like(shared), where=smaller > 0)
    )


def held(a: Floats, b: Floats) -> npt.NDArray[np.bool_]:
    """Whether the middle of the first lies in the second, every pair, shape (n, m)."""
    middle = centres(a)[:, None]
    within = (middle >= b[None, :, :2]) & (middle < b[None, :, 2:])
    return np.asarray(within.all(axis=2), np.bool_)


def distances(a: Floats, b: Floats) -> Floats:
    """Distance in pixels between every pair of points x, y, shape (n, m)."""
    return np.asarray(np.linalg.norm(a[:, None, :] - b[None, :, :], axis=2))


def clip(xyxy: Floats, size_wh: tuple[float, float]) -> Floats:
    """The boxes cut to a picture of this width and height."""
    width, height = size_wh
    return np.asarray(np.clip(xyxy, 0, [width, height, width, height]))


def nms(
    xyxy: Floats,
    scores: npt.NDArray[np.floating],
    max_iou: float = 0.3,
    max_covered: float = 0.7,
) -> npt.NDArray[np.intp]:
    """Keep the best of boxes that overlap (non-maximum suppression).

    Args:
        xyxy: (n, 4) boxes.
        scores: (n,) the higher, the better.
        max_iou: two boxes that share more than this are the same thing.
        max_covered: so are two when more than this share of the smaller one lies in
            the other: looking at several scales finds a face within a face.

    Returns:
        Positions of the kept boxes, best first.
    """
    order = np.argsort(-scores, kind="stable")
    same = (iou(xyxy, xyxy) > max_iou) | (covered(xyxy, xyxy) > max_covered)
    kept: list[int] = []
    gone = np.zeros(len(order), bool)
    for i in order:
        if not gone[i]:
            kept.append(int(i))
            gone |= same[i]
    return np.array(kept, np.intp)
