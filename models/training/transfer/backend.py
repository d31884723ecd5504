"""Starts Keras and what it runs on, without their talk on the terminal."""

from __future__ import annotations

import json
import os
from pathlib import Path

from monitor.emotion.quiet import quiet
from monitor.errors import UsageError

VARIABLE = "KERAS_BACKEND"
BACKENDS = ("tensorflow", "torch")
"""That training runs on; Keras has others, some of which cannot train."""


def start() -> None:
    """Loads Keras and lets its backend find the devices.

    Raises:
        UsageError: `KERAS_BACKEND`, or without it Keras's own file, names none of
            `BACKENDS`, or that file is none.
        ModuleNotFoundError: Keras, or what `KERAS_BACKEND` names, is not installed.
    """
    expected = " or ".join(BACKENDS)
    named = os.environ.get(VARIABLE)
    if named and named not in BACKENDS:
        raise UsageError(
            f"{VARIABLE} is {named}, expected {expected}: change it, or leave it out."
        )
    file = _settings()
    if not named and (chosen := _chosen(file)) and chosen not in BACKENDS:
        raise UsageError(
            f"{file} names the backend {chosen}, expected {expected}: change it there, "
            f"or set {VARIABLE}."
        )
    with quiet():
        from keras import ops

        ops.zeros(1)


def _settings() -> Path:
    """Where Keras keeps what was chosen once for all programs."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home).expanduser() if home else Path.home() / ".keras") / "keras.json"


def _chosen(file: Path) -> str:
    """The backend that Keras's own file names; "" where it names none."""
    try:
        settings = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        # Keras itself goes on with its defaults then.
        return ""
    if not isinstance(settings, dict):
        raise UsageError(f"{file} holds no settings of Keras: mend it, or remove it.")
    return str(settings.get("backend", ""))
