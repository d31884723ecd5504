"""The command line: one module a command; nothing heavy is imported here."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated, NoReturn

import typer

from monitor import __version__
from monitor.cli import (
    agent,
    analyze,
    dashboard,
    db,
    demo,
    export,
    models,
    report,
    sessions,
    start,
    students,
)
from monitor.cli.options import DbOption, open_existing
from monitor.cli.retention import let_go
from monitor.errors import ClassPulseError, UsageError
from monitor.quoting import named

app = typer.Typer(
    name="classpulse",
    help="See how a live online class is doing, on your own computer.",
    epilog="Nothing leaves this computer and no picture is stored.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"classpulse {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def home(
    context: typer.Context,
    db_url: DbOption = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """See how a live online class is doing, on your own computer."""
    del version
    if db_url is not None:
        # What stands before a command holds for it as well.
        os.environ["CLASSPULSE_DB"] = db_url
    if context.invoked_subcommand is None:
        with open_existing(db_url) as store:
            let_go(store)
            dashboard.serve_pages(store, open_browser=True)


app.command(name="demo")(demo.demo)
app.command(name="start")(start.start)
app.command(name="analyze")(analyze.analyze)
app.command(name="dashboard")(dashboard.dashboard)
app.command(name="sessions")(sessions.sessions)
app.command(name="report")(report.report)
app.command(name="export")(export.export)
app.command(name="agent", hidden=True)(agent.agent)
app.add_typer(students.app, name="students")
app.add_typer(models.app, name="models")
app.add_typer(db.app, name="db")


def main() -> None:
    """Run the command; a mistake is one line on stderr and a non-zero status."""
    try:
        app(prog_name="classpulse")
    except ClassPulseError as error:
        _refuse(str(error), 2 if isinstance(error, UsageError) else 1)
    except OSError as error:
        # Any path that a user types can be so, and most are first asked about in a way
        # that says no to a name that is not there, but raises at this.
        if error.errno != errno.ENAMETOOLONG or error.filename is None:
            raise
        name = named(str(error.filename))
        _refuse(f"{name}: longer than the name of a file may be; use a shorter one", 2)


def _refuse(why: str, status: int) -> NoReturn:
    print(f"classpulse: {why}", file=sys.stderr)  # noqa: T201
    sys.exit(status)
