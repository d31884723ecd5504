"""`classpulse models train`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.errors import ModelError, UsageError

if TYPE_CHECKING:
    from models.training.readers.data import Data
    from models.training.transfer.classifier import Settings

EXPRESSION = "expression"
NETWORKS = (
    EXPRESSION,
    "vgg16",
    "vgg19",
    "resnet50",
    "inceptionv3",
    "xception",
    "mobilenetv2",
    "mobilenetv3",
    "efficientnet",
    "alexnet",
    "googlenet",
)
"""Spelled out, so that `--help` need not load Keras."""
OUR_OWN = ("alexnet", "googlenet")
NEEDED = ("keras", "tensorflow", "torch", "jax", "matplotlib", "h5py")
"""What the extra `train`, or `KERAS_BACKEND`, is to bring."""

LEARNING, CHANGES = "Learning", "Changes to the pictures (not for expression)"


def train(
    data: Annotated[
        Path,
        typer.Option(
            metavar="PATH",
            help="fer2013.csv, an .npz of FER2013 faces, or a folder of class folders, "
            "whole or in train and validation or test.",
        ),
    ],
    network: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {', '.join(NETWORKS)}.")
    ] = EXPRESSION,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="imagenet|none|FILE",
            help="What the network knows at first; FILE: Keras's .h5 of the network "
            "without top, or a network.keras trained here. Default: imagenet; none "
            "for alexnet and googlenet. Not for expression.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the run. Default: runs/NAME-SEED in your cache folder."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on after the run's last whole epoch.")
    ] = False,
    votes: Annotated[
        Path | None,
        typer.Option(
            help="FER+'s fer2013new.csv, if it does not lie beside fer2013.csv."
        ),
    ] = None,
    bad: Annotated[
        str,
        typer.Option(
            metavar="skip|stop",
            help="Rows and pictures that cannot be read: leave out and name, or stop.",
        ),
    ] = "skip",
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Passes over the pictures. Default: 10; for expression as many as the "
            "shipped one had.",
            rich_help_panel=LEARNING,
        ),
    ] = None,
    fine_tune: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Passes after those, in which all of the network learns at a low "
            "rate. Default: 5, without weights 0. Not for expression.",
            rich_help_panel=LEARNING,
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            metavar="PX",
            min=16,
            max=299,
            help="Height and width of the pictures. Default: what the network was "
            "made for. Not for expression.",
            rich_help_panel=LEARNING,
        ),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Pictures in a step. Default: 256 for expression, else 32.",
            rich_help_panel=LEARNING,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            min=0,
            help="Draws the validation part, first weights, order and changes.",
            rich_help_panel=LEARNING,
        ),
    ] = 1,
    flip: Annotated[
        bool | None,
        typer.Option(
            "--flip/--no-flip",
            help="Mirror every second picture. Default: yes.",
            rich_help_panel=CHANGES,
        ),
    ] = None,
    shear: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Largest slant: pixels across for each pixel down.",
            rich_help_panel=CHANGES,
        ),
    ] = None,
    zoom: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=0.9,
            help="Largest change of scale, 0.2 for 20%.",
            rich_help_panel=CHANGES,
        ),
    ] = None,
    rotate: Annotated[
        float | None,
        typer.Option(
            metavar="DEGREES",
            min=0,
            max=180,
            help="Largest turn.",
            rich_help_panel=CHANGES,
        ),
    ] = None,
    damage: Annotated[
        bool,
        typer.Option(
            "--damage",
            help="Treat faces as a call does: small, blurred, badly lit, through a "
            "video codec. They are taken grey and 48 pixels wide, as FER2013's are.",
            rich_help_panel=CHANGES,
        ),
    ] = False,
) -> None:
    """Train a network on labelled pictures; Ctrl-C and --resume at will.

    Pixels are rescaled inside every network.
    """
    wanted = {
        "weights": weights,
        "fine_tune": fine_tune,
        "size": size,
        "flip": flip,
        "shear": shear,
        "zoom": zoom,
        "rotate": rotate,
        "damage": damage or None,
    }
    _check(network, bad, wanted)
    plan = _Plan(network, out, resume, epochs, batch, seed, wanted)
    try:
        _train(plan, data, votes, bad == "stop")
    except ModuleNotFoundError as exc:
        raise _without_training(exc) from exc


def _train(plan: _Plan, path: Path, votes: Path | None, stop: bool) -> None:
    from models.training.transfer import backend

    backend.start()
    from models.training import record
    from models.training.memory import keep_memory
    from models.training.readers import open_data
    from models.training.readers.report import describe
    from models.training.transfer import pictures

    keep_memory()
    plan.check()
    data = open_data(path, bad="stop" if stop else "skip", votes=votes)
    plan.fetch()
    for line in describe(data):
        typer.echo(line)
    typer.echo(f"The run is kept in {plan.folder}")
    trained = plan.expression(data) if plan.network == EXPRESSION else plan.other(data)
    held = record.read(plan.folder)
    found = held["validation"]
    typer.echo(
        f"{found['accuracy']:.1%} of {found['images']:,} validation pictures right, "
        f"macro-F1 {found['macro_f1']:.3f}"
    )
    for picture in pictures.draw(plan.folder):
        typer.echo(f"Drawn: {picture}")
    typer.echo(f"Trained: {trained}")
    typer.echo(_next_step(plan.network, trained, held["classes"]))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was asked for, before the defaults of the network are filled in."""

    network: str
    out: Path | None
    resume: bool
    epochs: int | None
    batch: int | None
    seed: int
    wanted: dict[str, Any]

    @property
    def folder(self) -> Path:
        """The run's."""
        if self.out is not None:
            return self.out
        from models.training import record

        return record.default_folder(self.network, self.seed)

    def expression(self, data: Data) -> Path:
        """Trains the shipped network anew."""
        from models.training import record
        from models.training.settings import Settings
        from models.training.transfer.handover import train_expression

        usual = Settings()
        epochs = self.epochs or usual.epochs
        held = record.check_free(self.folder, EXPRESSION, self.resume)
        small = usual.small * epochs // usual.epochs
        # A shorter run has the same phases, each shorter.
        settings = Settings(
            epochs=epochs,
            cool=max(1, usual.cool * epochs // usual.epochs),
            # A run that goes on for longer keeps the faces that it began with.
            small=held["settings"]["small"] if held else small,
            batch=self.batch or usual.batch,
            seed=self.seed,
        )
        return train_expression(data, self.folder, settings, self.resume)

    def other(self, data: Data) -> Path:
        """Trains one of the tutorials' networks."""
        from models.training.transfer import classifier

        return classifier.train(data, self.folder, self.settings(), self.resume)

    def settings(self) -> Settings:
        """Of one of the tutorials' networks.

        Raises:
            UsageError: the network cannot be had like that.
        """
        from models.training.transfer import applications
        from models.training.transfer.changes import Changes
        from models.training.transfer.classifier import Settings

        wanted = {name: x for name, x in self.wanted.items() if x is not None}
        changes = {
            name: wanted.pop(name)
            for name in ("flip", "shear", "zoom", "rotate", "damage")
            if name in wanted
        }
        usual = "none" if self.network in OUR_OWN else "imagenet"
        weights = wanted.get("weights", usual)
        return Settings(
            network=self.network,
            side=applications.check(self.network, wanted.get("size"), weights),
            weights=weights,
            epochs=self.epochs or 10,
            fine_tune=wanted.get("fine_tune", 0 if weights == "none" else 5),
            batch=self.batch or 32,
            seed=self.seed,
            changes=Changes(**changes),
        )

    def check(self) -> None:
        """Finds out what cannot be before the data is read, which takes its time.

        Raises:
            UsageError: the folder holds another run, or there is no such network.
        """
        from models.training import record

        record.check_free(self.folder, self.network, self.resume)
        if self.network != EXPRESSION:
            self.settings()

    def fetch(self) -> None:
        """Downloads weights that will be needed, before duplicates are looked for.

        Raises:
            UsageError: they cannot be downloaded.
        """
        from models.training import record
        from models.training.transfer import applications

        if self.network == EXPRESSION or (self.folder / record.RECORD).exists():
            return
        settings = self.settings()
        if settings.weights == applications.IMAGENET:
            applications.published(self.network, settings.side)


def _check(network: str, bad: str, wanted: dict[str, Any]) -> None:
    if network not in NETWORKS:
        raise UsageError(f"--network {network}: expected one of {', '.join(NETWORKS)}.")
    if bad not in {"skip", "stop"}:
        raise UsageError(f"--bad {bad}: expected skip or stop.")
    given = [name for name, value in wanted.items() if value is not None]
    if network == EXPRESSION and given:
        names = ", ".join("--" + name.replace("_", "-") for name in given)
        raise UsageError(
            f"{names}: of no effect on the shipped network, which always learns from "
            "nothing with changes of its own; leave it out or choose another --network."
        )


def _without_training(error: ModuleNotFoundError) -> ModelError:
    """What is missing, in a line; anything but the extra is a fault of ours."""
    missing = (error.name or "").split(".")[0]
    if missing not in NEEDED:
        raise error
    return ModelError(
        f"Training needs Keras and what it runs on, and {missing} is not installed: "
        'pip install "classpulse[train]" (Python 3.11 to 3.13).'
    )


def _next_step(network: str, trained: Path, classes: list[str]) -> str:
    from models.training.class_names import foreign

    if network == EXPRESSION:
        ready = trained.with_name("expression.tflite")
        if ready.exists():
            named = shlex.quote(str(ready))
            return f"Use it, not calibrated: classpulse start --model {named}"
        return (
            "It was trained without TensorFlow, which alone exports it: train with "
            "KERAS_BACKEND=tensorflow to use it here."
        )
    others = foreign(classes)
    if others:
        return (
            "It cannot be used here: of its classes these are none of the seven "
            f"expressions: {', '.join(others)}."
        )
    return (
        f"Use it: classpulse models import {shlex.quote(str(trained))} --name "
        f"{network} --scale 1 --classes {shlex.quote(','.join(classes))}"
    )
