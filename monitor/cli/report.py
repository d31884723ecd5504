"""`classpulse report`: a session as one file that opens anywhere and prints well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DbOption, open_existing


def report(
    session: Annotated[str, typer.Argument(help="A session's id, or `last`.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.html",
            help="The file. Default: report.html beside the session's CSV files; with "
            "--pseudonyms in a folder of its own there.",
        ),
    ] = None,
    pseudonyms: Annotated[
        bool,
        typer.Option(
            "--pseudonyms", help="Write numbers instead of names, everywhere in it."
        ),
    ] = False,
    db_url: DbOption = None,
) -> None:
    """Write the report on a class: one page that opens offline and prints well."""
    from dashboard.document.write import REPORT, write_report

    with open_existing(db_url) as store:
        row = store.session(session)
        own = store.exports_folder(row.id, pseudonyms=pseudonyms)
        file = out or own / REPORT
        data, weights = store.load(row.id), store.settings().weights
        write_report(data, file, pseudonyms=pseudonyms, weights=weights)
        store.note_export(row.id, "html", pseudonyms=pseudonyms)
    typer.echo(str(file))
