"""The faces by which int8 chooses its ranges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.training.datasets import SIDE
from models.training.networks import as_input

SHOWN = 500
"""Faces of all labels, as they are."""

_WASHED_OUT = 20
"""Every how many of them one is shown washed out too."""

_CONTRAST = 0.12
"""What is left of its contrast."""


def examples(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Faces as they are, and some against a window.

    FER2013 has hardly a face as bright as those; ranges chosen without them end at a
    mean of 220 of 255, and brighter faces are cut off (`NOTES.md`).

    Args:
        images: (n, 48, 48) uint8, sorted by label or not.

    Returns:
        (m, 48, 48, 1) float32 in [0, 255].
    """
    plain = as_input(images[:: len(images) // SHOWN + 1], SIDE)
    washed_out = 255 - _CONTRAST * (255 - plain[::_WASHED_OUT])
    return np.concatenate([plain, washed_out.astype(np.float32)])
