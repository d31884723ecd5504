"""Where what a command makes may lie."""

from __future__ import annotations

import os
from pathlib import Path


def lies_among(target: Path, data: Path) -> bool:
    """Whether a file or folder lies, or would lie, in a folder of pictures.

    Even one that is not there yet would count as a picture, or a class, the next time.
    """
    return data.is_dir() and real(data) in (real(target), *real(target).parents)


def real(path: Path) -> Path:
    """A path with its links followed; Path.resolve raises at a link to itself."""
    return Path(os.path.realpath(path))
