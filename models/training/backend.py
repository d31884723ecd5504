"""Starts Keras and what it runs on, and keeps their talk off the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps what TensorFlow writes to the process's standard error to itself.

    It writes past Python and before any setting can stop it; what goes wrong arrives
    as an exception.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nothing)
        os.close(kept)


def start() -> None:
    """Loads Keras and lets its backend find the devices.

    Raises:
        ModuleNotFoundError: Keras, or what `KERAS_BACKEND` names, is not installed.
    """
    with quiet():
        from keras import ops

        ops.zeros(1)
