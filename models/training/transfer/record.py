"""The folder of a run: its record, and how it is written so that nothing is lost."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from monitor.errors import ExportError, UsageError

RECORD = "run.json"


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
            backend: version(backend),
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


def write(out: Path, record: dict[str, Any]) -> None:
    """Writes the record aside and moves it: a kill between leaves the older one."""
    partial = out / "run.partial.json"
    partial.write_text(json.dumps(record, indent=2), "utf-8")
    partial.replace(out / RECORD)


def save(model: keras.Model, to: Path) -> None:
    """Writes a network in the same way."""
    partial = to.with_name(f"{to.stem}.partial.keras")
    model.save(partial)
    partial.replace(to)


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
        UsageError: it holds a run, and ``resume`` is False, or the run is of another
            network, or its record is damaged.
    """
    if not (out / RECORD).exists():
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
    return record


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
