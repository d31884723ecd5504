"""A teacher: another run's network, whose answers are learned too."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from models.training import record
from models.training.networks import HEADS, predict
from models.training.targets import Floats
from monitor.emotion.calibration import softmax
from monitor.errors import UsageError

KEPT = ("settings", "schedules", "backend", "teacher")
"""What is kept of a teacher's own record: how it was trained."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A trained network with both heads.

    Attributes:
        model: as `networks.expression_network` makes it.
        about: ``sha256`` of its file and, where its ``run.json`` lies beside it, how
            it was trained: `KEPT`, and in ``epochs`` how many.
    """

    model: keras.Model
    about: dict[str, Any]

    @classmethod
    def load(cls, file: Path) -> Teacher:
        """Reads another run's ``network.keras``.

        Raises:
            UsageError: it is no such file, or the record beside it is damaged.
        """
        try:
            model = keras.saving.load_model(file, compile=False)
        except (ValueError, OSError, TypeError, KeyError, zipfile.BadZipFile) as exc:
            raise UsageError(
                f"{file} is no network of a run: --teacher takes the network.keras of "
                "one."
            ) from exc
        if not isinstance(model.output, dict) or set(model.output) != set(HEADS):
            raise UsageError(
                f"{file} does not answer with the heads {', '.join(HEADS)}."
            )
        return cls(model, describe(file))

    def answers(self, images: npt.NDArray[np.uint8]) -> dict[str, Floats]:
        """Probabilities, the mean of a face and its mirror image.

        Args:
            images: (n, 48, 48) uint8, grey.

        Returns:
            (n, 7) for each of `HEADS`.
        """
        mirrored = np.ascontiguousarray(images[:, :, ::-1])
        sides = predict(self.model, images), predict(self.model, mirrored)
        return {
            head: np.mean([softmax(side[head]) for side in sides], 0) for head in HEADS
        }


def describe(file: Path) -> dict[str, Any]:
    """What a pupil's record says of its teacher, see `Teacher.about`.

    Raises:
        UsageError: the record beside the file is damaged.
    """
    about: dict[str, Any] = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    if not (file.parent / record.RECORD).exists():
        return about
    held = record.read(file.parent)
    kept = {name: held[name] for name in KEPT if name in held}
    return about | kept | {"epochs": len(held["epochs"])}
