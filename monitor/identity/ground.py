"""What lies behind the tiles of a gallery, and the rectangles that stand on it.

A call's ground is one colour, or nearly: it shows in long straight runs between and
round the tiles. Pixels here are those of a picture that was made smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from monitor.boxes import Floats
from monitor.records import Image

Mask = npt.NDArray[np.uint8]
"""(H, W) uint8, 255 where it holds."""

_STEP = 4
"""Two neighbours on the ground differ by at most this many levels, codec included."""

_RUN = 0.22
"""A straight run of ground is at least this share of the picture's side."""

_BIN = 8
"""Levels of a colour that are counted as one, per channel."""

_NEAR = 10
"""Levels within which a pixel may be ground before the slope of it is known."""

_TOLERANCE = (3.0, 7.0)
"""A pixel is ground when no channel is further off than this; more where noisy."""

_LEAST_VOTES = 0.0015
"""Share of the picture that the runs of a colour make up at least."""

_CUT = 0.96
"""A line that is ground to this share separates what lies on both its sides."""

_SMALLEST = (36, 20)
"""Width and height of the smallest tile in pixels of the smaller picture."""


class Ground(NamedTuple):
    """A colour that may lie behind the tiles.

    Attributes:
        image: the picture, BGR (H, W, 3).
        mask: where it is not ground.
        plane: (3, 3) its colour: change across, change down, in the middle; BGR.
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
    votes = _votes(image)
    total = len(votes)
    least = _LEAST_VOTES * image.shape[0] * image.shape[1]
    for _ in range(most):
        if len(votes) < max(least, 0.02 * total):
            return
        bins = (votes[:, 2:] // _BIN).astype(np.int32) @ np.array([1, 32, 1024])
        top = np.argmax(np.bincount(bins))
        middle = np.median(votes[bins == top, 2:], axis=0)
        near = np.abs(votes[:, 2:] - middle).max(axis=1) <= _NEAR
        ground, mine = _fit(image, votes, near)
        yield ground
        votes = votes[~(near | mine)]


def _votes(image: Image) -> Floats:
    """Pixels amid long runs of one colour: rows of x, y, blue, green, red."""
    height, width = image.shape[:2]
    runs = np.zeros((height, width), bool)
    for axis, length in ((1, width), (0, height)):
        ahead = np.roll(image, -1, axis)
        level = (cv2.absdiff(image, ahead).max(axis=2) <= _STEP).astype(np.float32)
        size = max(int(length * _RUN), 8)
        window = (size, 1) if axis == 1 else (1, size)
        share = cv2.boxFilter(level, -1, window, borderType=cv2.BORDER_REFLECT)
        runs |= share >= 0.985
    y, x = np.nonzero(runs)
    if len(y) > 60_000:
        step = len(y) // 60_000 + 1
        y, x = y[::step], x[::step]
    return np.column_stack([x, y, image[y, x]]).astype(np.float64)


def _fit(
    image: Image, votes: Floats, near: npt.NDArray[np.bool_]
) -> tuple[Ground, npt.NDArray[np.bool_]]:
    """The ground as a plane over the picture, one per channel, and whose votes it has."""
    height, width = image.shape[:2]
    design = np.column_stack(
        [votes[:, 0] / width - 0.5, votes[:, 1] / height - 0.5, np.ones(len(votes))]
    )
    colours, plane, mine = votes[:, 2:], np.zeros((3, 3)), near
    for _ in range(4):
        if np.ptp(design[mine], axis=0)[:2].min() < 0.3:
            plane = np.vstack([np.zeros((2, 3)), np.median(colours[mine], axis=0)])
        else:
            plane = np.linalg.lstsq(design[mine], colours[mine], rcond=None)[0]
        grown = np.abs(colours - design @ plane).max(axis=1) <= _NEAR
        if grown.sum() < mine.sum() * 0.5 or (grown == mine).all():
            break
        mine = grown
    off = np.abs(colours - design @ plane).max(axis=1)
    spread = float(np.percentile(off[mine], 90)) if mine.any() else 0.0
    tolerance = float(np.clip(2.0 * spread + 1.5, *_TOLERANCE))
    return Ground(image, _differs(image, plane, tolerance), plane, tolerance), mine


def _differs(image: Image, plane: Floats, tolerance: float) -> Mask:
    height, width = image.shape[:2]
    if np.abs(plane[:2]).sum(axis=0).max() < 2:
        low = np.clip(np.floor(plane[2] - tolerance), 0, 255)
        high = np.clip(np.ceil(plane[2] + tolerance), 0, 255)
        same = cv2.inRange(image, low, high)
        return np.asarray(cv2.bitwise_not(same), np.uint8)
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :, None]
    down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None, None]
    slope = plane.astype(np.float32)
    ground = across * slope[0] + down * slope[1] + slope[2]
    off = np.abs(image - ground).max(axis=2) > tolerance
    return np.asarray(off * np.uint8(255), np.uint8)


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
