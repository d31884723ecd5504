"""Trains an expression network: ``python -m models.training.train --data FILE``.

A run lives in one folder: ``checkpoint.keras`` (weights and optimiser) with
``average.npz`` (the averaged weights) after every epoch, ``network.keras`` (the network
with the averaged weights), ``run.json`` (settings, data, versions, figures), and at the
end pictures of how it learned and what it takes for what.

``--resume`` goes on after the last whole epoch; with other ``--epochs``, ``--cool``,
``--clear`` or ``--rate`` the schedule is the new one from there. The faces of an epoch
are drawn from the seed and the epoch's number, so a resumed run sees the same (its
dropout is drawn anew). A run that begins with another run's network counts on from
there: that network has learned from what the first numbers draw.

Either of Keras's backends trains (``KERAS_BACKEND=torch`` was four times faster on a
processor, with tcmalloc preloaded).

The network is small (`shape.SMALL`) unless `--widths`, `--blocks` and `--fine` make it
larger, and residual unless it is `--plain`. `--teacher` and `--begin` take other runs'
networks, and released ``.tflite`` files too: those outlive the runs. A network may
begin with a deeper one. With `--follow` the teacher is asked about every face as it is
shown.

`--precision mixed_bfloat16` is quicker on processors with instructions for it
(AVX512-BF16, AMX), on others slower; the network that is kept computes in float32.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import rich
import rich.progress

from models.training import record
from models.training.batches import batches
from models.training.datasets import Archive, Faces
from models.training.forebears import (
    Held,
    begun_from,
    check_held_back,
    epochs_before,
    teachers_of,
)
from models.training.memory import keep_memory
from models.training.networks import (
    HEADS,
    LABELS,
    VOTES,
    expression_network,
    in_precision,
    multiply_adds,
    predict,
)
from models.training.optimizers import ConvolutionMuon
from models.training.options import parse
from models.training.readers.shipped import load
from models.training.scores import PLACES, log_softmax, score
from models.training.settings import SCHEDULE, Settings
from models.training.targets import Targets, beside, targets
from models.training.teacher import Forebears, Teacher, begin_with
from models.training.transfer.pictures import draw
from monitor.emotion.quiet import quiet
from monitor.errors import ClassPulseError
from monitor.records import EMOTIONS

Weights = list[npt.NDArray[np.float32]]

NETWORK = "expression"
AVERAGE = "average.npz"

ALONE = Forebears()


def train(
    data: Path,
    out: Path,
    settings: Settings,
    resume: bool = False,
    forebears: Forebears = ALONE,
) -> Path:
    """Trains one network, or goes on with one.

    Args:
        data: the .npz file of faces.
        out: the run's folder; made when missing.
        settings: everything else that the run depends on.
        resume: go on from the folder's last checkpoint when there is one.
        forebears: networks of other runs to learn from or to begin with.

    Returns:
        The trained model: ``out / "network.keras"``, averaged weights.

    Raises:
        UsageError: the data cannot be used, the folder holds another run, a teacher
            or the beginning is no network of a run, or none of this shape.
        ModelError: one of those is a ``.tflite``, damaged or none of this program's.
    """
    _check_folder(out, settings, resume)
    return train_on(load(data), data.name, out, settings, resume, forebears)


def train_on(
    archive: Archive,
    name: str,
    out: Path,
    settings: Settings,
    resume: bool = False,
    forebears: Forebears = ALONE,
) -> Path:
    """`train` on faces that were read already; ``name`` is for the record."""
    _check_folder(out, settings, resume, archive.sha256)
    taught: Teacher | None = None
    if forebears.teachers:
        taught = Teacher.load(forebears.teachers).computing_in(settings.precision)
    about = forebears.about()
    if archive.validation is None:
        check_held_back(about, archive.sha256, settings)
    learn, choose = archive.split(settings.validation, settings.seed)
    run = _Run.begin(out, settings, about, forebears.begin, learn.images)
    run.held |= {
        "data": {
            "file": name,
            "sha256": archive.sha256,
            "learned_from": len(learn),
            "chosen_on": len(choose),
            "classes": [EMOTIONS[label] for label in np.unique(learn.labels)],
            "left_out_as_copies_of_other_parts": archive.shared,
            "left_out_as_bad": archive.bad,
        },
    }
    wanted = targets(learn, settings)
    if taught is not None and settings.follow:
        run.follows = taught
    elif taught is not None:
        wanted = beside(wanted, taught.answers(learn.images), settings.teacher)
    for epoch in range(run.epoch, settings.epochs):
        began = time.monotonic()
        loss = run.one_epoch(epoch, learn.images, wanted)
        found = _validation(run.answers(epoch, choose), choose, archive.voted)
        run.end_epoch(epoch, loss, found, time.monotonic() - began)
    run.score(choose)
    return out / "network.keras"


@dataclass(slots=True)
class _Run:
    """A run under way.

    Attributes:
        out: its folder.
        settings: what it depends on.
        model: the network that learns.
        averaged: its averaged weights.
        measured: a float32 network that takes the averaged weights when they are
            measured and kept.
        held: its record.
        follows: a teacher that is asked about every face as it is shown.
    """

    out: Path
    settings: Settings
    model: keras.Model
    averaged: Weights
    measured: keras.Model
    held: dict[str, Any]
    follows: Teacher | None = None

    @classmethod
    def begin(
        cls,
        out: Path,
        settings: Settings,
        about: dict[str, Any],
        first: Path | None,
        faces: npt.NDArray[np.uint8],
    ) -> _Run:
        """Starts in an empty folder, or takes up the last checkpoint.

        Args:
            out: the run's folder.
            settings: of the run.
            about: what the record says of the networks that it learns from.
            first: a network whose weights are the first ones.
            faces: (n, 48, 48) that it will learn from.
        """
        with quiet():
            # It loads TensorFlow, where that is installed, whichever backend trains.
            keras.utils.set_random_seed(settings.seed)
        if (out / record.RECORD).exists():
            model, averaged = record.take_up(out), _average_of(out)
            held = record.read(out)
            _check_networks(out, held, about)
            _note_schedule(held, settings)
        else:
            model = expression_network(settings.shape)
            model = in_precision(model, settings.precision)
            if first is not None:
                begin_with(model, first, faces)
            out.mkdir(parents=True, exist_ok=True)
            averaged = model.get_weights()
            held = record.begun(NETWORK, asdict(settings), model) | about
            held["multiply_adds"] = multiply_adds(model)
            model.compile(
                optimizer=ConvolutionMuon(settings.rate, settings.decay),
                loss={
                    head: keras.losses.CategoricalCrossentropy(from_logits=True)
                    for head in HEADS
                },
                loss_weights={LABELS: 1.0, VOTES: settings.vote_weight},
            )
        measured = expression_network(settings.shape)
        return cls(out, settings, model, averaged, measured, held)

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.held["epochs"])

    def one_epoch(
        self, epoch: int, images: npt.NDArray[np.uint8], wanted: Targets
    ) -> float:
        """One pass; the mean loss of it."""
        settings = self.settings
        total, steps = 0.0, -(-len(images) // settings.batch)
        bar = f"epoch {epoch + 1}/{settings.epochs}"
        made = rich.progress.track(
            batches(images, wanted, settings, epoch, epochs_before(self.held)),
            bar,
            total=steps,
        )
        for step, (faces, answers) in enumerate(made):
            share = settings.share_of_rate(epoch + (step + 1) / steps)
            self.model.optimizer.learning_rate = settings.rate * share
            if self.follows is not None:
                told = self.follows.told(faces)
                answers = beside(answers, told, settings.teacher)  # noqa: PLW2901
            answer = self.model.train_on_batch(faces, answers, return_dict=True)
            total += float(answer["loss"])
            self._average()
            # Keras reports a running mean unless it is told to begin anew.
            self.model.reset_metrics()
        return total / steps

    def _average(self) -> None:
        # A young average would remember the random start: let it be short at first.
        step = int(self.model.optimizer.iterations)
        keep = min(self.settings.average, (1 + step) / (10 + step))
        for average, weight in zip(
            self.averaged, self.model.get_weights(), strict=True
        ):
            np.multiply(average, keep, out=average)
            np.add(average, (1 - keep) * weight, out=average)

    def answers(self, epoch: int, choose: Faces) -> dict[str, npt.NDArray[np.float64]]:
        """(n, 7) logits of each head for the validation part, averaged weights."""
        self.measured.set_weights(self.averaged)
        return predict(self.measured, choose.images, self.settings.side(epoch))

    def end_epoch(
        self, epoch: int, loss: float, found: dict[str, float], seconds: float
    ) -> None:
        """Writes the network, the checkpoint and the record.

        Args:
            epoch: counted from 0.
            loss: what was learned by.
            found: what `_validation` made of the network's `answers`.
            seconds: that the epoch took.
        """
        record.save(self.measured, self.out / "network.keras")
        side = self.settings.side(epoch)
        self.held["epochs"].append(
            {"epoch": epoch + 1, "side": side, "loss": round(loss, PLACES)}
            | found
            | {"seconds": round(seconds, 1)}
        )
        self._save()
        right = f"{found['validation_accuracy']:.1%} of the validation part right"
        rich.get_console().print(f"epoch {epoch + 1}: {right}", highlight=False)

    def score(self, choose: Faces) -> None:
        """Writes down how the validation part is answered, as other networks' runs."""
        self.measured.set_weights(self.averaged)
        logits = predict(self.measured, choose.images)[LABELS]
        learned = np.isin(EMOTIONS, self.held["data"]["classes"]).nonzero()[0]
        there = np.union1d(learned, choose.labels)
        classes = tuple(EMOTIONS[label] for label in there)
        labels = np.searchsorted(there, choose.labels)
        self.held["classes"] = list(classes)
        self.held["validation"] = score(logits[:, there], labels, classes)
        record.write(self.out, self.held)

    def _save(self) -> None:
        names = (record.CHECKPOINT, AVERAGE, record.RECORD)
        with record.replacing(*(self.out / name for name in names)) as files:
            checkpoint, average, text = files
            self.model.save(checkpoint)
            np.savez(average, *self.averaged)
            text.write_text(json.dumps(self.held, indent=2), "utf-8")


def _validation(
    logits: dict[str, npt.NDArray[np.float64]], choose: Faces, voted: bool
) -> dict[str, float]:
    """What the answers are worth; of votes nothing where nobody voted."""
    right = logits[LABELS].argmax(1) == choose.labels
    agreed = (logits[VOTES].argmax(1) == choose.votes.argmax(1))[choose.counted]
    likely = log_softmax(logits[LABELS])
    loss = -likely[np.arange(len(choose)), choose.labels].mean()
    found = {"validation_accuracy": right.mean(), "validation_loss": loss}
    if voted and len(agreed):
        found["validation_votes"] = agreed.mean()
    return {name: round(float(share), PLACES) for name, share in found.items()}


def _average_of(out: Path) -> Weights:
    try:
        with np.load(out / AVERAGE) as file:
            return [file[name] for name in file.files]
    except record.UNREADABLE as exc:
        raise record.unreadable(out / AVERAGE, exc) from exc


def _note_schedule(held: dict[str, Any], settings: Settings) -> None:
    """Keeps what the schedule was, where it changes."""
    now = asdict(settings)
    # A record from before there were clear epochs had none.
    before = {name: held["settings"].get(name, 0) for name in SCHEDULE}
    if any(before[name] != now[name] for name in SCHEDULE):
        held.setdefault("schedules", []).append(before | {"until": len(held["epochs"])})
    held["settings"] = now


def _check_networks(out: Path, held: dict[str, Any], about: dict[str, Any]) -> None:
    """Refuses to go on with other networks to learn from."""
    changed = set()
    if _sums(teachers_of(held)) != _sums(teachers_of(about)):
        changed.add("--teacher")
    begun = begun_from(about)
    if begun and _sums([begun]) != _sums([begun_from(held) or {}]):
        changed.add("--begin")
    record.refuse_changes(out, changed)


def _sums(networks: Sequence[Held]) -> list[str | None]:
    return [network.get("sha256") for network in networks]


def _check_folder(
    out: Path, settings: Settings, resume: bool, sha256: str | None = None
) -> None:
    held = record.check_free(out, NETWORK, resume)
    if held is not None:
        if sha256 is not None:
            record.check_same_pictures(out, held, sha256)
        changed = record.changed(held, asdict(settings)) - set(SCHEDULE)
        if settings.epochs < len(held["epochs"]):
            changed |= {"epochs"}
        record.refuse_changes(out, changed)


def main() -> None:
    """Trains as the command line says; a mistake is one line and status 2."""
    args = parse()
    keep_memory()
    try:
        out = args.out or record.default_folder(NETWORK, args.seed)
        forebears = Forebears(tuple(args.teacher), args.begin)
        with record.writing(out):
            train(args.data, out, args.settings, args.resume, forebears)
        draw(out)
    except ClassPulseError as exc:
        sys.exit(_said(str(exc), 2))
    except KeyboardInterrupt:
        sys.exit(_said("Stopped; --resume goes on after the last whole epoch.", 130))


def _said(line: str, status: int) -> int:
    print(line, file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
