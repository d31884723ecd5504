"""`classpulse sessions`: what is stored."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DbOption, open_existing

if TYPE_CHECKING:
    from monitor.records import SessionRow

_JSON_KEYS = (
    "id",
    "title",
    "course",
    "source",
    "mode",
    "status",
    "started_at",
    "ended_at",
    "samples",
    "late",
    "lost",
    "students",
)


def sessions(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    db_url: DbOption = None,
) -> None:
    """List the stored sessions, newest first."""
    with open_existing(db_url) as store:
        rows = store.sessions()
    if as_json:
        typer.echo(json.dumps([_as_json(row) for row in rows], indent=2))
    elif rows:
        _print_table(rows)
    else:
        typer.echo("No session yet. Try `classpulse demo`.")


def _as_json(row: SessionRow) -> dict[str, object]:
    values = asdict(row)
    values["started_at"] = row.started_at.isoformat()
    values["ended_at"] = row.ended_at.isoformat() if row.ended_at else None
    return {key: values[key] for key in _JSON_KEYS}


def _print_table(rows: list[SessionRow]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    # A narrow terminal has no room for where the pictures came from.
    wide = console.width >= 110
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("id", "started", "status"):
        table.add_column(heading, no_wrap=True)
    for heading in ("title", "course", "source") if wide else ("title",):
        table.add_column(heading, ratio=1)
    for heading in ("students", "samples", "late", "lost"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        texts = (row.title, row.course or "", row.source) if wide else (row.title,)
        table.add_row(
            str(row.id),
            row.started_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            row.status.value,
            # A line a class: a long title is whole in --json.
            *(Text(text, no_wrap=True, overflow="ellipsis") for text in texts),
            *(str(n) for n in (row.students, row.samples, row.late, row.lost)),
        )
    console.print(table)
