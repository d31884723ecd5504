"""Hands any data over to the training of the expression network (`train`)."""

from __future__ import annotations

from pathlib import Path

from models.training import record
from models.training.readers.data import Data
from models.training.readers.shipped import archive
from models.training.settings import Settings
from models.training.train import train_on
from models.training.transfer.elsewhere import export_elsewhere


def train_expression(
    data: Data, out: Path, settings: Settings, resume: bool = False
) -> Path:
    """Trains an expression network on data of any kind; see `train.train`.

    Where TensorFlow is installed, ``out / "expression.tflite"`` is the network as the
    program reads it.

    Raises:
        UsageError: the data cannot be used, or the folder holds another run.
    """
    faces = archive(data)
    with record.writing(out):
        trained = train_on(faces, data.path.name, out, settings, resume)
        _, choose = faces.split(settings.validation, settings.seed)
        export_elsewhere(out, choose, voted=faces.voted)
    return trained
