"""`classpulse models`: the networks that read expressions."""

from __future__ import annotations

import typer

from monitor.cli.models import evaluate, importing, list as listing, predict, train

app = typer.Typer(
    help="The networks that read expressions: list, try, measure, train, import.",
    no_args_is_help=True,
)
app.command(name="list")(listing.list_models)
app.command(name="predict")(predict.predict)
app.command(name="train")(train.train)
app.command(name="evaluate")(evaluate.evaluate)
app.command(name="import")(importing.import_model)
