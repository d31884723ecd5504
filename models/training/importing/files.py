"""Takes the configuration and the weights out of a model's file, as plain data."""

from __future__ import annotations

import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from models.training.importing import allowed, hdf5, limits
from monitor.errors import ExportError, ModelError, UsageError
from monitor.quoting import quoted

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_POINTER = b"version https://git-lfs"
_LITERT = b"TFL3"
_CONFIG = "config.json"
_ABOUT = "metadata.json"
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

_WEIGHTS_FROM = "the .h5 file of weights that goes with model.json"


@dataclass(frozen=True, slots=True)
class Parts:
    """What was taken out of a model's file; everything in it is allowed.

    Attributes:
        config: the configuration.
        weights: an HDF5 file of numbers, under a name by which Keras knows its layout.
        sources: the files that both were taken from; the weights' is the last.
        version: of the Keras that saved the model; empty when the file does not say.
    """

    config: dict[str, Any]
    weights: Path
    sources: tuple[Path, ...]
    version: str


@contextmanager
def taken_apart(file: Path, weights: Path | None) -> Iterator[Parts]:
    """What a model's file holds; the weights lie in a folder of their own meanwhile.

    Args:
        file: the model's.
        weights: a file of weights apart from it; needed beside a ``model.json`` alone.

    Raises:
        UsageError: there is no such file, or the weights must be named.
        ModelError: it is damaged, of another kind, or not to be read.
        ExportError: there is no room for a copy of its weights.
    """
    start, version = _start(file), ""
    with temporary() as folder:
        found = folder / "found"
        if start.startswith(_ZIP):
            content, version = _from_zip(file, found)
        elif start.startswith(_HDF5):
            with _opened(file) as opened:
                _copy(file.name, opened, found)
            hdf5.check(file.name, found)
            inside = hdf5.configuration(file.name, found)
            if inside is None:
                raise UsageError(
                    f"{file} holds weights alone: name the model.json that goes with "
                    f"it, as `classpulse models import model.json --weights {file}`"
                )
            content, version = inside, hdf5.version(file.name, found)
        elif start.lstrip().startswith(b"{"):
            content = _bounded(file)
            weights = weights or _beside(file)
        else:
            raise _foreign(file, start)
        config = allowed.parse(file.name, content)
        # A model.json says it itself.
        version = version or _version_in(config)
        if weights is not None:
            _copy_weights(weights, found)
        sources = (file,) if weights is None else (file, weights)
        weights = _named_by_layout(sources[-1].name, found)
        yield Parts(config, weights, sources, version)


def is_litert(file: Path) -> bool:
    """Whether it is a LiteRT file that says of itself what it answers: one of ours."""
    return (
        not os.path.isdir(file)  # noqa: PTH112 - as in `_start`
        and _start(file)[4:8] == _LITERT
        and zipfile.is_zipfile(file)
    )


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder for what is made meanwhile; it goes afterwards.

    Raises:
        ExportError: nothing can be written anywhere.
    """
    try:
        made = TemporaryDirectory()
    except OSError as exc:
        raise ExportError(
            f"no folder for temporary files can be written ({exc.strerror}): make "
            "room, or name another in TMPDIR"
        ) from exc
    with made as folder:
        yield Path(folder)


def _start(file: Path, option: str = "", expected: str = _READ_FROM) -> bytes:
    # Not Path.is_dir, which raises at a name that is too long.
    if os.path.isdir(file):  # noqa: PTH112
        raise ModelError(
            f"{file} is a folder (a SavedModel?), expected {_READ_FROM}; save the "
            "model again with model.save('NAME.keras')"
        )
    with _opened(file, option, expected) as opened:
        return _block(file.name, opened, 64)


def _opened(file: Path, option: str = "", expected: str = _READ_FROM) -> IO[bytes]:
    try:
        return file.open("rb")
    except FileNotFoundError as exc:
        raise UsageError(f"{option}{file}: no such file; expected {expected}") from exc
    except OSError as exc:
        raise ModelError(f"{file} cannot be read: {exc.strerror}") from exc


def _copy(name: str, source: IO[bytes], out: Path) -> None:
    """Writes out what is read, and tells a full disk from a damaged file.

    Args:
        name: the file's that is read, for messages.
        source: the file, or a member of it.
        out: the copy.

    Raises:
        ModelError: it cannot be read to its end.
        ExportError: the copy cannot be written.
    """
    try:
        with out.open("wb") as copy:
            while block := _block(name, source, limits.MIB):
                copy.write(block)
    except OSError as exc:
        raise ExportError(
            f"{name}: its weights cannot be copied to {out.parent} ({exc.strerror}): "
            "make room, or name another folder in TMPDIR"
        ) from exc


def _block(name: str, source: IO[bytes], size: int) -> bytes:
    try:
        return source.read(size)
    except _DAMAGED as exc:
        raise _damaged(name) from exc


def _damaged(name: str) -> ModelError:
    return ModelError(f"{name}: it is damaged or cut short; copy or save it again")


def _foreign(file: Path, start: bytes) -> ModelError:
    if not start:
        return ModelError(f"{file} is empty; copy it again")
    if start.startswith(_POINTER):
        return ModelError(
            f"{file} is a pointer of git-lfs, not the model itself: run `git lfs pull` "
            "where it came from"
        )
    if start[4:8] == _LITERT:
        return ModelError(
            f"{file} is a LiteRT file that says nothing of its classes (one trained or "
            "imported here does, at its end: it may be cut short); import the Keras "
            "model that it was made from, or copy it again"
        )
    return ModelError(f"{file} is no Keras model, expected {_READ_FROM}")


def _version_in(about: object) -> str:
    version = about.get("keras_version") if isinstance(about, dict) else None
    return version if isinstance(version, str) else ""


def _from_zip(file: Path, weights: Path) -> tuple[bytes, str]:
    """Configuration and version in a ``.keras`` file; its weights are written out."""
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
            with archive.open(_WEIGHTS) as packed:
                _copy(file.name, packed, weights)
            about = members.get(_ABOUT)
            small = about is not None and about.file_size < limits.MIB
            told = json.loads(archive.read(_ABOUT)) if small else None
            return archive.read(_CONFIG), _version_in(told)
    except _DAMAGED as exc:
        raise _damaged(file.name) from exc


def _members(name: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What is in an archive, unless something in it is made to do harm."""
    infos = archive.infolist()
    members = {info.filename: info for info in infos}
    if len(infos) > limits.OBJECTS:
        raise ModelError(
            f"{name}: {len(infos):,} things are in it, expected at most "
            f"{limits.OBJECTS:,}; it is not read"
        )
    if len(members) != len(infos):
        raise ModelError(f"{name}: two things in it bear one name; it is not read")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise ModelError(
                f"{name}: {quoted(info.filename)} points out of the archive; it is "
                "not read"
            )
        bomb = (
            info.file_size > limits.INFLATION_FLOOR
            and info.file_size > limits.INFLATION * info.compress_size
        )
        if bomb or info.file_size > limits.WEIGHT_BYTES:
            raise ModelError(
                f"{name}: {quoted(info.filename)} would grow from "
                f"{info.compress_size} to {info.file_size} bytes; it is not read"
            )
    return members


def _bounded(file: Path) -> bytes:
    with _opened(file) as opened:
        return _block(file.name, opened, limits.CONFIG_BYTES + 1)


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
    start = _start(weights, "--weights ", _WEIGHTS_FROM)
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
    with _opened(weights) as opened:
        _copy(weights.name, opened, out)


def _named_by_layout(name: str, found: Path) -> Path:
    # The copy is looked at, so that nobody can change the file in between.
    hdf5.check(name, found)
    endings = {"layers": "model.weights.h5", "names": "model.h5"}
    return found.rename(found.with_name(endings[hdf5.layout(name, found)]))
