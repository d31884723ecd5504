"""What lies behind the tiles of a gallery, and the rectangles that stand on it.

A call's ground is one colour, or nearly: it shows in long straight runs between and
round the tiles. Pixels here are those of a picture that was made smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats
from monitor.records import Image

Mask = npt.NDArray[np.uint8]
"""(H, W) uint8, 255 where it holds."""

_STEP = 4
"""Two neighbours on the ground differ by at most this many levels, codec included."""

_RUNS = ((0.22, 1), (0.6, 30))
"""Straight runs of ground, as shares of the picture's side, and their weights."""

_UNBROKEN = 0.985
"""Share of a run that is level."""

_MOST_VOTES = 25_000
"""Pixels that are counted."""

_BIN = 4
"""Levels of a colour that are counted as one, per channel."""

_NEAR = 5
"""Levels within which a pixel may be ground before the slope of it is known."""

_TOLERANCE = (3.0, 7.0)
"""A pixel is ground when no channel is further off than this; more where noisy."""

_SHADES = np.array(
    [
        [0.114, 0.587, 0.299, 0],
        [-0.04, -0.21, 0.25, 128],
        [0.25, -0.166, -0.084, 128],
    ]
)
"""Blue, green, red to brightness and half of each colour difference: codecs smear
colours over the ground between two tiles, brightness hardly."""

_ALONG, _MOSTLY = 21, 0.7
"""A pixel is ground where this share of so many in a row, across or down, is."""

_CUT = 0.93
"""A line that is ground to this share separates what lies on both its sides."""

_SMALLEST = (36, 20)
"""Width and height of the smallest tile in pixels of the smaller picture."""


class Ground(NamedTuple):
    """A colour that may lie behind the tiles.

    Attributes:
        image: the picture, BGR (H, W, 3).
        mask: where it is not ground.
        plane: (3, 3) its colour: change across, change down, in the middle; each as
            brightness and two halved colour differences.
        tolerance: levels in which a pixel may differ from it.
    """

    image: Image
    mask: Mask
    plane: Floats
    tolerance: float


def grounds(image: Image, most: int) -> Iterator[Ground]:
    """Colours that may be the ground, the likeliest first.

    Args:
        image: BGR (H, W, 3).
        most: how many are looked at.
    """
    shades = np.asarray(cv2.transform(image, _SHADES), np.uint8)
    votes, weights = _votes(shades)
    total = weights.sum()
    for _ in range(most):
        if weights.sum() <= 0.02 * total:
            return
        bins = (votes[:, 2:] // _BIN).astype(np.int32) @ np.array([1, 64, 4096])
        top = np.argmax(np.bincount(bins, weights))
        middle = np.median(votes[bins == top, 2:], axis=0)
        near = _largest(np.abs(votes[:, 2:] - middle)) <= _NEAR
        plane, tolerance, mine = _fit(shades.shape, votes, near)
        yield Ground(image, _differs(shades, plane, tolerance), plane, tolerance)
        votes, weights = votes[~(near | mine)], weights[~(near | mine)]


def _votes(shades: Image) -> tuple[Floats, Floats]:
    """Pixels amid long runs of one colour, and the weight of each.

    Rows of x, y and three shades; a run as long as a whole gallery weighs far more
    than one that a wall behind a student may have.
    """
    height, width = shades.shape[:2]
    weights = np.zeros((height, width), np.float32)
    for axis, length in ((1, width), (0, height)):
        ahead = np.roll(shades, -1, axis)
        level = (_largest(cv2.absdiff(shades, ahead)) <= _STEP).astype(np.float32)
        for run, weight in _RUNS:
            size = max(int(length * run), 8)
            window = (size, 1) if axis == 1 else (1, size)
            share = cv2.boxFilter(level, -1, window, borderType=cv2.BORDER_REFLECT)
            weights = np.maximum(weights, (share >= _UNBROKEN) * np.float32(weight))
    y, x = np.nonzero(weights)
    if len(y) > _MOST_VOTES:
        step = len(y) // _MOST_VOTES + 1
        y, x = y[::step], x[::step]
    votes = np.column_stack([x, y, shades[y, x]]).astype(np.float64)
    return votes, weights[y, x].astype(np.float64)


def _largest(shades: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The largest of three shades, (..., 3) to (...): far faster than max(axis=-1)."""
    first, second, third = (shades[..., i] for i in range(3))
    return np.asarray(np.maximum(np.maximum(first, second), third))


def _fit(
    size: tuple[int, ...], votes: Floats, near: npt.NDArray[np.bool_]
) -> tuple[Floats, float, npt.NDArray[np.bool_]]:
    """The ground as a plane over the picture, its tolerance, and whose votes it has."""
    height, width = size[:2]
    design = np.column_stack(
        [votes[:, 0] / width - 0.5, votes[:, 1] / height - 0.5, np.ones(len(votes))]
    )
    plane: Floats = np.zeros((3, 3))
    colours, mine = votes[:, 2:], near
    for _ in range(6):
        if np.ptp(design[mine], axis=0)[:2].min() < 0.1:
            plane = np.vstack([np.zeros((2, 3)), np.median(colours[mine], axis=0)])
        else:
            solved = np.linalg.lstsq(design[mine], colours[mine], rcond=None)
            plane = np.asarray(solved[0], np.float64)
        grown = _largest(np.abs(colours - design @ plane)) <= _NEAR
        if grown.sum() < mine.sum() * 0.5 or (grown == mine).all():
            break
        mine = grown
    off = _largest(np.abs(colours - design @ plane))
    spread = float(np.percentile(off[mine], 90)) if mine.any() else 0.0
    tolerance = float(np.clip(2.0 * spread + 1.5, *_TOLERANCE))
    return plane, tolerance, mine


def _differs(shades: Image, plane: Floats, tolerance: float) -> Mask:
    """Where the picture is not ground."""
    height, width = shades.shape[:2]
    if np.abs(plane[:2]).sum(axis=0).max() < 2:
        low = np.clip(np.floor(plane[2] - tolerance), 0, 255)
        high = np.clip(np.ceil(plane[2] + tolerance), 0, 255)
        same = cv2.inRange(shades, low, high)
    else:
        across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
        down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
        slope = plane.astype(np.float32)
        same = np.full((height, width), 255, np.uint8)
        for i, shade in enumerate(cv2.split(shades)):
            plane_here = across * slope[0, i] + (down * slope[1, i] + slope[2, i])
            off = cv2.absdiff(shade.astype(np.float32), plane_here)
            same = cv2.bitwise_and(same, cv2.inRange(off, 0, tolerance))
    # Noise on the ground would join neighbours: lines of ground are made whole.
    whole = same
    for window in ((_ALONG, 1), (1, _ALONG)):
        mostly = cv2.boxFilter(same, -1, window) >= round(255 * _MOSTLY)
        whole = np.maximum(whole, mostly * np.uint8(255))
    return np.asarray(cv2.bitwise_not(whole), np.uint8)


def rectangles(mask: Mask) -> Floats:
    """Boxes (n, 4) of what stands on the ground, larger than the smallest tile.

    What touches its neighbour by a little noise is cut where a line of ground all but
    separates it.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    wide, tall = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    large = (wide >= _SMALLEST[0]) & (tall >= _SMALLEST[1])
    found: list[tuple[int, int, int, int]] = []
    for x, y, w, h, _ in stats[1:][large]:
        found += _pieces(mask, (x, y, x + w, y + h), 4)
    return np.array(sorted(set(found)), np.float64).reshape(-1, 4)


def _pieces(
    mask: Mask, box: tuple[int, int, int, int], deep: int
) -> list[tuple[int, int, int, int]]:
    """The box, cut along lines of ground as long as there are any."""
    x1, y1, x2, y2 = box
    if x2 - x1 < _SMALLEST[0] or y2 - y1 < _SMALLEST[1]:
        return []
    part = mask[y1:y2, x1:x2]
    for axis in (1, 0):
        filled = part.mean(axis=axis) / 255 > 1 - _CUT
        spans = _spans(filled)
        if spans == [(0, len(filled))]:
            continue
        found = []
        for a, b in spans:
            cut = (x1, y1 + a, x2, y1 + b) if axis == 1 else (x1 + a, y1, x1 + b, y2)
            found += _pieces(mask, cut, deep - 1) if deep else [cut]
        return found
    return [box]


def _spans(filled: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of True begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
