"""`classpulse export`: a session as CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DbOption, open_store


def export(
    session: Annotated[str, typer.Argument(help="A session's id, or `last`.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the files. Default: exports/<id> beside the database.",
        ),
    ] = None,
    delimiter: Annotated[
        str, typer.Option("--delimiter", help="What stands between cells.")
    ] = ",",
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Write numbers instead of names.")
    ] = False,
    db_url: DbOption = None,
) -> None:
    """Write students.csv, timeline.csv and observations.csv."""
    from monitor.reports.csv_files import write_session

    if delimiter in {"\\t", "tab"}:
        delimiter = "\t"  # as it is typed where a tab cannot be
    with open_store(db_url) as store:
        row = store.session(session)
        folder = out or store.exports_folder(row.id)
        data = store.load(row.id)
    files = write_session(data, folder, delimiter=delimiter, pseudonyms=pseudonyms)
    for file in files:
        typer.echo(str(file))
