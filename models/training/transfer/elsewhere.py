"""Exports a run whichever of Keras's backends trained it.

Only TensorFlow writes LiteRT files, and a process has one backend: where another one
trained, a second process exports.
"""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from models.training.datasets import Faces
from monitor.emotion.quiet import quiet
from monitor.errors import ExportError

READY = "expression.tflite"
"""The network of a run as the program reads it."""

_EXPORTS = "tensorflow"


def export_elsewhere(out: Path, choose: Faces, voted: bool) -> None:
    """`ready.make_ready` with TensorFlow, if it is installed.

    Args:
        out: the run's folder.
        choose: the faces that were held back.
        voted: whether somebody voted on them.

    Raises:
        ExportError: the second process was ended, or TensorFlow does not start in it.
        ModelError: the program would refuse the file.
    """
    # One from before the run went on would pass for what it became.
    file = out / READY
    file.unlink(missing_ok=True)
    # Here alone: the second process imports this module too, before it has chosen.
    from keras.backend import backend

    if backend() == _EXPORTS:
        _make_ready(file, choose, voted)
    elif find_spec(_EXPORTS) is not None:
        # Ctrl-C, which reaches both, shall not leave half of it.
        deaf = (signal.SIGINT, signal.SIG_IGN)
        context = get_context("spawn")
        try:
            with ProcessPoolExecutor(1, context, signal.signal, deaf) as pool:
                pool.submit(_make_ready, file, choose, voted).result()
        except (BrokenProcessPool, ImportError) as exc:
            raise ExportError(
                f"The network is trained and kept, but TensorFlow could not export it "
                f"({exc}): repeat the command with --resume, with more memory free."
            ) from exc


def _make_ready(file: Path, choose: Faces, voted: bool) -> None:
    with quiet():
        # Not before: the import chooses TensorFlow for the whole process.
        from models.training.transfer.ready import make_ready

    make_ready(file, choose, voted)
