"""Files as another program holds them."""

from __future__ import annotations

from pathlib import Path


def in_use(folder: Path, name: str = "students.csv") -> Path:
    """A file of a class that can neither be removed nor written, whoever asks."""
    file = folder / name
    file.unlink(missing_ok=True)
    file.mkdir(parents=True)
    (file / "held").touch()
    return file
