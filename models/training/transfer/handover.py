"""Hands any data over to the training of the shipped network (`train`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from models.training import record
from models.training.datasets import SIDE, Archive, Faces, majority, split
from models.training.networks import LABELS, predict
from models.training.readers.data import Data
from models.training.readers.parts import learnable
from models.training.scores import score
from models.training.settings import Settings
from models.training.train import NETWORK, train_on
from monitor.emotion import registry
from monitor.emotion.quiet import quiet
from monitor.records import EMOTIONS

ANNOTATORS = 10
"""Who say the label, where nobody voted: as many as FER+ asked."""


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
    _, choose = split(faces.training, settings.validation, settings.seed)
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


def archive(data: Data) -> Archive:
    """The data as the shipped network's training takes it: 48 pixels, grey, the seven.

    Where nobody voted, the label stands for the votes as well: a head that learned
    nothing would answer by chance.

    Raises:
        UsageError: a class is none of the seven, or no part is there to learn from.
    """
    emotions, groups, learn = data.emotions(), data.groups.of, learnable(data)
    elsewhere = np.setdiff1d(np.arange(len(data)), learn)
    copied = np.isin(groups[learn], groups[elsewhere])
    votes = data.votes
    if votes is None:
        votes = ANNOTATORS * np.eye(len(EMOTIONS), dtype=np.float32)[emotions]

    seen = majority(votes, data.other_votes)
    public = np.flatnonzero(np.char.lower(data.parts) == "publictest")

    def faces(rows: npt.NDArray[np.int64]) -> Faces:
        images = data.grey(rows, SIDE)
        return Faces(images, emotions[rows], votes[rows], groups[rows], seen[rows])

    return Archive(
        training=faces(learn[~copied]),
        public_test=faces(public),
        sha256=data.sha256,
        shared=int(copied.sum()),
        copies=np.isin(groups[public], groups[learn]),
    )
