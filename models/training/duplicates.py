"""Finds pictures that stand in a set more than once.

FER2013 was gathered by web search: the same photograph comes back as it is, mirrored,
at another compression, with a watermark. A picture learned from must not be among
those measured on, so whatever is split is split by group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

NEAR = 0.95
"""Correlation of two pictures, 24 pixels a side, from which they count as one. Seen on
FER2013: of pairs between 0.95 and 0.96 nearly all are one photograph; pairs under 0.94
begin to be two of the same person."""
SIDE = 24
LOT = 1000

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which pictures are one and the same.

    Attributes:
        of: (n,) int64, each picture's group, numbered as they first appear.
        flat: (n,) True where all pixels are one grey.
        exact: pairs that are equal.
        mirrored: pairs of which one is the other's mirror image.
        near: other pairs that correlate by `NEAR` or more.
    """

    of: npt.NDArray[np.int64]
    flat: npt.NDArray[np.bool_]
    exact: int
    mirrored: int
    near: int


def find(images: Images, near: float = NEAR) -> Groups:
    """Groups pictures by likeness, links of links included.

    Args:
        images: (n, h, w) uint8, grey.
        near: correlation from which two pictures count as one, in (0, 1).

    Returns:
        One group for each different picture.
    """
    # By their bytes first: a picture without contrast correlates with nothing.
    first, which = _distinct(images)
    distinct, times = images[first], np.bincount(which, minlength=len(first))
    pairs = [pair for lot in _pairs(distinct, near) for pair in lot]
    counts = {"mirrored": 0, "near": 0}
    for one, other in pairs:
        kind = _kind(distinct[one], distinct[other])
        counts[kind] += int(times[one] * times[other])
    n = len(distinct)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    links = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    _, of = connected_components(links, directed=False)
    return Groups(
        of=of.astype(np.int64)[which],
        flat=flat(images),
        exact=int((times * (times - 1) // 2).sum()),
        **counts,
    )


def flat(images: Images) -> npt.NDArray[np.bool_]:
    """(n,) True where all pixels of a picture (n, h, w) are one grey."""
    return np.asarray((images == images[:, :1, :1]).all(axis=(1, 2)), dtype=np.bool_)


def _distinct(
    images: Images,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(k,) rows of pictures of which no two are equal, and (n,) each one's of these."""
    seen: dict[bytes, int] = {}
    first: list[int] = []
    which = np.empty(len(images), np.int64)
    for row, image in enumerate(images):
        place = seen.setdefault(hashlib.sha256(image.tobytes()).digest(), len(seen))
        if place == len(first):
            first.append(row)
        which[row] = place
    return np.array(first, np.int64), which


def _pairs(images: Images, near: float) -> Iterator[list[tuple[int, int]]]:
    """Pairs (i, j), i < j, a lot of i at a time: all at once would not fit memory."""
    plain, mirror = _described(images), _described(images[:, :, ::-1])
    for start in range(0, len(images), LOT):
        lot = plain[start : start + LOT]
        alike = np.maximum(lot @ plain.T, lot @ mirror.T) >= near
        first, second = np.nonzero(alike)
        ordered = first + start < second
        yield list(
            zip(
                (first[ordered] + start).tolist(),
                second[ordered].tolist(),
                strict=True,
            )
        )


def _described(images: Images) -> npt.NDArray[np.float32]:
    """(n, SIDE * SIDE) rows whose products are correlations; of a flat picture, 0."""
    small = np.empty((len(images), SIDE * SIDE), np.float32)
    for row, image in zip(small, images, strict=True):
        shrunk = cv2.resize(
            np.ascontiguousarray(image), (SIDE, SIDE), interpolation=cv2.INTER_AREA
        )
        row[:] = np.asarray(shrunk, dtype=np.float32).ravel()
    small -= small.mean(1, keepdims=True)
    length = np.linalg.norm(small, axis=1, keepdims=True)
    return np.asarray(small / np.maximum(length, 1.0), dtype=np.float32)


def _kind(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> str:
    return "mirrored" if np.array_equal(first[:, ::-1], second) else "near"
