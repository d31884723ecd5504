"""Hands any data over to the training of the shipped network (`train`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from models.training import record
from models.training.datasets import SIDE
from models.training.networks import LABELS, predict
from models.training.readers.data import Data
from models.training.readers.shipped import archive
from models.training.scores import score
from models.training.settings import Settings
from models.training.train import NETWORK, train_on
from monitor.emotion import registry
from monitor.emotion.quiet import quiet
from monitor.records import EMOTIONS


def train_expression(
    data: Data, out: Path, settings: Settings, resume: bool = False
) -> Path:
    """Trains the shipped network on data of any kind; see `train.train`.

    The record says at the end how the validation part was answered, as those of the
    other networks do.

    Raises:
        UsageError: the data cannot be used, or the folder holds another run.
    """
    held = record.check_free(out, NETWORK, resume)
    if held and held["data"].get("sha256") != data.sha256:
        record.refuse_changes(out, {"data"})
    faces = archive(data)
    with record.writing(out):
        trained = train_on(faces, data.path.name, out, settings, resume)
    _, choose = faces.split(settings.validation, settings.seed)
    logits = predict(keras.saving.load_model(trained), choose.images)[LABELS]
    held = record.read(out) | {"classes": list(EMOTIONS)}
    held["validation"] = score(logits, choose.labels, EMOTIONS)
    with record.writing(out):
        record.write(out, held)
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
