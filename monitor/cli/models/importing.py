"""`classpulse models import`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.models.extra import INSTALL, INTERRUPTED, not_installed
from monitor.errors import ModelError, UsageError
from monitor.words import EMOTIONS

if TYPE_CHECKING:
    from models.training.importing.convert import Imported

_TRAINING = ("h5py", "keras", "tensorflow")


def import_model(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A .keras or .h5 model, model.json with its weights, or the "
            "expression.tflite of a network trained here.",
        ),
    ],
    weights: Annotated[
        Path | None,
        typer.Option(
            "--weights",
            metavar="FILE.h5",
            help="The weights that go with model.json. Default: those beside it.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", help="What --model shall call it. Default: as the file."
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(
            "--classes",
            metavar="angry,disgust,...",
            help="The network's classes in its own order; asked when left out.",
        ),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale",
            metavar="NUMBER",
            help="A pixel of 0 to 255 goes in as pixel * scale + offset. Default: "
            "1/255, or 1 when the network scales by itself.",
        ),
    ] = None,
    offset: Annotated[
        str, typer.Option("--offset", metavar="NUMBER", help="See --scale.")
    ] = "0",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a network of the same name.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a Keras model of your own usable here; no code in it is ever run."""
    from monitor.emotion import registry
    from monitor.emotion.quiet import quiet

    try:
        from models.training.importing import meaning
        from models.training.importing.convert import Request, import_model as convert
    except ModuleNotFoundError as exc:
        raise _without_training(exc) from exc
    named = None if classes is None else meaning.emotions(meaning.listed(classes))
    request = Request(
        file=file,
        weights=weights,
        name=name,
        classes=named,
        scale=None if scale is None else meaning.number("--scale", scale),
        offset=meaning.number("--offset", offset),
        replace=replace,
    )
    if request.scale == 0:
        raise UsageError("--scale 0: every face would look the same to the network")
    if not as_json and file.suffix.lower() != registry.SUFFIX:
        typer.echo(f"Reading {file.name}; turning it into LiteRT takes up to a minute.")
    try:
        with quiet():
            made = convert(request, _ask)
    except ModuleNotFoundError as exc:
        raise _without_training(exc) from exc
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Stopped: nothing was imported.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    _print(made, as_json=as_json)


def _ask(count: int | None) -> tuple[str, ...]:
    """The classes, from whoever sits at the terminal, asked until they can be."""
    from models.training.importing import meaning

    many = "its" if count is None else f"its {count}"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            f"a Keras model does not name {many} classes: give them in its order, as "
            f"--classes {','.join(EMOTIONS)} (FER2013's) or, of a network that learned "
            f"from folders, {','.join(sorted(EMOTIONS))}"
        )
    typer.echo(
        f"The file does not name {many} classes. FER2013 has them as\n"
        f"  {','.join(EMOTIONS)}\n"
        "and pictures read from folders, in the order of the alphabet, as\n"
        f"  {','.join(sorted(EMOTIONS))}"
    )
    while True:
        answer: str = typer.prompt("Classes, in the network's order, with commas")
        try:
            return meaning.emotions(meaning.listed(answer), "Classes", count)
        except UsageError as error:
            typer.echo(error)


def _print(made: Imported, *, as_json: bool) -> None:
    from monitor.emotion import metadata

    about = made.about
    if as_json:
        keys = ("name", "version", "input", "classes", "scale", "offset", "output")
        told = {key: about[key] for key in keys}
        told |= {"path": str(made.path), "notes": list(made.notes)}
        typer.echo(json.dumps(told, indent=2))
        return
    side, _, channels = about["input"]
    kind = "grey" if channels == 1 else "colour"
    typer.echo(f"{made.name} {about['version']}: {side}x{side} {kind}, {made.path}")
    typer.echo(f"Classes, in this order: {', '.join(about['classes'])}")
    for note in made.notes:
        typer.echo(note)
    if not about.get("figures"):
        foreign = metadata.imported_from(about)
        unknown = (
            ", its probabilities are not calibrated, and every face is read, however "
            "unsure it is"
        )
        typer.echo(
            f"Its error was not measured{unknown if foreign else ''}; "
            f"`classpulse models evaluate --data PATH --model {made.name}` measures it "
            "on labelled faces of yours."
        )
    elif not about["thresholds"]["heights"]:
        typer.echo("Every face is read, however unsure it is.")
    typer.echo(f"Use it: classpulse start --model {made.name}")


def _without_training(error: ModuleNotFoundError) -> ModelError:
    missing = not_installed(error, _TRAINING)
    return ModelError(
        f"models are imported by TensorFlow, and {missing} is not installed: {INSTALL}"
    )
