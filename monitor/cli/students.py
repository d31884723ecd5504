"""`classpulse students`: who is who, and the teacher's corrections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import rights
from monitor.cli.correcting import Correction, Where, correct
from monitor.cli.options import DbOption, SessionOption, open_store
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.store.store import Corrected, Store
    from monitor.typed_time import Span

app = typer.Typer(
    help="Who is who: list students, correct names (every correction can be undone), "
    "and erase or hand over what is held on somebody.",
    no_args_is_help=True,
)

CourseOption = Annotated[
    str | None,
    typer.Option(
        "--course", metavar="C", help="In every session of a course where the name is."
    ),
]
UndoOption = Annotated[
    bool,
    typer.Option(
        "--undo",
        help="Take the session's last correction back; with a name, that student's.",
    ),
]


@app.command(name="list")
def list_students(
    session: SessionOption = None,
    course: Annotated[
        str | None,
        typer.Option("--course", metavar="C", help="The people of a course instead."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    db_url: DbOption = None,
) -> None:
    """Who was seen in a session, and what can be corrected or undone."""
    from monitor.cli import student_tables as tables

    ref = Where(session, course).session_or_last()
    shown: tables.CoursePeople | tables.SessionPeople
    with open_store(db_url, make_new=False) as store:
        if course is None:
            shown = tables.of_session(store, store.session(ref))
        else:
            shown = tables.of_course(store, course)
    if as_json:
        typer.echo(json.dumps(shown.as_json(), indent=2, ensure_ascii=False))
    else:
        shown.show()


@app.command()
def rename(
    old: Annotated[str | None, typer.Argument(help="As listed now.")] = None,
    new: Annotated[str | None, typer.Argument(help="The right name.")] = None,
    session: SessionOption = None,
    course: CourseOption = None,
    undo: UndoOption = False,
    db_url: DbOption = None,
) -> None:
    """Give a student the right name; the course remembers the old one."""

    def make(store: Store, id_: int) -> Corrected:
        return store.rename(id_, *_both("rename", old, new))

    wanted = Correction("rename", None if undo else make, old if undo else None)
    correct(db_url, Where(session, course), wanted)


@app.command()
def merge(
    name: Annotated[str | None, typer.Argument(help="Who is the same.")] = None,
    into: Annotated[str | None, typer.Argument(help="The name that is kept.")] = None,
    session: SessionOption = None,
    course: CourseOption = None,
    undo: UndoOption = False,
    db_url: DbOption = None,
) -> None:
    """Make two students one; the second name is kept."""

    def make(store: Store, id_: int) -> Corrected:
        return store.merge(id_, *_both("merge", name, into))

    wanted = Correction("merge", None if undo else make, name if undo else None)
    correct(db_url, Where(session, course), wanted)


@app.command()
def split(
    name: Annotated[str | None, typer.Argument(help="Who is two people.")] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="TIME",
            help="From then on it is another student: 10:42 (clock), +12:30 or +12 "
            "(minutes into class) or a whole date.",
        ),
    ] = None,
    new: Annotated[
        str | None, typer.Option("--name", help="What the other student is called.")
    ] = None,
    session: SessionOption = None,
    undo: UndoOption = False,
    db_url: DbOption = None,
) -> None:
    """Make what was seen from a time on another student."""

    def make(store: Store, id_: int) -> Corrected:
        from monitor.typed_time import moment_of

        if name is None or at is None:
            raise UsageError("students split: expected NAME --at TIME")
        return store.split(id_, name, moment_of(at, _span(store, id_)), new)

    wanted = Correction("split", None if undo else make, name if undo else None)
    correct(db_url, Where(session, None), wanted)


@app.command()
def ignore(
    name: Annotated[str | None, typer.Argument(help="Who is no student.")] = None,
    session: SessionOption = None,
    course: CourseOption = None,
    undo: UndoOption = False,
    db_url: DbOption = None,
) -> None:
    """Leave somebody out of every number: a picture, a parent, a projector."""

    def make(store: Store, id_: int) -> Corrected:
        if name is None:
            raise UsageError("students ignore: expected NAME")
        return store.ignore(id_, name)

    wanted = Correction("ignore", None if undo else make, name if undo else None)
    correct(db_url, Where(session, course), wanted)


app.command()(rights.erase)
app.command()(rights.export)


def _both(kind: str, one: str | None, other: str | None) -> tuple[str, str]:
    if one is None or other is None:
        raise UsageError(
            f"students {kind}: expected two names; put a name with blanks in quotes"
        )
    return one, other


def _span(store: Store, session_id: int) -> Span:
    """From the session's start to its last sample."""
    from datetime import timedelta

    from monitor.typed_time import Span

    last = store.latest(session_id, minutes=0)
    seconds = float(last.samples.offset_s[-1]) if len(last.samples) else 0.0
    start = last.session.started_at
    return Span(start, start + timedelta(seconds=seconds))
