"""Keeps what TensorFlow's libraries write past Python off the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing reaches the process's standard error meanwhile.

    LiteRT greets at its first run ("INFO: Created TensorFlow Lite XNNPACK delegate"),
    TensorFlow logs as it loads, both before any setting of Python can stop it
    (https://github.com/google-ai-edge/mediapipe/issues/2119). What goes wrong arrives
    as an exception.
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # a windowed program without standard error
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nothing)
        os.close(kept)
