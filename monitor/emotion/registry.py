"""The networks that ``--model`` knows: the shipped one and the user's own.

The user's lie as ``NAME.tflite`` in a folder of their own, so that a new version of the
program leaves them alone. Nothing here loads LiteRT.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from monitor.emotion import metadata
from monitor.emotion.metadata import Metadata
from monitor.errors import ExportError, ModelError, UsageError

SHIPPED = "expression"
VARIABLE = "CLASSPULSE_MODELS"
"""Environment variable that names the user's folder of networks."""
SUFFIX = ".tflite"

NAMES = (
    "up to 60 small letters, digits, dots, dashes or underscores, a letter or digit "
    f"first and no {SUFFIX} at the end, and not {SHIPPED!r}, which is the shipped "
    "network"
)
"""What a network of the user's may be called."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_KERAS = (".keras", ".h5", ".hdf5", ".json")


@dataclass(frozen=True, slots=True)
class Installed:
    """A network that ``--model`` knows.

    Attributes:
        name: under which it is asked for.
        path: of its file.
        size: of its file, in bytes.
        metadata: what it says of itself; None when it cannot be used.
        problem: why it cannot be used; empty when it can.
    """

    name: str
    path: Path
    size: int
    metadata: Metadata | None
    problem: str = ""


def folder() -> Path:
    """Where the user's networks lie; it need not be there yet."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    from platformdirs import user_data_dir

    return Path(user_data_dir("classpulse", appauthor=False)) / "models"


def shipped() -> Path:
    """The network that the program comes with."""
    return Path(str(resources.files("models") / f"emotion{SUFFIX}"))


def find(name_or_path: str | None = None) -> Path:
    """The file of a network.

    Args:
        name_or_path: a name that `installed` lists, the path of a ``.tflite`` file, or
            None for the shipped network.

    Raises:
        UsageError: there is no such network.
    """
    if name_or_path is None or name_or_path == SHIPPED:
        return shipped()
    path = Path(name_or_path)
    if path.suffix.lower() in _KERAS and _is_file(path):
        raise UsageError(
            f"--model {name_or_path}: a Keras model must be imported first, by "
            f"`classpulse models import {name_or_path}`"
        )
    if path.suffix.lower() == SUFFIX:
        if _is_file(path):
            return path
        raise UsageError(f"--model {name_or_path}: no such file")
    if _NAME.fullmatch(name_or_path):
        own = _own(name_or_path)
        if _is_file(own):
            return own
    known = [SHIPPED, *(file.stem for file in _files() if _is_file(file))]
    names = ", ".join(known)
    raise UsageError(
        f"--model {name_or_path}: no network of that name; known here: {names}; "
        "`classpulse models import FILE` adds a Keras model of your own"
    )


def _is_file(path: Path) -> bool:
    # Path.is_file raises at a name that is too long.
    return os.path.isfile(path)  # noqa: PTH113


def installed() -> list[Installed]:
    """All networks, the shipped one first, then the user's in the order of names."""
    found = [(SHIPPED, shipped()), *((file.stem, file) for file in _files())]
    return [_described(name, path) for name, path in found]


def unnamed() -> list[Path]:
    """Networks in the user's folder that no name asks for, in the order of names."""
    return [file for file in _all_files() if not _can_be_asked_for(file)]


def place(name: str) -> Path:
    """Where a network of the user's with that name lies, or would lie.

    Raises:
        UsageError: it is no name for one.
    """
    if not _is_name(name):
        raise UsageError(f"--name {name}: expected {NAMES}")
    return _own(name)


def named_after(file: Path) -> str:
    """A name for the network in a user's file, after the file's own."""
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:60].rstrip("-")
    return {"": "network", SHIPPED: f"{SHIPPED}-imported"}.get(name, name)


def keep(content: bytes, path: Path) -> None:
    """Puts a network among the user's, whole or not at all.

    Args:
        content: its file's, metadata included.
        path: what `place` answered.

    Raises:
        ExportError: the folder cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(content)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as exc:
        raise ExportError(
            f"{path} cannot be written ({exc.strerror}): make room, or name another "
            f"folder in {VARIABLE}"
        ) from exc


def _own(name: str) -> Path:
    return folder() / (name + SUFFIX)


def _files() -> list[Path]:
    return [file for file in _all_files() if _can_be_asked_for(file)]


def _all_files() -> list[Path]:
    found = folder()
    if not found.is_dir():
        return []
    return sorted(file for file in found.iterdir() if file.suffix.lower() == SUFFIX)


def _can_be_asked_for(file: Path) -> bool:
    return _is_name(file.stem) and file.suffix == SUFFIX


def _is_name(name: str) -> bool:
    # What ends like a file is taken for one.
    called = _NAME.fullmatch(name) and not name.endswith(SUFFIX)
    return bool(called) and name != SHIPPED


def _described(name: str, path: Path) -> Installed:
    size = path.stat().st_size if path.is_file() else 0
    try:
        return Installed(name, path, size, metadata.read(path))
    except ModelError as exc:
        return Installed(name, path, size, None, str(exc))
