"""What a teacher corrects in who is who; each correction can be undone.

They work on an ended session and on one that is being recorded: the recording asks for
the rows with each sample, and what the teacher said holds from then on. In a session of
a course the course learns the names for its later sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import update

from monitor.errors import UsageError
from monitor.records import utc
from monitor.store import changes
from monitor.store.database import Database
from monitor.store.desk import Corrected, course_of, desk_of, stored
from monitor.store.people import PersonRow, roots_of
from monitor.store.scrubbing import is_scrubbed
from monitor.store.tables import Correction

__all__ = ["Corrected", "ignore", "merge", "rename", "split", "standing", "undo"]

_LONGEST_NAME = 120


def rename(database: Database, session_id: int, name: str, new: str) -> Corrected:
    """Call a student by another name.

    The name of somebody who was expected and not seen is taken over, since that is who
    was seen after all.

    Raises:
        UsageError: nobody is called so, or somebody else has the new name, or had it
            and was erased.
        UnknownSession: there is no session of that id.
    """
    new = _clean(new)
    with desk_of(database, session_id) as desk:
        row = desk.find(name)
        if new == row.name:
            raise UsageError(f"{new!r} is the name already: expected another one")
        desk.refuse_forgotten(new)
        holder = desk.holder(new, row)
        if holder is None:
            desk.call(row, new)
        else:
            desk.take_over(row, holder)
            new = holder.name
        text = f"{row.name!r} is called {new!r} now"
        return desk.store("rename", text, (row.name, new))


def merge(database: Database, session_id: int, name: str, into: str) -> Corrected:
    """Let one student stand for two; the name of the second is kept.

    Where both were seen in one sample, readers keep one of the sightings.

    Raises:
        UsageError: nobody is called so, or both are one already.
        UnknownSession: there is no session of that id.
    """
    with desk_of(database, session_id) as desk:
        row, kept = desk.find(name), desk.find(into)
        if row.id == kept.id:
            raise UsageError(f"{name!r} and {into!r} are one student already")
        if row.ignored != kept.ignored:
            left_out = row if row.ignored else kept
            raise UsageError(
                f"{left_out.name!r} is ignored: undo that first with `classpulse "
                f"students ignore {left_out.name!r} --undo --session {session_id}`"
            )
        together = desk.seen_together(row, kept)
        desk.join(row, kept)
        text = f"{row.name!r} and {kept.name!r} are one student now, {kept.name!r}"
        if together:
            samples = f"{together:,} sample{'' if together == 1 else 's'}"
            text += f" (seen together in {samples}, where only one sighting is kept)"
        return desk.store("merge", text, (row.name, kept.name))


def split(
    database: Database,
    session_id: int,
    name: str,
    at: datetime,
    new: str | None = None,
) -> Corrected:
    """Make what was seen of a student from a time on another student.

    Args:
        database: where it is stored.
        session_id: the session.
        name: the student.
        at: the first moment of the new student, aware.
        new: what the new student is called; without one the old name with a number.

    Raises:
        UsageError: nobody is called so, not seen before and after the time, or
            somebody else has the new name.
        UnknownSession: there is no session of that id.
    """
    at = utc(at)
    with desk_of(database, session_id) as desk:
        row = desk.find(name)
        clean = None if new is None else _clean(new)
        if clean == row.name:
            raise UsageError(
                f"{clean!r} is the student's own name: the part from then on needs "
                "another, or leave --name out"
            )
        if clean is not None:
            desk.refuse_forgotten(clean)
        holder = None if clean is None else desk.holder(clean, row)
        part = desk.split(row, at)
        called = clean or part.name
        if holder is not None:
            desk.take_over(part, holder)
            called = holder.name
        elif clean is not None:
            desk.call(part, clean)
        clock = at.astimezone().strftime("%H:%M:%S")
        text = f"{row.name!r} is {called!r} from {clock} on"
        return desk.store("split", text, (row.name, called))


def ignore(
    database: Database, session_id: int, name: str, *, ignored: bool = True
) -> Corrected:
    """Leave a student out of every number and list, or let the student count again.

    Raises:
        UsageError: nobody is called so, or it is so already.
        UnknownSession: there is no session of that id.
    """
    with desk_of(database, session_id) as desk:
        row = desk.find(name)
        if row.ignored is ignored:
            state = "ignored already" if ignored else "not ignored"
            raise UsageError(f"{row.name!r} is {state} in session {session_id}")
        desk.change(row, ignored=ignored)
        text = f"{row.name!r} {'is ignored' if ignored else 'counts again'} now"
        kind = "ignore" if ignored else "unignore"
        return desk.store(kind, text, (row.name,))


def undo(
    database: Database, session_id: int, correction_id: int | None = None
) -> Corrected:
    """Take a correction back, the last one when none is named.

    Returns:
        The correction, with what holds now as its text.

    Raises:
        UsageError: there is nothing to undo, a later correction builds on it, or it
            would bring back somebody who was erased.
        UnknownSession: there is no session of that id.
    """
    with desk_of(database, session_id) as desk:
        standing_ = stored(desk.connection, session_id)
        wanted = [
            (correction, detail)
            for correction, detail in standing_
            if correction.id == correction_id
            or (correction_id is None and not is_scrubbed(detail))
        ]
        if not wanted:
            raise UsageError(f"there is nothing to undo in session {session_id}")
        correction, detail = wanted[-1]
        if is_scrubbed(detail):
            raise UsageError(
                "this cannot be taken back: it concerned somebody who was erased since"
            )
        for later, later_detail in standing_:
            if later.id > correction.id and changes.depends(later_detail, detail):
                raise UsageError(_why_not(later, later_detail))
        changes.take_back(desk.connection, session_id, desk.course, detail)
        done = update(Correction).where(Correction.id == correction.id)
        desk.connection.execute(done.values(undone_at=datetime.now(UTC)))
        return correction._replace(text=_again(correction, detail, desk.rows))


def standing(database: Database, session_id: int) -> list[Corrected]:
    """The corrections of a session that can be undone, oldest first.

    Raises:
        UnknownSession: there is no session of that id.
    """
    with database.read() as connection:
        course_of(connection, session_id)
        return [
            correction
            for correction, detail in stored(connection, session_id)
            if not is_scrubbed(detail)
        ]


def _why_not(later: Corrected, detail: changes.Detail) -> str:
    """Why a correction is not undone beneath a later one."""
    if is_scrubbed(detail):
        return (
            f"this cannot be taken back: a later correction ({later.kind}) builds on "
            "it, and that one concerned somebody who was erased since"
        )
    return (
        "this cannot be taken back while a later correction builds on it "
        f"({later.kind}: {later.text}): take that one back first"
    )


def _again(
    done: Corrected, detail: changes.Detail, rows: Mapping[int, PersonRow]
) -> str:
    """What holds again after a correction was taken back.

    Args:
        done: the correction.
        detail: what it changed.
        rows: the session's students as they are now: some may have been renamed since.
    """
    ends = roots_of(rows)
    changed = {int(id_): columns for id_, columns in detail["changes"].items()}
    if done.kind == "rename":
        return f"{done.names[1]!r} is called {done.names[0]!r} again"
    if done.kind == "split":
        whole = rows[ends[detail["moved"][0][0]]]
        return f"what was seen as {done.names[1]!r} is {whole.name!r} again"
    if done.kind == "merge":
        # The course's rows may have been merged too: they are not the session's.
        merged = next(i for i in changed if i in rows and "merged_into" in changed[i])
        kept = rows[ends[changed[merged]["merged_into"][1]]]
        return f"{rows[merged].name!r} and {kept.name!r} are two students again"
    (row,) = (rows[id_] for id_, columns in changed.items() if "ignored" in columns)
    return f"{row.name!r} {'is ignored' if row.ignored else 'counts'} again"


def _clean(name: str) -> str:
    """A name as it is stored.

    Raises:
        UsageError: nothing that can be seen, or longer than a name.
    """
    clean = " ".join(name.split())
    if not clean:
        raise UsageError("a name is missing: expected the right one")
    if not clean.isprintable() or len(clean) > _LONGEST_NAME:
        raise UsageError(
            f"{name[:40]!r} is no name: expected 1 to {_LONGEST_NAME} characters that "
            "can be seen"
        )
    return clean
