"""`classpulse models train`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.models.bad import Bad
from monitor.cli.models.extra import INSTALL, INTERRUPTED, not_installed
from monitor.cli.models.plan import EXPRESSION, Plan
from monitor.errors import ModelError, UsageError
from monitor.quoting import named
from monitor.words import EMOTIONS

if TYPE_CHECKING:
    from models.training.readers.data import BadRow, Data

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
NEEDED = ("keras", "tensorflow", "torch", "matplotlib", "h5py")
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
        Bad,
        typer.Option(
            help="Rows and pictures that cannot be used: skip (and name) or stop.",
        ),
    ] = Bad.SKIP,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Passes over the pictures. Default: 10; for expression 64.",
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
    network = network.lower()
    _check(network, wanted)
    plan = Plan(network, out, resume, epochs, batch, seed, wanted)
    try:
        _train(plan, data, votes, bad)
    except ModuleNotFoundError as exc:
        raise _without_training(exc) from exc


def _train(plan: Plan, path: Path, votes: Path | None, bad: Bad) -> None:
    from models.training.memory import keep_memory
    from models.training.transfer import backend

    try:
        # It takes seconds.
        backend.start()
        keep_memory()
        plan.check(path)
    except KeyboardInterrupt:
        typer.echo("Stopped before it began.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    try:
        _learn(plan, path, votes, bad)
    except KeyboardInterrupt:
        typer.echo(_how_to_go_on(plan), err=True)
        raise typer.Exit(INTERRUPTED) from None


def _learn(plan: Plan, path: Path, votes: Path | None, bad: Bad) -> None:
    from models.training import record
    from models.training.readers import open_data
    from models.training.readers.report import describe
    from models.training.transfer import pictures

    seven = plan.network == EXPRESSION
    data = open_data(path, bad=bad.value, votes=votes, seven=seven)
    plan.fetch()
    for line in describe(data):
        typer.echo(line)
    typer.echo(f"The run is kept in {plan.folder}")
    # Before the hours of training, not only after them.
    if short := _untold(data) if seven else _unusable(data.classes):
        typer.echo(short)
    trained = plan.expression(data) if seven else plan.other(data)
    held = record.read(plan.folder)
    found = held["validation"]
    said = (
        f"{found['accuracy']:.1%} of {found['images']:,} validation pictures right",
        f"macro-F1 {found['macro_f1']:.3f}",
        pictures.chosen(held),
    )
    typer.echo(", ".join(filter(None, said)))
    if data.bad:
        typer.echo(f"Left out, each by name: {_keep_names(data.bad, plan.folder)}")
    for picture in pictures.draw(plan.folder):
        typer.echo(f"Drawn: {picture}")
    typer.echo(f"Trained: {trained}")
    if guessed := _no_better_than_guessing(found):
        typer.echo(guessed)
    typer.echo(_next_step(plan.network, trained, held["classes"]))


def _keep_names(bad: Sequence[BadRow], folder: Path) -> Path:
    """Writes what was left out beside the run: the terminal names ten at most."""
    from models.training import record
    from models.training.readers.report import named_rows

    file = folder / "bad_rows.txt"
    with record.writing(folder), record.replacing(file) as (made,):
        made.write_text("\n".join([*named_rows(bad), ""]), "utf-8")
    return file


def _check(network: str, wanted: dict[str, Any]) -> None:
    if network not in NETWORKS:
        raise UsageError(f"--network {network}: expected one of {', '.join(NETWORKS)}.")
    given = [name for name, value in wanted.items() if value is not None]
    if network == EXPRESSION and given:
        names = ", ".join("--" + name.replace("_", "-") for name in given)
        raise UsageError(
            f"{names}: of no effect on {EXPRESSION}, which always learns from "
            "nothing with changes of its own; leave it out or choose another --network."
        )


def _how_to_go_on(plan: Plan) -> str:
    """What Ctrl-C left, and the command that goes on with it."""
    from models.training import record
    from models.training.transfer.backend import VARIABLE

    if not (plan.folder / record.RECORD).exists():
        return "Stopped before the first epoch was whole: nothing is kept."
    done = len(record.read(plan.folder)["epochs"])
    again = [] if plan.resume else ["--resume"]
    command = shlex.join(["classpulse", *sys.argv[1:], *again])
    if (backend := os.environ.get(VARIABLE)) and os.name != "nt":
        # Of this command alone, perhaps: a run stays with its backend.
        command = f"{VARIABLE}={shlex.quote(backend)} {command}"
    return f"Stopped after epoch {done}. Go on with: {command}"


def _without_training(error: ModuleNotFoundError) -> ModelError:
    missing = not_installed(error, NEEDED)
    return ModelError(
        f"Training needs Keras and what it runs on, and {missing} is not installed: "
        f"{INSTALL}."
    )


def _no_better_than_guessing(found: dict[str, Any]) -> str:
    """Says so where the commonest class, always named, would be right as often."""
    commonest = max(map(sum, found["confusion"])) / found["images"]
    if found["accuracy"] > commonest:
        return ""
    return (
        f"Naming the commonest class each time would be right in {commonest:.1%}: the "
        "network has learned nothing to rely on yet; train for longer, or on more "
        "pictures."
    )


def _untold(data: Data) -> str:
    """What an expression network will not tell; empty where it learns all seven."""
    from models.training.readers.parts import learnable

    there = {EMOTIONS[label] for label in data.emotions()[learnable(data)]}
    if missing := [name for name in EMOTIONS if name not in there]:
        return (
            f"There are no pictures of {', '.join(missing)} to learn from: the network "
            "will never answer that, and its place is left empty."
        )
    return ""


def _unusable(classes: Sequence[str]) -> str:
    """Why a network with these classes cannot be used here; empty where it can."""
    from models.training.class_names import foreign, met_twice

    here = "The trained network cannot be used here: of its classes these are"
    if others := foreign(classes):
        names = ", ".join(map(named, others))
        return f"{here} none of the seven expressions: {names}."
    if twice := met_twice(classes):
        names = ", ".join(map(named, twice))
        return f"{here} one expression: {names}. Put their pictures together."
    return ""


def _next_step(network: str, trained: Path, classes: list[str]) -> str:
    if network == EXPRESSION:
        from models.training.transfer.elsewhere import READY

        ready = trained.with_name(READY)
        if ready.exists():
            return (
                f"{_checked(ready)}, and it reads every face, however unsure it is. "
                f"Use it: classpulse start --model {shlex.quote(str(ready))}"
            )
        return (
            "It cannot be used here yet: TensorFlow, which alone exports it, is not "
            f"installed. Install it ({INSTALL}) and repeat this command with --resume."
        )
    return _unusable(classes) or (
        f"Use it: classpulse models import {shlex.quote(str(trained))} --name "
        f"{network} --scale 1 --classes {shlex.quote(','.join(classes))}"
    )


def _checked(ready: Path) -> str:
    """How far the confidence of an exported network can be believed."""
    from models.training.calibration import ENOUGH_TO_FIT
    from monitor.emotion import metadata
    from monitor.emotion.calibration import is_calibrated

    about = metadata.read(ready).raw
    if is_calibrated(about["calibration"][about["reads"]]):
        return (
            "Its confidence was checked on the pictures held back, not on small faces "
            "of a call"
        )
    return (
        f"Its confidence is not calibrated (fewer than {ENOUGH_TO_FIT} pictures were "
        "held back)"
    )
