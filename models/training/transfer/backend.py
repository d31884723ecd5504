"""Starts Keras and what it runs on, without their talk on the terminal."""

from __future__ import annotations

from monitor.emotion.quiet import quiet


def start() -> None:
    """Loads Keras and lets its backend find the devices.

    Raises:
        ModuleNotFoundError: Keras, or what `KERAS_BACKEND` names, is not installed.
    """
    with quiet():
        from keras import ops

        ops.zeros(1)
