"""A teacher: other networks of ours, whose mean answer is learned too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from models.training import record
from models.training.networks import HEADS, in_precision, predict
from models.training.readback import is_released, read_back, stand
from models.training.stages import take_over
from models.training.targets import Floats
from monitor.emotion import metadata
from monitor.emotion.calibration import softmax
from monitor.errors import UsageError

KEPT = (
    "settings",
    "schedules",
    "backend",
    "data",
    "teacher",
    "teachers",
    "begun_from",
    "averaged",
    "unmixed",
)
"""What is kept of a network's own record: how it was made, and of what."""

_BEFORE = {"validation": 0.1}
"""What was held back for the files that do not say it: expression 5.0 and older."""


@dataclass(frozen=True, slots=True)
class Forebears:
    """Files ``network.keras`` of other runs, or released ones, that a run uses.

    Attributes:
        teachers: their mean answer is learned too.
        begin: its weights are the first ones.
    """

    teachers: tuple[Path, ...] = ()
    begin: Path | None = None

    def about(self) -> dict[str, Any]:
        """What the run's record says of them."""
        return {
            "teachers": [describe(file) for file in self.teachers],
            "begun_from": None if self.begin is None else describe(self.begin),
        }


@dataclass(frozen=True, slots=True)
class Teacher:
    """Trained networks with both heads.

    Attributes:
        models: as `networks.expression_network` makes them.
    """

    models: tuple[keras.Model, ...]

    @classmethod
    def load(cls, files: Sequence[Path]) -> Teacher:
        """Reads the ``network.keras`` of one or more runs, or what was released.

        Raises:
            UsageError: one is no such file.
            ModelError: a ``.tflite`` is damaged or none of this program's.
        """
        return cls(tuple(load_network(file, "--teacher") for file in files))

    def answers(self, images: npt.NDArray[np.uint8]) -> dict[str, Floats]:
        """Probabilities, the mean over the networks, a face and its mirror image.

        Args:
            images: (n, 48, 48) uint8, grey.

        Returns:
            (n, 7) for each of `HEADS`.
        """
        mirrored = np.ascontiguousarray(images[:, :, ::-1])
        return _mean(
            predict(model, side) for model in self.models for side in (images, mirrored)
        )

    def told(self, faces: npt.NDArray[np.float32]) -> dict[str, Floats]:
        """Probabilities for faces as a pupil sees them, the mean over the networks.

        Args:
            faces: (n, h, w, 1) float32 in [0, 255], as `networks.as_input` makes them.

        Returns:
            (n, 7) for each of `HEADS`.
        """
        return _mean(model.predict_on_batch(faces) for model in self.models)

    def computing_in(self, precision: str) -> Teacher:
        """The same networks in one of `settings.PRECISIONS`."""
        return Teacher(tuple(in_precision(model, precision) for model in self.models))


def _mean(answers: Iterable[Mapping[str, npt.NDArray[Any]]]) -> dict[str, Floats]:
    told = [
        {head: softmax(one[head].astype(np.float64)) for head in HEADS}
        for one in answers
    ]
    return {head: np.mean([one[head] for one in told], 0) for head in HEADS}


def load_network(file: Path, option: str) -> keras.Model:
    """Reads another run's ``network.keras``, or a ``.tflite`` released here.

    Args:
        file: the network.
        option: how the user named it, for the message.

    Raises:
        UsageError: it is no such file.
        ModelError: it is a ``.tflite``, damaged or none of this program's.
    """
    try:
        if is_released(file) and file.is_file():
            return read_back(file)
        model = keras.saving.load_model(file, compile=False)
    except record.UNREADABLE as exc:
        raise UsageError(
            f"{file} is no network of a run: {option} takes the network.keras of one, "
            "or a .tflite that was released."
        ) from exc
    if not isinstance(model.output, dict) or set(model.output) != set(HEADS):
        raise UsageError(f"{file} does not answer with the heads {', '.join(HEADS)}.")
    return model


def begin_with(model: keras.Model, first: Path, faces: npt.NDArray[np.uint8]) -> None:
    """Gives a network the weights of another.

    Args:
        model: as `networks.expression_network` makes it.
        first: another run's ``network.keras``, or a released ``.tflite``; where its
            stages have more blocks, the last of them are left out.
        faces: (n, 48, 48) uint8 that the network is going to learn from.

    Raises:
        UsageError: there is no such network, or it is of another shape.
        ModelError: it is a ``.tflite``, damaged or none of this program's.
    """
    network = load_network(first, "--begin")
    if is_released(first):
        stand(network, faces)
    try:
        take_over(model, network)
    except ValueError as exc:
        raise UsageError(
            f"{first} is a network of another shape: --begin takes one of the same "
            "--widths with at least as many --blocks; of --fine too at least as many, "
            "or none where this run has none, and --plain where this one is."
        ) from exc


def describe(file: Path) -> dict[str, Any]:
    """What the record of a run that uses a network says of it.

    Returns:
        ``sha256`` of its file and, where its ``run.json`` lies beside it, how it was
        trained: `KEPT`, and in ``epochs`` how many. Of a released file, whose card
        says that, its ``version``, its ``data`` and what was held back of it.

    Raises:
        UsageError: the file cannot be read, or the record beside it is damaged.
        ModelError: a ``.tflite`` is damaged or none of this program's.
    """
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise UsageError(f"{file} cannot be read ({exc.strerror or exc}).") from exc
    about: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest()}
    if is_released(file):
        return about | _released(metadata.read(file).raw)
    if not (file.parent / record.RECORD).exists():
        return about
    held = record.read(file.parent)
    kept = {name: held[name] for name in KEPT if name in held}
    return about | kept | {"epochs": len(held["epochs"])}


def _released(raw: dict[str, Any]) -> dict[str, Any]:
    told = ("name", "version", "data", "seed", "validation")
    return _BEFORE | {name: raw[name] for name in told if name in raw}
