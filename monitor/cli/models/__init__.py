"""`classpulse models`: the networks that read expressions."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import typer

from monitor.cli.models import evaluate, importing, list as listing, predict, train

app = typer.Typer(
    help="The networks that read expressions: list, try, measure, train, import.",
    no_args_is_help=True,
)


def _flowing(command: Callable[..., None]) -> str:
    """A command's docstring, its lines as wide as the window, not as the source."""
    paragraphs = (inspect.getdoc(command) or "").split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


for name, command in (
    ("list", listing.list_models),
    ("predict", predict.predict),
    ("train", train.train),
    ("evaluate", evaluate.evaluate),
    ("import", importing.import_model),
):
    app.command(name=name, help=_flowing(command))(command)
