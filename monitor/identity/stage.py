"""The large part of a call beside its tiles: one speaker, or a shared screen."""

from __future__ import annotations

import numpy as np

from monitor.boxes import Floats, centres
from monitor.identity.ground import Mask
from monitor.records import Image

_SPEAKER = 0.15
"""A speaker's face is at least this share of the stage's height."""

_SLIDE = 0.35
"""A slide has one colour in at least this share of its pixels."""

_LEAST = 0.12
"""Share of the picture that a shared screen covers at least."""


def is_shared(image: Image, stage: Floats, faces: Floats) -> bool:
    """Whether the stage shows a screen or slide rather than a person.

    Args:
        image: BGR (H, W, 3).
        stage: (4,) box.
        faces: (n, 4) boxes.
    """
    x1, y1, x2, y2 = (int(value) for value in stage)
    middle = centres(faces)
    inside = ((middle >= stage[:2]) & (middle < stage[2:])).all(axis=1)
    tall = (faces[inside, 3] - faces[inside, 1]) / (y2 - y1)
    if not len(tall) or tall.max() < _SPEAKER:
        return True
    part = image[y1:y2:2, x1:x2:2].reshape(-1, 3) >> 2
    keys = part.astype(np.int32) @ np.array([1, 64, 4096])
    return bool(np.bincount(keys).max() / len(keys) >= _SLIDE)


def leftover(mask: Mask, tiles: Floats) -> Floats | None:
    """The box of what stands beside the tiles, None where there is little.

    Args:
        mask: where the picture is not ground.
        tiles: (n, 4) boxes.
    """
    height, width = mask.shape
    x1, y1 = tiles[:, :2].min(axis=0)
    x2, y2 = tiles[:, 2:].max(axis=0)
    sides = [
        (0, 0, x1, height),
        (x2, 0, width, height),
        (0, 0, width, y1),
        (0, y2, width, height),
    ]
    best: Floats | None = None
    for side in sides:
        left, top, right, bottom = (round(float(value)) for value in side)
        part = mask[top:bottom, left:right]
        if part.size < _LEAST * mask.size:
            continue
        columns = np.flatnonzero(part.mean(axis=0) > 255 * 0.01)
        rows = np.flatnonzero(part.mean(axis=1) > 255 * 0.01)
        if not len(columns) or not len(rows):
            continue
        box = np.array(
            [
                left + columns[0],
                top + rows[0],
                left + columns[-1] + 1,
                top + rows[-1] + 1,
            ],
            np.float64,
        )
        size = (box[2] - box[0]) * (box[3] - box[1])
        if size >= _LEAST * mask.size and (
            best is None or size > (best[2] - best[0]) * (best[3] - best[1])
        ):
            best = box
    return best
