"""Where what a command makes may lie."""

from __future__ import annotations

import os
from pathlib import Path


def lies_among(target: Path, data: Path) -> bool:
    """Whether a file or folder lies, or would lie, in a folder of pictures.

    Even one that is not there yet would count as a picture, or a class, the next time.
    """
    return data.is_dir() and _real(data) in (_real(target), *_real(target).parents)


def _real(path: Path) -> Path:
    # Path.resolve raises at a link to itself.
    return Path(os.path.realpath(path))
