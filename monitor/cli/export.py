"""`classpulse export`: a session, or a course, as CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DbOption, open_existing
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.store.store import Store


def export(
    session: Annotated[
        str | None,
        typer.Argument(metavar="SESSION", help="A session's id, or `last`."),
    ] = None,
    course: Annotated[
        str | None,
        typer.Option(
            "--course", metavar="C", help="sessions.csv of a course, a row a session."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the files. Default: exports/<id> by the database, with "
            "--pseudonyms a folder in it; of a course the folder you are in.",
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
    """Write students.csv, timeline.csv and observations.csv; or a course's sessions."""
    if (session is None) is (course is None):
        raise UsageError("export: expected a SESSION or --course C, one of them")
    if delimiter in {"\\t", "tab"}:
        delimiter = "\t"  # as it is typed where a tab cannot be
    with open_existing(db_url) as store:
        if course is not None:
            files = _course(store, course, out or Path(), delimiter)
        else:
            files = _session(
                store, session or "last", out, delimiter, pseudonyms=pseudonyms
            )
    for file in files:
        typer.echo(str(file))


def _session(
    store: Store, ref: str, out: Path | None, delimiter: str, *, pseudonyms: bool
) -> list[Path]:
    from monitor.reports.csv_files import write_session

    row = store.session(ref)
    files = write_session(
        store.load(row.id),
        out or store.exports_folder(row.id, pseudonyms=pseudonyms),
        delimiter=delimiter,
        pseudonyms=pseudonyms,
        weights=store.settings().weights,
    )
    store.note_export(row.id, "csv", pseudonyms=pseudonyms)
    return files


def _course(store: Store, course: str, out: Path, delimiter: str) -> list[Path]:
    from monitor.reports.course_file import write_course

    rows = [row for row in store.sessions() if row.course == course]
    if not rows:
        known = ", ".join(map(repr, store.courses()))
        raise UsageError(
            f"there is no session of the course {course!r}: "
            + (f"expected {known}" if known else "none belongs to a course yet")
        )
    rows.sort(key=lambda row: (row.started_at, row.id))
    weights = store.settings().weights
    return write_course(
        (store.load(row.id) for row in rows), out, delimiter=delimiter, weights=weights
    )
