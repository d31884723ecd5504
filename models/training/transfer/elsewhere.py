"""Exports a run whichever of Keras's backends trained it.

Only TensorFlow writes LiteRT files, and a process has one backend: where another one
trained, a second process exports.
"""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from models.training.datasets import Faces

_EXPORTS = "tensorflow"


def export_elsewhere(out: Path, choose: Faces) -> None:
    """`ready.make_ready` with TensorFlow, if it is installed.

    Args:
        out: the run's folder.
        choose: the faces that were held back.

    Raises:
        ModelError: the program would refuse the file.
    """
    # Here alone: the second process imports this module too, before it has chosen.
    from keras.backend import backend

    if backend() == _EXPORTS:
        _make_ready(out, choose)
    elif find_spec(_EXPORTS) is not None:
        # Ctrl-C, which reaches both, shall not leave half of it.
        deaf = (signal.SIGINT, signal.SIG_IGN)
        context = get_context("spawn")
        with ProcessPoolExecutor(1, context, signal.signal, deaf) as pool:
            pool.submit(_make_ready, out, choose).result()


def _make_ready(out: Path, choose: Faces) -> None:
    # Not before: the import chooses TensorFlow for the whole process.
    from models.training.transfer.ready import make_ready

    make_ready(out, choose)
