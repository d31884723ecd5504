"""Hands any data over to the training of the expression network (`train`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from models.training import calibration, record
from models.training.datasets import SIDE, Faces
from models.training.readers.data import Data
from models.training.readers.shipped import archive
from models.training.settings import Settings
from models.training.targets import truths
from models.training.train import train_on
from monitor.emotion import registry
from monitor.emotion.network import Network
from monitor.emotion.quiet import quiet


def train_expression(
    data: Data, out: Path, settings: Settings, resume: bool = False
) -> Path:
    """Trains an expression network on data of any kind; see `train.train`.

    Raises:
        UsageError: the data cannot be used, or the folder holds another run.
    """
    faces = archive(data)
    with record.writing(out):
        trained = train_on(faces, data.path.name, out, settings, resume)
        held = record.read(out)
        if keras.backend.backend() == "tensorflow":
            _, choose = faces.split(settings.validation, settings.seed)
            _export(out, held, choose)
    return trained


def _export(out: Path, held: dict[str, Any], choose: Faces) -> None:
    """Writes the network as the program reads it; with TensorFlow.

    It is calibrated on the faces held back as they stand in the data. How sure it may
    be of small and damaged faces is measured by a release alone.
    """
    from models.training import export

    about = export.describe("0", held) | {"name": registry.named_after(out)}
    side = (SIDE, SIDE, 1)
    with quiet():
        content = export.to_litert(export.load_network(out), side, "float16")
    file = export.write(content, out / "expression.tflite", about)
    export.rewrite(file, _calibrated(Network(file), choose))


def _calibrated(network: Network, choose: Faces) -> dict[str, Any]:
    raw = network.metadata.raw
    entries, priors = dict(raw["calibration"]), dict(raw.get("priors", {}))
    for head, truth in truths(choose).items():
        if (truth >= 0).any():
            seen = calibration.answers(network, choose.images, truth, head)
            entries[head] = calibration.fit(seen)
            priors[head] = calibration.priors(truth)
    return {"calibration": entries, "priors": priors}
