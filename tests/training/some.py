"""Faces to compare two networks on."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.training import made


def some_faces(n: int) -> npt.NDArray[np.uint8]:
    """About n real faces of every label where there are any, made ones elsewhere."""
    if "CLASSPULSE_DATA" not in os.environ:
        return made.faces(n)[0]
    held_back = _held_back(Path(os.environ["CLASSPULSE_DATA"]) / "fer2013.npz")
    # In the order of the file, which is sorted by label.
    return held_back[:: max(1, len(held_back) // n)]


@cache
def _held_back(file: Path) -> npt.NDArray[np.uint8]:
    """Faces that no network which was released has learned from."""
    from models.training.readers.shipped import load

    return load(file).split(0.05, 1)[1].images
