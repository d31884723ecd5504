"""`classpulse students erase` and `export`: what people may ask of their data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.correcting import Where
from monitor.cli.options import DbOption, SessionOption, open_store
from monitor.errors import ExportError, UsageError

if TYPE_CHECKING:
    from monitor.store.store import Erased, Store

CourseOption = Annotated[
    str | None,
    typer.Option("--course", metavar="C", help="A course and all its sessions."),
]


def erase(
    name: Annotated[str, typer.Argument(help="As listed.")],
    session: SessionOption = None,
    course: CourseOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    allow_again: Annotated[
        bool,
        typer.Option(
            "--allow-again",
            help="Let somebody who was erased be stored from now on; what was erased "
            "does not come back.",
        ),
    ] = False,
    db_url: DbOption = None,
) -> None:
    """Erase all that is held on somebody; with --course nothing is stored again."""
    ref = Where(session, course).session_or_last()
    with open_store(db_url, make_new=False) as store:
        id_ = None if course is not None else store.session(ref).id
        place = f"session {id_}" if course is None else f"course {course!r}"
        if allow_again:
            store.allow_again(name, course=course, session_id=id_)
            typer.echo(f"Whoever is called {name!r} may be stored in {place} again.")
            return
        if id_ is None:
            assert course is not None  # noqa: S101
            whom = store.find_person(course, name)
        else:
            whom = store.find_student(id_, name)
        if not yes:
            _ask(whom, place, alone=course is None)
        if course is not None:
            erased = store.erase_person(course, whom)
        else:
            assert id_ is not None  # noqa: S101
            erased = store.erase_student(id_, whom)
        _tell(store, erased, place)


def export(
    name: Annotated[str, typer.Argument(help="As listed.")],
    session: SessionOption = None,
    course: CourseOption = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the file.")
    ] = Path(),
    db_url: DbOption = None,
) -> None:
    """Write all that is held on somebody into one JSON file, to hand over."""
    ref = Where(session, course).session_or_last()
    from monitor.reports.person_file import write_person

    with open_store(db_url, make_new=False) as store:
        if course is not None:
            document = store.export_person(course, name)
        else:
            document = store.export_student(store.session(ref).id, name)
    typer.echo(str(write_person(document, out)))


def _ask(whom: str, place: str, *, alone: bool) -> None:
    """Make sure.

    Raises:
        UsageError: there is no terminal to ask on.
        Exit: the answer is no.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            f"nothing was erased: {whom!r} would be erased from {place}, and there is "
            "no terminal to ask on; add --yes"
        )
    others = " Other sessions keep theirs; --course C erases all." if alone else ""
    question = f"Erase all that {place} holds of {whom!r}, for good?{others}"
    if not typer.confirm(question):
        typer.echo("Nothing was erased.")
        raise typer.Exit(1)


def _tell(store: Store, erased: Erased, place: str) -> None:
    """Say what was erased, and write the sessions' files again.

    Raises:
        ExportError: files remain, or could not be written again.
    """
    from dashboard.document.write import write_all_again
    from monitor.reports.formatting import count
    from monitor.store import exports

    seen = count(erased.sightings, "sighting")
    where = "" if len(erased.sessions) == 1 else f" in {len(erased.sessions)} sessions"
    typer.echo(f"{erased.name!r} was erased from {place}: {seen}{where}.")
    if erased.remembered:
        names = count(erased.remembered, "name")
        stay = "stays as a keyed hash"
        if erased.remembered > 1:
            stay = "stay as keyed hashes"
        typer.echo(
            f"So that they are not stored there again, {names} of theirs {stay}; "
            "--allow-again ends that."
        )
    if erased.mentions:
        notes = count(erased.mentions, "note or title", "notes or titles")
        typer.echo(
            f"{notes} still hold the name: only you can tell whether it means them."
        )
    folders, failed = write_all_again(store, erased.sessions)
    for folder in folders:
        typer.echo(f"CSV files: {folder}")
    if erased.left:
        failed.insert(0, exports.told(erased.left))
    if failed:
        raise ExportError("; ".join(failed))
