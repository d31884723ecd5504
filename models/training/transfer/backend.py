"""Starts Keras and what it runs on, without their talk on the terminal."""

from __future__ import annotations

import os

from monitor.emotion.quiet import quiet
from monitor.errors import UsageError

VARIABLE = "KERAS_BACKEND"
BACKENDS = ("tensorflow", "torch")
"""That training runs on; Keras has others, some of which cannot train."""


def start() -> None:
    """Loads Keras and lets its backend find the devices.

    Raises:
        UsageError: `KERAS_BACKEND` names none of `BACKENDS`.
        ModuleNotFoundError: Keras, or what `KERAS_BACKEND` names, is not installed.
    """
    named = os.environ.get(VARIABLE)
    if named and named not in BACKENDS:
        raise UsageError(
            f"{VARIABLE} is {named}, expected {' or '.join(BACKENDS)}: change it, or "
            "leave it out."
        )
    with quiet():
        from keras import ops

        ops.zeros(1)
