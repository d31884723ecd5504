"""Hands any data over to the training of the shipped network (`train`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from models.training import record
from models.training.datasets import SIDE
from models.training.readers.data import Data
from models.training.readers.shipped import archive
from models.training.settings import Settings
from models.training.train import train_on
from monitor.emotion import registry
from monitor.emotion.quiet import quiet


def train_expression(
    data: Data, out: Path, settings: Settings, resume: bool = False
) -> Path:
    """Trains the shipped network on data of any kind; see `train.train`.

    Raises:
        UsageError: the data cannot be used, or the folder holds another run.
    """
    faces = archive(data)
    with record.writing(out):
        trained = train_on(faces, data.path.name, out, settings, resume)
        held = record.read(out)
        if keras.backend.backend() == "tensorflow":
            _export(out, held)
    return trained


def _export(out: Path, held: dict[str, Any]) -> None:
    """Writes the network as the program reads it, not calibrated; with TensorFlow."""
    from models.training import export

    about = export.describe("0", held) | {"name": registry.named_after(out)}
    side = (SIDE, SIDE, 1)
    with quiet():
        content = export.to_litert(export.load_network(out), side, "float16")
    export.write(content, out / "expression.tflite", about)
