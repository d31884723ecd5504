"""Takes the configuration and the weights out of a model's file, as plain data."""

from __future__ import annotations

import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from models.training.importing import allowed, hdf5, limits
from monitor.errors import ModelError, UsageError

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_POINTER = b"version https://git-lfs"
_CONFIG = "config.json"
_WEIGHTS = "model.weights.h5"
_DAMAGED = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
)
"""What an archive that is cut short, spoiled or locked raises as it is read."""
_READ_FROM = "a .keras file, an .h5 file of a whole model, or model.json with --weights"


@dataclass(frozen=True, slots=True)
class Parts:
    """What was taken out of a model's file; everything in it is allowed.

    Attributes:
        config: the configuration.
        weights: an HDF5 file of numbers, under a name by which Keras knows its layout.
        sources: the files that both were taken from; the weights' is the last.
    """

    config: dict[str, Any]
    weights: Path
    sources: tuple[Path, ...]


@contextmanager
def taken_apart(file: Path, weights: Path | None) -> Iterator[Parts]:
    """What a model's file holds; the weights lie in a folder of their own meanwhile.

    Args:
        file: the model's.
        weights: a file of weights apart from it; needed beside a ``model.json`` alone.

    Raises:
        UsageError: there is no such file, or the weights must be named.
        ModelError: it is damaged, of another kind, or not to be read.
    """
    start = _start(file)
    with TemporaryDirectory() as folder:
        found = Path(folder) / "found"
        if start.startswith(_ZIP):
            content = _from_zip(file, found)
        elif start.startswith(_HDF5):
            shutil.copyfile(file, found)
            hdf5.check(file.name, found)
            inside = hdf5.configuration(file.name, found)
            if inside is None:
                raise UsageError(
                    f"{file} holds weights alone: name the model.json that goes with "
                    f"it, as `classpulse models import model.json --weights {file}`"
                )
            content = inside
        elif start.lstrip().startswith(b"{"):
            content = _bounded(file)
            weights = weights or _beside(file)
        else:
            raise _foreign(file, start)
        config = allowed.parse(file.name, content)
        if weights is not None:
            _copy_weights(weights, found)
        sources = (file,) if weights is None else (file, weights)
        yield Parts(config, _named_by_layout(sources[-1].name, found), sources)


def _start(file: Path) -> bytes:
    if file.is_dir():
        raise ModelError(
            f"{file} is a folder (a SavedModel?), expected {_READ_FROM}; save the "
            "model again with model.save('NAME.keras')"
        )
    try:
        with file.open("rb") as opened:
            return opened.read(64)
    except FileNotFoundError as exc:
        raise UsageError(f"{file}: no such file; expected {_READ_FROM}") from exc
    except OSError as exc:
        raise ModelError(f"{file} cannot be read: {exc.strerror}") from exc


def _foreign(file: Path, start: bytes) -> ModelError:
    if not start:
        return ModelError(f"{file} is empty; copy it again")
    if start.startswith(_POINTER):
        return ModelError(
            f"{file} is a pointer of git-lfs, not the model itself: run `git lfs pull` "
            "where it came from"
        )
    if start[4:8] == b"TFL3":
        return ModelError(
            f"{file} is a LiteRT file, which says nothing of its classes; import the "
            "Keras model that it was made from"
        )
    return ModelError(f"{file} is no Keras model, expected {_READ_FROM}")


def _from_zip(file: Path, weights: Path) -> bytes:
    """The configuration in a ``.keras`` file; its weights are written out."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(file.name, archive)
            for needed in (_CONFIG, _WEIGHTS):
                if needed not in members:
                    raise ModelError(
                        f"{file.name}: no {needed} in it, so it is no .keras file "
                        "that can be read; save it again with model.save('NAME.keras')"
                    )
            if members[_CONFIG].file_size > limits.CONFIG_BYTES:
                raise ModelError(f"{file.name}: its {_CONFIG} is too large to be read")
            with archive.open(_WEIGHTS) as packed, weights.open("wb") as out:
                shutil.copyfileobj(packed, out)
            return archive.read(_CONFIG)
    except _DAMAGED as exc:
        raise ModelError(
            f"{file.name}: it is damaged or cut short; copy or save it again"
        ) from exc


def _members(name: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What is in an archive, unless something in it is made to do harm."""
    infos = archive.infolist()
    members = {info.filename: info for info in infos}
    if len(members) != len(infos) or len(infos) > limits.OBJECTS:
        raise ModelError(f"{name}: two things in it bear one name; it is not read")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise ModelError(
                f"{name}: {info.filename!r} points out of the archive; it is not read"
            )
        bomb = (
            info.file_size > limits.INFLATION_FLOOR
            and info.file_size > limits.INFLATION * info.compress_size
        )
        if bomb or info.file_size > limits.WEIGHT_BYTES:
            raise ModelError(
                f"{name}: {info.filename!r} would grow from {info.compress_size} to "
                f"{info.file_size} bytes; it is not read"
            )
    return members


def _bounded(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(limits.CONFIG_BYTES + 1)


def _beside(file: Path) -> Path:
    """The weights that lie beside a ``model.json`` under its name."""
    for ending in (".weights.h5", "_weights.h5", ".h5", ".hdf5"):
        path = file.with_name(file.stem + ending)
        if path.is_file():
            return path
    raise UsageError(
        f"{file} says how a model is built but holds no weights: name them with "
        "--weights FILE.h5"
    )


def _copy_weights(weights: Path, out: Path) -> None:
    start = _start(weights)
    if start.startswith(_ZIP):
        raise ModelError(
            f"{weights} is an archive (.npz or .keras), expected weights as an HDF5 "
            "file, as model.save_weights('NAME.weights.h5') makes it"
        )
    if not start.startswith(_HDF5):
        known = start.startswith(_POINTER) or not start
        raise (
            _foreign(weights, start)
            if known
            else ModelError(f"{weights} holds no weights of Keras: expected HDF5 (.h5)")
        )
    shutil.copyfile(weights, out)


def _named_by_layout(name: str, found: Path) -> Path:
    # The copy is looked at, so that nobody can change the file in between.
    hdf5.check(name, found)
    endings = {"layers": "model.weights.h5", "names": "model.h5"}
    return found.rename(found.with_name(endings[hdf5.layout(name, found)]))
