"""Makes a correction in one session, or in every session of a course."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import typer

from monitor.cli.options import open_store
from monitor.errors import ExportError, StoreError, UnknownStudent, UsageError

if TYPE_CHECKING:
    from monitor.records import SessionRow
    from monitor.store.store import Corrected, Store


_GOES_ON = "The class goes on; its CSV files are written when it ends."


class Where(NamedTuple):
    """Which sessions a correction is for: one, or all of a course."""

    session: str | None
    course: str | None

    def session_or_last(self) -> str:
        """The session that is meant when no course is.

        Raises:
            UsageError: both were given.
        """
        if self.course is not None and self.session is not None:
            raise UsageError("--session and --course: expected one of them")
        return self.session or "last"


class Correction(NamedTuple):
    """What is to be done in a session.

    Attributes:
        kind: rename, merge, split or ignore.
        make: does it in a session; None takes such a correction back.
        name: the student whose correction is taken back; None: the last one.
    """

    kind: str
    make: Callable[[Store, int], Corrected] | None
    name: str | None = None


def correct(db_url: str | None, where: Where, wanted: Correction) -> None:
    """Make a correction, or take one back, and write the sessions' files again."""
    session = where.session_or_last()
    with open_store(db_url, make_new=False) as store:
        if where.course is None:
            row = store.session(session)
            _say(row, wanted, _one(store, row, wanted))
            _write_files(store, row)
        else:
            _everywhere(store, where.course, wanted)


def _everywhere(store: Store, course: str, wanted: Correction) -> None:
    """The correction in each of a course's sessions where the student was.

    Raises:
        UsageError: in some session it cannot be made; in the others it was.
        ExportError: it was made, and some files were not written again.
    """
    rows = [row for row in store.sessions() if row.course == course]
    if not rows:
        raise UsageError(
            f"there is no class of the course {course!r}: `classpulse sessions` lists "
            "what there is"
        )
    if wanted.make is None and wanted.name is None:
        raise UsageError(
            f"students {wanted.kind} --undo --course: expected the student's name"
        )
    missing: list[UnknownStudent] = []
    refused: list[str] = []
    corrected: list[SessionRow] = []
    for row in reversed(rows):
        try:
            _say(row, wanted, _one(store, row, wanted))
        except UnknownStudent as error:
            missing.append(error)
        except (UsageError, StoreError) as error:
            refused.append(f"session {row.id}: {error}")
        else:
            corrected.append(row)
    failed = _write_all(store, corrected)
    if len(missing) == len(rows):
        from monitor.reports.formatting import count

        raise UsageError(
            f"in none of the {count(len(rows), 'class', 'classes')} of {course!r}: "
            f"{missing[-1]}"
        )
    if refused:
        raise UsageError("; ".join([f"not done in {'; '.join(refused)}", *failed]))
    if failed:
        raise ExportError("; ".join(failed))


def _one(store: Store, row: SessionRow, wanted: Correction) -> Corrected:
    if wanted.make is not None:
        return wanted.make(store, row.id)
    return _undo(store, row.id, wanted.kind, wanted.name)


def _say(row: SessionRow, wanted: Correction, done: Corrected) -> None:
    if wanted.make is None:
        typer.echo(f"Taken back in session {row.id}: {done.text}.")
    else:
        typer.echo(
            f"{done.text}, in session {row.id}. To take it back: `classpulse "
            f"students {wanted.kind} --undo --session {row.id}`."
        )


def _undo(store: Store, session_id: int, kind: str, name: str | None) -> Corrected:
    if name is None:
        return store.undo(session_id)
    asked = name.casefold()
    found = [
        correction
        for correction in store.corrections(session_id)
        if correction.kind == kind and asked in map(str.casefold, correction.names)
    ]
    if not found:
        raise UnknownStudent(
            f"there is no {kind} of {name!r} to undo in session {session_id}: "
            f"`classpulse students list --session {session_id}` shows what can be"
        )
    return store.undo(session_id, found[-1].id)


def _write_files(store: Store, row: SessionRow) -> None:
    from dashboard.document.write import write_again

    folder = write_again(store, row)
    if folder is None:
        typer.echo(_GOES_ON)
    else:
        typer.echo(f"CSV files: {folder}")


def _write_all(store: Store, rows: list[SessionRow]) -> list[str]:
    """Write the files of several sessions; a line on each that could not be."""
    from dashboard.document.write import write_all_again
    from monitor.records import ALIVE

    folders, failed = write_all_again(store, [row.id for row in rows])
    for folder in folders:
        typer.echo(f"CSV files: {folder}")
    if any(row.status in ALIVE for row in rows):
        typer.echo(_GOES_ON)
    return failed
