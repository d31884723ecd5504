"""What a correction changed in the rows of students, and taking it back.

A correction changes rows as it likes; comparing the rows before and after gives what
must be put back. So a new kind of correction needs no undoing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from monitor.errors import UsageError
from monitor.store.course import course_rows
from monitor.store.people import PersonRow, session_rows
from monitor.store.tables import Absence, Enrolment, Observation, Sample, Student

Rows = Mapping[int, PersonRow]
Detail = dict[str, Any]
"""What is stored of a correction, as JSON:

- text: what was done, for people; names: of the students whom it is about.
- changes: by row id and column, the value before and after; created: ids of new rows.
- moved: pairs of rows; what was seen of the first went to the second.
- uses: rows whose merges were taken as they were.
"""

_EVER = datetime.min.replace(tzinfo=UTC)
_LISTS = ("aliases", "labels")
_WORDS = ("name", "ignored", "merged_into", "named_by_teacher", "person_id")
_COLUMNS = (*_WORDS, *_LISTS, "number", "roster_id", "expected")


def snapshot(
    connection: Connection, session_id: int, course: int | None
) -> dict[int, PersonRow]:
    """All rows that a correction of a session may touch, by id."""
    rows = session_rows(connection, session_id)
    return rows if course is None else rows | course_rows(connection, course)


def differences(before: Rows, after: Rows) -> Detail:
    """What changed between two snapshots."""
    changes = {
        str(id_): columns
        for id_, row in before.items()
        if id_ in after and (columns := _columns(row, after[id_]))
    }
    return {"changes": changes, "created": sorted(set(after) - set(before))}


def depends(later: Detail, earlier: Detail) -> bool:
    """Whether a correction builds on an earlier one, which then cannot be undone."""
    made = set(earlier["created"])
    touched = {int(id_) for id_ in later["changes"]} | set(later["uses"])
    pointed = {
        columns["merged_into"][1]
        for columns in later["changes"].values()
        if "merged_into" in columns
    }
    if made & (touched | pointed):
        return True
    merged = {
        int(id_)
        for id_, columns in earlier["changes"].items()
        if "merged_into" in columns
    }
    if merged & set(later["uses"]):
        return True
    return any(
        column in _WORDS and column in earlier["changes"].get(id_, {})
        for id_, columns in later["changes"].items()
        for column in columns
    )


def move_sightings(
    connection: Connection,
    session_id: int,
    old: int,
    new: int,
    since: datetime = _EVER,
) -> None:
    """Give what was seen of one row, from a time on, to another row."""
    samples = select(Sample.id).where(
        Sample.session_id == session_id, Sample.captured_at >= since
    )
    # By sample, then by student: there is no index on the student alone.
    seen = update(Observation).where(
        Observation.sample_id.in_(samples), Observation.student_id == old
    )
    away = update(Absence).where(Absence.student_id == old, Absence.from_at >= since)
    connection.execute(seen.values(student_id=new))
    connection.execute(away.values(student_id=new))


def take_back(
    connection: Connection, session_id: int, course: int | None, detail: Detail
) -> None:
    """Put back what a correction changed.

    Raises:
        UsageError: a name that would come back is another student's by now.
    """
    rows = snapshot(connection, session_id, course)
    for old, new in detail["moved"]:
        move_sightings(connection, session_id, new, old)
        # Numbers that turned out to be the new one meanwhile go along.
        follow = update(Student).where(Student.merged_into == new)
        connection.execute(follow.values(merged_into=old))
    restored = {
        int(id_): _to_rows_left(_restored(rows[int(id_)], columns), rows)
        for id_, columns in detail["changes"].items()
        if int(id_) in rows
    }
    made = [id_ for id_ in detail["created"] if id_ in rows]
    gone = [id_ for id_ in made if rows[id_].course_id is None]
    kept = {id_: row for id_, row in rows.items() if id_ not in gone}
    _leave_what_is_taken(kept, restored)
    _free_places(connection, restored, gone)
    for id_, values in restored.items():
        if values:
            change = update(Student).where(Student.id == id_)
            connection.execute(change.values(**values))
    connection.execute(delete(Student).where(Student.id.in_(gone)))
    _forget(connection, [id_ for id_ in made if id_ not in gone])


def _columns(before: PersonRow, after: PersonRow) -> dict[str, list[Any]]:
    return {
        column: [getattr(before, column), getattr(after, column)]
        for column in _COLUMNS
        if getattr(before, column) != getattr(after, column)
    }


def _restored(
    row: PersonRow, columns: Mapping[str, Sequence[Any]]
) -> dict[str, object]:
    """The columns of one row as they are to be: what changed since is left alone."""
    values: dict[str, object] = {}
    for column, (before, after) in columns.items():
        now = getattr(row, column)
        if column in _LISTS:
            kept = [word for word in now if word not in after or word in before]
            values[column] = kept + [word for word in before if word not in kept]
        elif now == after:
            values[column] = before
    return values


def _to_rows_left(values: dict[str, object], rows: Rows) -> dict[str, object]:
    """What refers to somebody of the course who went meanwhile refers to nobody."""
    gone = {
        column: None
        for column in ("person_id", "merged_into")
        if values.get(column) is not None and values[column] not in rows
    }
    return values | gone


def _leave_what_is_taken(rows: Rows, restored: dict[int, dict[str, Any]]) -> None:
    """Give back no number and no name of the course that another row has by now.

    Raises:
        UsageError: so it is with a name of the session.
    """

    def taken(id_: int, column: str) -> bool:
        wanted = restored[id_].get(column)
        return wanted is not None and any(
            restored.get(row.id, {}).get(column, getattr(row, column)) == wanted
            for row in rows.values()
            if row.id != id_ and row.course_id == rows[id_].course_id
        )

    for id_, values in restored.items():
        if taken(id_, "number"):
            del values["number"]
        if taken(id_, "name"):
            if rows[id_].course_id is None:
                raise UsageError(
                    f"{values['name']!r} is another student's name by now: rename "
                    "that one first, then undo"
                )
            del values["name"]


def _free_places(
    connection: Connection,
    restored: Mapping[int, Mapping[str, object]],
    gone: Sequence[int],
) -> None:
    """Let go of names and numbers that are to change hands."""
    swapped = [id_ for id_, values in restored.items() if "name" in values]
    for id_ in (*swapped, *gone):
        # No name of a student begins so.
        change = update(Student).where(Student.id == id_)
        connection.execute(change.values(name=f"\n{id_}"))
    numbered = [id_ for id_, values in restored.items() if "number" in values]
    change = update(Student).where(Student.id.in_([*numbered, *gone]))
    connection.execute(change.values(number=None))


def _forget(connection: Connection, created: Sequence[int]) -> None:
    """Remove the course's rows that a correction made, unless they are in use."""
    for id_ in created:
        used = select(Student.id).where(
            or_(Student.person_id == id_, Student.merged_into == id_)
        )
        enrolled = select(Enrolment.student_id).where(Enrolment.student_id == id_)
        if not connection.execute(used.union(enrolled)).first():
            connection.execute(delete(Student).where(Student.id == id_))
