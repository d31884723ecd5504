"""A made file of faces, in the layout of the real one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import EMOTIONS

VOTE_NAMES = [
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
]
VOTE_COLUMNS = (4, 5, 6, 1, 3, 2, 0)
"""Columns of `VOTE_NAMES` in the order of `EMOTIONS`."""


def faces(n: int, seed: int = 0) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
    """(n, 48, 48) pictures whose bright band says the label, and the labels.

    Each has patches of its own beside the band: no two are near duplicates.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(n, dtype=np.int8) % len(EMOTIONS)
    patches = rng.integers(0, 140, (n, 8, 8), dtype=np.uint8)
    images = patches.repeat(6, axis=1).repeat(6, axis=2)
    for image, label in zip(images, labels, strict=True):
        image[4 + 6 * label : 9 + 6 * label] += 110
    return images, labels


def write(
    path: Path,
    n: int = 70,
    *,
    agreed: float = 0.72,
    images: npt.NDArray[np.uint8] | None = None,
) -> Path:
    """Writes n faces, the last seventh of them in PublicTest.

    Args:
        path: the file.
        n: how many faces.
        agreed: share of faces whose votes are for their label.
        images: (n, 48, 48) pictures to use instead of made ones.
    """
    made, labels = faces(n)
    votes = np.zeros((n, len(VOTE_NAMES)), np.uint8)
    for i, label in enumerate(labels):
        meant = label if i % 100 < 100 * agreed else (label + 1) % len(EMOTIONS)
        votes[i, VOTE_COLUMNS[meant]] = 8
    pictures = made if images is None else images
    webp = [_packed(picture) for picture in pictures]
    np.savez(
        path,
        webp=np.concatenate(webp),
        offsets=np.cumsum([0, *(len(part) for part in webp)]),
        labels=labels,
        label_names=np.array(EMOTIONS),
        votes=votes,
        vote_names=np.array(VOTE_NAMES),
        public_test=np.arange(n) >= n - n // 7,
    )
    return path


def _packed(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    _, packed = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, 101])
    return np.asarray(packed, dtype=np.uint8).ravel()
