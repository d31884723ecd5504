"""Trains one of the tutorials' networks (`applications.BASES`) on labelled pictures.

A base that knows something already is frozen while the new head learns, then all of it
is fine-tuned at a low rate; one that knows nothing learns as a whole from the start.

A run lives in one folder: ``checkpoint.keras`` (weights and optimiser) after every
epoch, ``network.keras`` (as it stood after the epoch that answered the validation part
best) and ``run.json``. The order of the pictures and their changes are drawn from the
seed and the epoch's number, so a resumed run sees the same (its dropout is drawn anew).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from rich.progress import Progress

from models.training import record
from models.training.datasets import check_classes
from models.training.readers.data import Data, Rows
from models.training.readers.parts import learnable, split_by_group
from models.training.scores import PLACES, score
from models.training.transfer import applications
from models.training.transfer.applications import IMAGENET, NOTHING
from models.training.transfer.changes import Changes
from models.training.transfer.feed import Batch, Feed
from monitor.emotion.quiet import quiet

Batches = Iterable[tuple[Batch, Rows]]

HEAD_RATE, FINE_RATE = 1e-3, 1e-5
"""Learning rates of a head on a frozen base, and of all of it afterwards."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run depends on, apart from the data.

    Attributes:
        network: a key of `applications.BASES`.
        side: height and width in pixels of the pictures that it gets.
        weights: "imagenet", "none" or a file, as `applications.build` takes them.
        epochs: passes over the pictures, the base frozen if it knows something.
        fine_tune: passes after those, at the low rate.
        batch: pictures in a step.
        dropout: share of the features dropped while learning.
        validation: share of the pictures to choose on, where the data has no such part.
        seed: draws weights, order, changes and the validation part.
        changes: how pictures are changed while learning.
    """

    network: str
    side: int
    weights: str = IMAGENET
    epochs: int = 10
    fine_tune: int = 5
    batch: int = 32
    dropout: float = 0.3
    validation: float = 0.1
    seed: int = 1
    changes: Changes = field(default_factory=Changes)

    @property
    def total(self) -> int:
        """Epochs in all."""
        return self.epochs + self.fine_tune

    def frozen(self, epoch: int) -> bool:
        """Whether the base learns nothing in an epoch, counted from 0."""
        return epoch < self.epochs and self.weights != NOTHING

    def rate(self, epoch: int) -> float:
        """The learning rate of an epoch, counted from 0."""
        if self.weights != NOTHING:
            return HEAD_RATE if epoch < self.epochs else FINE_RATE
        whole = applications.BASES[self.network].rate
        return whole if epoch < self.epochs else whole / 10


def train(data: Data, out: Path, settings: Settings, resume: bool = False) -> Path:
    """Trains a network, or goes on with one.

    Args:
        data: what to learn from; its part Training or train, or all of it without
            parts.
        out: the run's folder; made when missing.
        settings: everything else that the run depends on.
        resume: go on from the folder's last checkpoint when there is one.

    Returns:
        The trained network: ``out / "network.keras"``.

    Raises:
        UsageError: the data, the settings or the weights cannot be used, or the folder
            holds another run.
        ExportError: the folder cannot be written.
    """
    goes_on = _check_folder(out, data, settings, resume)
    applications.check(settings.network, settings.side, settings.weights, goes_on)
    learn, choose = split_by_group(data, settings.validation, settings.seed)
    check_classes(str(data.path), data.labels[learn])
    run = _Run.begin(data, out, settings)
    run.held["data"] = _described(data, learn, choose)
    with Progress() as bar:
        for epoch in range(run.epoch, settings.total):
            run.one_epoch(epoch, learn, choose, bar)
    return out / "network.keras"


@dataclass(slots=True)
class _Run:
    """A run under way: the network and what is held in its record."""

    data: Data
    out: Path
    settings: Settings
    model: keras.Model
    held: dict[str, Any]

    @classmethod
    def begin(cls, data: Data, out: Path, settings: Settings) -> _Run:
        """Starts in an empty folder, or takes up the last checkpoint."""
        with record.writing(out):
            out.mkdir(parents=True, exist_ok=True)
        with quiet():
            # It loads TensorFlow, where that is installed, whichever backend trains.
            keras.utils.set_random_seed(settings.seed)
        if (out / record.RECORD).exists():
            model = record.take_up(out)
            held = record.read(out) | {"settings": asdict(settings)}
            return cls(data, out, settings, model, held)
        model = applications.build(
            settings.network,
            len(data.classes),
            settings.side,
            settings.weights,
            settings.dropout,
        )
        begun = record.begun(settings.network, asdict(settings), model)
        begun["classes"] = list(data.classes)
        return cls(data, out, settings, model, begun)

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.held["epochs"])

    def one_epoch(self, epoch: int, learn: Rows, choose: Rows, bar: Progress) -> None:
        """Learns, measures, and writes the checkpoint and the record."""
        settings, began = self.settings, time.monotonic()
        feed = Feed(
            self.data, settings.side, settings.batch, settings.seed, settings.changes
        )
        if epoch in {0, settings.epochs}:
            self._begin_phase(epoch)
        frozen = ", the base frozen" if settings.frozen(epoch) else ""
        name = f"epoch {epoch + 1}/{settings.total}{frozen}"
        task = bar.add_task(name, total=feed.steps(learn) + feed.steps(choose))

        def advance() -> None:
            bar.advance(task)

        learned = self._learn(feed.learning(learn, epoch), advance)
        logits = answer(self.model, feed.plain(choose), advance)
        found = score(logits, self.data.labels[choose], self.data.classes)
        self.held["epochs"].append(
            {"epoch": epoch + 1, "frozen": settings.frozen(epoch)}
            | {name: round(value, PLACES) for name, value in learned.items()}
            | {f"validation_{name}": found[name] for name in ("accuracy", "loss")}
            | {"seconds": round(time.monotonic() - began, 1)}
        )
        right = f"{name}: {found['accuracy']:.1%} of the validation part right"
        bar.update(task, description=right)
        with record.writing(self.out):
            self._save(found)

    def _begin_phase(self, epoch: int) -> None:
        settings = self.settings
        knows = settings.weights != NOTHING
        applications.let_learn(self.model, settings.frozen(epoch), knows)
        self.model.compile(
            optimizer=keras.optimizers.Adam(settings.rate(epoch)),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
            jit_compile=False,  # XLA takes minutes to compile the larger ones
        )

    def _learn(self, batches: Batches, advance: Callable[[], None]) -> dict[str, float]:
        self.model.reset_metrics()
        means: dict[str, Any] = {}
        for pictures, rows in batches:
            # Keras reports the means since they were reset.
            means = self.model.train_on_batch(
                pictures, self.data.labels[rows], return_dict=True
            )
            advance()
        return {name: float(means[name]) for name in ("loss", "accuracy")}

    def _save(self, found: dict[str, Any]) -> None:
        best = self.held.get("validation")
        if best is None or _rank(found) > _rank(best):
            self.held["validation"] = {"epoch": self.epoch} | found
            # Made anew around the same layers: without the optimiser's memory.
            plain = keras.Model(
                self.model.input, self.model.output, name=self.model.name
            )
            record.save(plain, self.out / "network.keras")
        record.save(self.model, self.out / record.CHECKPOINT)
        record.write(self.out, self.held)


def answer(
    model: keras.Model, batches: Batches, advance: Callable[[], None] = lambda: None
) -> npt.NDArray[np.float32]:
    """(n, k) float32 logits of every picture in the batches.

    Args:
        model: as `applications.build` makes it.
        batches: as `Feed.plain` gives them.
        advance: called after each.
    """
    parts = []
    for pictures, _ in batches:
        parts.append(np.asarray(model.predict_on_batch(pictures), np.float32))
        advance()
    return np.concatenate(parts)


def _rank(found: dict[str, Any]) -> tuple[float, float]:
    return found["accuracy"], -found["loss"]


def _described(data: Data, learn: Rows, choose: Rows) -> dict[str, Any]:
    left_out = np.setdiff1d(learnable(data), np.concatenate([learn, choose]))
    return {
        "file": data.path.name,
        "sha256": data.sha256,
        "learned_from": len(learn),
        "chosen_on": len(choose),
        "left_out_as_copies_of_other_parts": len(left_out),
        "left_out_as_bad": len(data.bad),
    }


def _check_folder(out: Path, data: Data, settings: Settings, resume: bool) -> bool:
    """Whether the folder holds a run, with which to go on."""
    held = record.check_free(out, settings.network, resume)
    if held is None:
        return False
    record.check_same_pictures(out, held, data.sha256)
    changed = record.changed(held, asdict(settings)) - {"fine_tune"}
    if len(held["epochs"]) <= min(held["settings"]["epochs"], settings.epochs):
        changed -= {"epochs"}
    # The sum does not tell the classes of a run from when a folder without a usable
    # picture was one; what it learned to answer stands for other names now.
    if held.get("classes", list(data.classes)) != list(data.classes):
        changed |= {"classes"}
    if "side" in changed:
        # As it is typed.
        changed = changed - {"side"} | {"size"}
    record.refuse_changes(out, changed)
    return True
