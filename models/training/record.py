"""The folder of a run: its record, and how it is written so that nothing is lost."""

from __future__ import annotations

import json
import platform
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import keras
import numpy as np
import platformdirs

from monitor.errors import ExportError, UsageError
from monitor.quoting import named

RECORD = "run.json"
CHECKPOINT = "checkpoint.keras"
WRITTEN = (
    CHECKPOINT,
    "network.keras",
    "average.npz",
    "expression.tflite",
    "curves.png",
    "confusion.png",
    "bad_rows.txt",
)
"""What runs of any kind leave in their folder beside the record."""

_BEFORE: dict[str, Any] = {"clear": 0, "precision": "float32", "follow": False}
_SHAPE_BEFORE = {"fine": 0, "plain": False}
"""What a run did before there was such a setting: its record lacks the name."""

_GROUPS = frozenset({"changes", "shape"})
"""Settings made of others, each of which is an option of the command by its name."""

UNREADABLE = (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile)
"""What Keras and NumPy raise about a file of theirs that is damaged."""


def default_folder(network: str, seed: int) -> Path:
    """Where a run goes when nobody says: the user's cache folder."""
    cache = Path(platformdirs.user_cache_dir("classpulse"))
    return cache / "runs" / f"{network}-{seed}"


def begun(network: str, settings: dict[str, Any], model: keras.Model) -> dict[str, Any]:
    """The record of a run that is about to begin."""
    backend = keras.backend.backend()
    return {
        "network": network,
        "settings": settings,
        "parameters": model.count_params(),
        "backend": backend,
        "versions": {
            "python": platform.python_version(),
            backend: _version_of(backend),
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "epochs": [],
    }


def read(out: Path) -> dict[str, Any]:
    """The record in a run's folder.

    Raises:
        UsageError: there is none, or it is damaged.
    """
    try:
        record = json.loads((out / RECORD).read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise UsageError(
            f"{out} holds no readable {RECORD} ({exc}): expected the folder of a run."
        ) from exc
    if not isinstance(record, dict) or not isinstance(record.get("epochs"), list):
        raise UsageError(f"{out / RECORD} is not the record of a run.")
    return record


@contextmanager
def replacing(*files: Path) -> Iterator[list[Path]]:
    """Files to write aside, moved at the end.

    A kill while they are written leaves the older ones. One between two moves leaves
    the last named as it was: of a run that is the record, so an epoch is learned twice.
    """
    partial = [file.with_name(f"{file.stem}.partial{file.suffix}") for file in files]
    yield partial
    for made, file in zip(partial, files, strict=True):
        made.replace(file)


def write(out: Path, record: dict[str, Any]) -> None:
    """Writes the record, whole or not at all."""
    with replacing(out / RECORD) as (file,):
        file.write_text(json.dumps(record, indent=2), "utf-8")


def save(model: keras.Model, to: Path) -> None:
    """Writes a network in the same way."""
    with replacing(to) as (file,):
        model.save(file)


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Translates what goes wrong while a run's folder is written.

    Raises:
        ExportError: the disk is full, the folder is not to be written, and the like.
    """
    try:
        yield
    except OSError as exc:
        raise ExportError(
            f"The run in {out} cannot be written ({exc.strerror or exc}): make room or "
            "choose another folder with --out; --resume goes on after the last epoch."
        ) from exc


def check_free(out: Path, network: str, resume: bool) -> dict[str, Any] | None:
    """The record to go on with; None where the folder holds no run.

    Raises:
        UsageError: it holds a run, and ``resume`` is False, or none, and it is True;
            or files of other origin that a run would replace; or the run is of
            another network, or its record is damaged, or its checkpoint is gone.
    """
    if not (out / RECORD).exists():
        if resume:
            raise UsageError(
                f"{out} holds no run to go on with: name its folder with --out, or "
                "leave --resume out to begin one there."
            )
        _check_nothing_lost(out)
        return None
    if not resume:
        raise UsageError(
            f"{out} holds a run already: add --resume to go on with it, or choose "
            "another folder with --out."
        )
    record = read(out)
    held = record.get("network", "expression")
    if held != network:
        raise UsageError(
            f"{out} holds a run of {held}, not of {network}: choose another folder "
            "with --out."
        )
    parts = [record.get(key) for key in ("settings", "data")]
    if not all(isinstance(part, dict) for part in parts):
        raise UsageError(f"{out / RECORD} is not the record of a run.")
    if record["epochs"] and not (out / CHECKPOINT).exists():
        raise UsageError(
            f"{out} holds a run without its {CHECKPOINT}, which going on needs: put it "
            "back, or choose another folder with --out."
        )
    return record


def _check_nothing_lost(out: Path) -> None:
    if there := [name for name in WRITTEN if (out / name).exists()]:
        raise UsageError(
            f"{out} holds {', '.join(there)}, which a run would replace, and no "
            f"{RECORD}: choose another folder with --out, or move these away."
        )


def check_place(out: Path) -> None:
    """Finds out early, and leaving nothing, that a run cannot be kept somewhere.

    Raises:
        ExportError: the folder is no folder, or cannot be made or written.
    """
    # Of what is there already, the nearest.
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as exc:
        raise ExportError(
            f"No run can be kept in {out} ({exc.strerror}): choose another folder with "
            "--out."
        ) from exc


def take_up(out: Path) -> keras.Model:
    """The network and its optimiser as the last whole epoch left them.

    Raises:
        UsageError: the checkpoint is damaged, or cannot be read.
    """
    try:
        return keras.saving.load_model(out / CHECKPOINT)
    except UNREADABLE as exc:
        raise unreadable(out / CHECKPOINT, exc) from exc


def unreadable(file: Path, exc: Exception) -> UsageError:
    """What is said of a file of a run that cannot be read: one of `UNREADABLE`."""
    # HDF5 raises OSError without a reason of the system's for a damaged file.
    if isinstance(exc, OSError) and exc.strerror:
        return UsageError(f"{file} cannot be read ({exc.strerror}).")
    return UsageError(
        f"{file} is damaged, so the run cannot go on: choose another folder with --out."
    )


def changed(record: dict[str, Any], settings: dict[str, Any]) -> set[str]:
    """Names of the settings that are not those of a run's record.

    `KERAS_BACKEND` is one of them: the record names one backend for the whole run.
    """
    before, wanted = record["settings"], json.loads(json.dumps(settings))
    before, wanted = _in_todays_form(before), _in_todays_form(wanted)
    names = _apart(before, wanted)
    for group in names & _GROUPS:
        if isinstance(before.get(group), dict):
            names = names - {group} | _apart(before[group], wanted[group])
    backend = keras.backend.backend()
    if record.get("backend", backend) != backend:
        names.add("KERAS_BACKEND")
    return names


def _apart(before: dict[str, Any], wanted: dict[str, Any]) -> set[str]:
    """Names of the values that differ."""
    return {name for name, value in wanted.items() if before.get(name) != value}


def _in_todays_form(settings: dict[str, Any]) -> dict[str, Any]:
    filled = _BEFORE | settings
    if isinstance(filled.get("shape"), dict):
        filled["shape"] = _SHAPE_BEFORE | filled["shape"]
    return filled


def refuse_changes(out: Path, changed: set[str]) -> None:
    """Refuses to go on with a run under other settings.

    Raises:
        UsageError: there are any.
    """
    if changed:
        raise UsageError(
            f"The run in {out} was begun with other settings "
            f"({', '.join(sorted(changed))}): go on with those in its {RECORD}, or "
            "choose another folder with --out."
        )


def check_same_pictures(out: Path, record: dict[str, Any], sha256: str) -> None:
    """Refuses to go on with other pictures: of those, some held back may be learned.

    Args:
        out: the run's folder.
        record: the run's.
        sha256: of the pictures to go on with, their votes included (no file's own
            sum where there are votes, or folders).

    Raises:
        UsageError: the run has learned from others.
    """
    held = record["data"]
    before = str(held.get("sha256", "unknown"))
    if before != sha256:
        raise UsageError(
            f"The run in {out} learned from {named(str(held.get('file', 'a file')))} "
            f"(sum {before[:16]}); what --data names now has the sum {sha256[:16]}: "
            "other pictures or votes. Go on with the first, or choose another folder "
            "with --out."
        )


def _version_of(package: str) -> str:
    """What is installed; its distribution may have another name (tensorflow-cpu)."""
    try:
        return version(package)
    except PackageNotFoundError:
        return str(import_module(package).__version__)
