"""The expression network, run by LiteRT (TensorFlow's on-device runtime)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from monitor.emotion import metadata
from monitor.emotion.calibration import Floats
from monitor.emotion.metadata import Metadata
from monitor.emotion.quiet import quiet
from monitor.emotion.registry import shipped
from monitor.errors import ModelError
from monitor.records import EMOTIONS

MOST_AT_ONCE = 64
"""Faces in one run; more are read in several, so that memory stays bounded."""
MOST_LARGE = 8
"""The same of an input larger than `LARGE_SIDE`, each of which takes far more."""
LARGE_SIDE = 64
LEAST = 1e-12
"""Below this a probability's logarithm says nothing more."""


class Network:
    """Seven calibrated probabilities for each face. Use one per thread.

    Args:
        path: a ``.tflite`` file made by ``classpulse models train`` or ``import``.
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
        large = self._metadata.input[0] > LARGE_SIDE
        self._most = MOST_LARGE if large else MOST_AT_ONCE
        self._columns = [EMOTIONS.index(name) for name in self._metadata.classes]
        self._batch = 0
        with quiet():
            self._run(np.zeros((1, *self._crop_shape), np.uint8))

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

    def classify(
        self,
        crops: npt.NDArray[np.uint8],
        heights: Floats | None = None,
        head: str | None = None,
    ) -> Floats:
        """Calibrated probabilities of faces.

        Args:
            crops: (n, side, side) uint8, grey, or (n, side, side, 3) uint8, RGB, for
                a network in colour, as `monitor.emotion.preprocess.align` makes
                them; n may be 0.
            heights: (n,) of the faces' boxes in the picture, in pixels; None when
                the crops are all there is.
            head: whose answer; None is the head that the product reads.

        Returns:
            (n, 7) float64, columns in the order of `EMOTIONS`; each row sums to 1.

        Raises:
            ModelError: the network cannot be run.
        """
        return self._calibrated(self._columns_of(crops, head), heights, head)

    def classify_heads(
        self, crops: npt.NDArray[np.uint8], heights: Floats | None = None
    ) -> dict[str, Floats]:
        """`classify` for every head at once, which costs no more than one."""
        answers, k = self._answers(crops), len(self._columns)
        return {
            head: self._calibrated(answers[:, i * k : (i + 1) * k], heights, head)
            for i, head in enumerate(self._metadata.heads)
        }

    def logits(self, crops: npt.NDArray[np.uint8], head: str | None = None) -> Floats:
        """(n, 7) float64: the answer before calibration; see `classify`.

        A class that the network does not know has -inf.
        """
        logits = np.full((len(crops), len(EMOTIONS)), -np.inf)
        logits[:, self._columns] = self._columns_of(crops, head)
        return logits

    def _calibrated(
        self, logits: Floats, heights: Floats | None, head: str | None
    ) -> Floats:
        calibration = self._metadata.calibration[head or self._metadata.reads]
        probabilities = np.zeros((len(logits), len(EMOTIONS)))
        probabilities[:, self._columns] = calibration.probabilities(logits, heights)
        return probabilities

    def _columns_of(self, crops: npt.NDArray[np.uint8], head: str | None) -> Floats:
        """(n, k) logits of one head, columns as in the file's classes."""
        heads, k = self._metadata.heads, len(self._columns)
        if head is not None and head not in heads:
            raise ValueError(f"no head {head!r}: expected one of {heads}")
        first = k * heads.index(head or self._metadata.reads)
        return self._answers(crops)[:, first : first + k]

    @property
    def _crop_shape(self) -> tuple[int, ...]:
        height, width, channels = self._metadata.input
        return (height, width) if channels == 1 else (height, width, channels)

    def _answers(self, crops: npt.NDArray[np.uint8]) -> Floats:
        """(n, k * heads) logits of all heads, side by side."""
        about = self._metadata
        if crops.dtype != np.uint8 or crops.shape[1:] != self._crop_shape:
            expected = ", ".join(map(str, self._crop_shape))
            raise ValueError(
                f"expected (n, {expected}) uint8 crops, got {crops.dtype} {crops.shape}"
            )
        parts = [
            self._run(crops[i : i + self._most])
            for i in range(0, len(crops), self._most)
        ]
        columns = len(about.classes) * len(about.heads)
        answers = np.concatenate([np.empty((0, columns)), *parts])
        if about.output == "probabilities":
            return np.asarray(np.log(np.maximum(answers, LEAST)))
        return answers

    def _run(self, crops: npt.NDArray[np.uint8]) -> Floats:
        """(n, k * heads) what comes out for up to `MOST_AT_ONCE` crops."""
        about = self._metadata
        # Grey crops have no axis for their one channel.
        faces = crops.reshape(-1, *about.input).astype(np.float32)
        if (about.scale, about.offset) != (1.0, 0.0):
            faces *= about.scale
            faces += about.offset
        try:
            if len(faces) != self._batch:
                self._interpreter.resize_tensor_input(self._input, faces.shape)
                self._interpreter.allocate_tensors()
                self._batch = len(faces)
            self._interpreter.set_tensor(self._input, faces)
            self._interpreter.invoke()
            answer = self._interpreter.get_tensor(self._output)
        except (ValueError, RuntimeError) as exc:
            raise self._damaged() from exc
        if not np.isfinite(answer).all():
            raise ModelError(
                f"{self._path} answers what is no number: make the file again."
            )
        return np.asarray(answer, dtype=np.float64)

    def _ends(self) -> tuple[int, int]:
        """The tensors that go in and come out, once they are what we expect."""
        about = self._metadata
        ends = [
            *self._interpreter.get_input_details(),
            *self._interpreter.get_output_details(),
        ]
        found = [[int(size) for size in end["shape"][1:]] for end in ends]
        expected = [list(about.input), [len(about.classes) * len(about.heads)]]
        if found != expected or any(end["dtype"] != np.float32 for end in ends):
            kinds = ", ".join(sorted({np.dtype(end["dtype"]).name for end in ends}))
            raise ModelError(
                f"{self._path} takes and answers {found} ({kinds}), expected "
                f"{expected} (float32): install classpulse again if it came with it, "
                "or import or train yours again."
            )
        return int(ends[0]["index"]), int(ends[1]["index"])

    def _damaged(self) -> ModelError:
        return ModelError(
            f"{self._path} is damaged (LiteRT cannot run it): install classpulse "
            "again if it came with it, or import or train yours again."
        )
