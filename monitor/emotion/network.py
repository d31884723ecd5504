"""The expression network, run by LiteRT (TensorFlow's on-device runtime)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from monitor.emotion import metadata
from monitor.emotion.metadata import Metadata
from monitor.emotion.preprocess import CROP_SIDE
from monitor.errors import ModelError
from monitor.records import EMOTIONS

LOT = 8
"""Batches are filled up to whole lots: a student coming or going then mostly leaves
the interpreter's memory as it is."""
MOST_AT_ONCE = 64
"""Faces in one run; more are read in several, so that memory stays bounded."""


def shipped() -> Path:
    """The network that the program comes with."""
    return Path(str(resources.files("models") / "emotion.tflite"))


class Network:
    """Seven calibrated probabilities for each face. Use one per thread.

    Args:
        path: a ``.tflite`` file made by ``models.training.export``.
        threads: processor threads to use; None means two, or one on one core.

    Raises:
        ModelError: the file is missing or damaged, or its network has other labels
            or shapes.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self._metadata = metadata.read(path)
        self._path = path
        count = threads or min(2, os.cpu_count() or 1)
        try:
            self._interpreter = Interpreter(
                model_content=path.read_bytes(), num_threads=count
            )
        except (ValueError, RuntimeError, OSError) as exc:
            raise self._damaged() from exc
        self._input, self._output = self._ends()
        self._lots = 0
        with _quiet():
            self._run(np.zeros((1, CROP_SIDE, CROP_SIDE), np.uint8))

    @classmethod
    def load(cls, path: Path | None = None, threads: int | None = None) -> Network:
        """The network in ``path``, or the shipped one.

        Raises:
            ModelError: see the class.
        """
        return cls(path or shipped(), threads)

    @property
    def metadata(self) -> Metadata:
        """What the file says of itself."""
        return self._metadata

    @property
    def name(self) -> str:
        """The network's name."""
        return self._metadata.name

    @property
    def version(self) -> str:
        """The network's version."""
        return self._metadata.version

    @property
    def min_face_height(self) -> float:
        """Height of a face's box in pixels under which the network is not asked."""
        return self._metadata.min_face_height

    def classify(self, crops: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Calibrated probabilities of faces.

        Args:
            crops: (n, 48, 48) uint8, grey, as `monitor.emotion.preprocess.align`
                makes them; n may be 0.

        Returns:
            (n, 7) float64, columns in the order of `EMOTIONS`; each row sums to 1.

        Raises:
            ModelError: the network cannot be run.
        """
        return softmax(self.logits(crops) / self._metadata.temperature)

    def logits(self, crops: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """(n, 7) float64: the network's answer before calibration; see `classify`."""
        if crops.dtype != np.uint8 or crops.shape[1:] != (CROP_SIDE, CROP_SIDE):
            raise ValueError(
                f"expected (n, {CROP_SIDE}, {CROP_SIDE}) uint8 crops, got "
                f"{crops.dtype} {crops.shape}"
            )
        parts = [
            self._run(crops[i : i + MOST_AT_ONCE])
            for i in range(0, len(crops), MOST_AT_ONCE)
        ]
        return np.concatenate([np.empty((0, len(EMOTIONS))), *parts])

    def _run(self, crops: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        lots = -(-len(crops) // LOT)
        faces = np.zeros((lots * LOT, CROP_SIDE, CROP_SIDE, 1), np.float32)
        faces[: len(crops), :, :, 0] = crops
        try:
            if lots != self._lots:
                self._interpreter.resize_tensor_input(self._input, faces.shape)
                self._interpreter.allocate_tensors()
                self._lots = lots
            self._interpreter.set_tensor(self._input, faces)
            self._interpreter.invoke()
            answer = self._interpreter.get_tensor(self._output)
        except (ValueError, RuntimeError) as exc:
            raise self._damaged() from exc
        return np.asarray(answer[: len(crops)], dtype=np.float64)

    def _ends(self) -> tuple[int, int]:
        """The tensors that go in and come out, once they are what we expect."""
        ends = [
            *self._interpreter.get_input_details(),
            *self._interpreter.get_output_details(),
        ]
        found = [[int(size) for size in end["shape"][1:]] for end in ends]
        expected = [[CROP_SIDE, CROP_SIDE, 1], [len(EMOTIONS)]]
        if found != expected:
            raise ModelError(
                f"{self._path} takes and answers {found}, expected {expected}: "
                "install classpulse again."
            )
        return int(ends[0]["index"]), int(ends[1]["index"])

    def _damaged(self) -> ModelError:
        return ModelError(
            f"{self._path} is damaged (LiteRT cannot run it): install classpulse again."
        )


def softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n, k) rows of probabilities for (n, k) logits."""
    raised = np.exp(logits - logits.max(1, keepdims=True, initial=-np.inf))
    return np.asarray(raised / raised.sum(1, keepdims=True))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps LiteRT's greeting off the terminal.

    At its first run it writes "INFO: Created TensorFlow Lite XNNPACK delegate" past
    Python to the process's standard error; no setting of the Python package stops it
    (https://github.com/google-ai-edge/mediapipe/issues/2119). Failures still arrive as
    exceptions.
    """
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
