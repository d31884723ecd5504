"""What readers ask: lists of sessions, and a session's columns as arrays.

A session page has 30,000 observations, which as mapped objects would take seconds:
rows go from SQLite straight into arrays. No answer grows with the rest of the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, RowMapping, Select, select

from monitor.errors import UnknownSession
from monitor.records import (
    ALIVE,
    EMOTIONS,
    ClassMinutes,
    GapReason,
    Mode,
    Observations,
    Samples,
    SessionData,
    SessionRow,
    SessionStatus,
    StudentRow,
)
from monitor.store import absences, class_minutes, markers, tables
from monitor.store.database import Database
from monitor.store.locks import is_held, lock_path
from monitor.store.packing import folded_columns, of_roots, unfold
from monitor.store.people import (
    PersonRow,
    is_provisional,
    listed,
    roots,
    roots_of,
    session_rows as session_rows_of,
)

if TYPE_CHECKING:
    import sqlite3


# CROSS JOIN fixes the order of the loops: a session's samples by their index, then
# the faces of each, so that the rows come sorted and only they are touched.
_OBSERVATIONS = f"""
    SELECT {folded_columns()}
    FROM sample CROSS JOIN observation AS o ON o.sample_id = sample.id
    WHERE sample.session_id = ? AND sample."index" > ?
    ORDER BY sample."index", o.student_id
"""  # noqa: S608 - made of our own column names

_SAMPLES = """
    SELECT "index", offset_s, gap, left_out FROM sample
    WHERE session_id = ? AND "index" > ? ORDER BY "index"
"""

_BACKWARDS = """
    SELECT "index", offset_s FROM sample WHERE session_id = ? ORDER BY "index" DESC
"""


def session_rows(database: Database) -> list[SessionRow]:
    """Every session, the one stored last first."""
    with database.read() as connection:
        found = _session_rows(connection, _sessions())
    return _with_interruptions(database, found)


def session_row(database: Database, ref: int | str) -> SessionRow:
    """One session by its id, or the "last" one stored.

    Raises:
        UnknownSession: there is none such.
    """
    query = _sessions()
    if ref == "last":
        query = query.limit(1)
    else:
        try:
            query = query.where(tables.ClassSession.id == _as_id(ref))
        except ValueError as exc:
            raise unknown_session(ref) from exc
    with database.read() as connection:
        found = _session_rows(connection, query)
    if not found:
        raise unknown_session(ref)
    return _with_interruptions(database, found)[0]


def session_data(
    database: Database, session_id: int, since_sample: int | None = None
) -> SessionData:
    """A session, whole or only the samples with an index above ``since_sample``.

    Raises:
        UnknownSession: there is none with that id.
    """
    head = session_row(database, session_id)
    with database.read() as connection:
        return _data(connection, head, -1 if since_sample is None else since_sample)


def student_data(database: Database, session_id: int, student_id: int) -> SessionData:
    """A session with one student alone, an ignored one too.

    Raises:
        UnknownSession: there is none with that id.
    """
    head = session_row(database, session_id)
    with database.read() as connection:
        return _data(connection, head, -1, only=student_id)


def latest_data(database: Database, session_id: int, minutes: float) -> SessionData:
    """The samples of the last ``minutes`` before the last sample.

    Raises:
        UnknownSession: there is no session with that id.
    """
    head = session_row(database, session_id)
    with database.read() as connection:
        return _data(connection, head, _index_before(connection, head.id, minutes))


def _sessions() -> Select[*tuple[Any, ...]]:
    """One row a session, the columns of `SessionRow`; the last id first.

    The id tells what was stored last; the start would not, since a recording may be
    analysed long after the lecture.
    """
    session = tables.ClassSession
    columns = (
        session.id,
        session.title,
        tables.Course.name.label("course"),
        session.source,
        session.mode,
        session.status,
        session.interval_s,
        session.model,
        session.started_at,
        session.ended_at,
        session.stored_at,
        session.samples,
        session.late,
        session.lost,
        session.students,
        session.index_version,
        session.prior,
        session.expressions,
        session.purged_at,
    )
    return (
        select(*columns)
        .select_from(session)
        .outerjoin(tables.Course, tables.Course.id == session.course_id)
        .order_by(session.id.desc())
    )


def _session_rows(
    connection: Connection, query: Select[*tuple[object, ...]]
) -> list[SessionRow]:
    rows = connection.execute(query).mappings().all()
    one = rows[0]["id"] if len(rows) == 1 else None
    students = _students_seen(connection, one) if rows else {}
    return [_session_row(row, students.get(row["id"], 0)) for row in rows]


def _session_row(row: RowMapping, seen: int) -> SessionRow:
    """A session as it is stored; ``seen`` is how many of its students were."""
    values = dict(row)
    purged_at, students = values.pop("purged_at"), values.pop("students")
    prior, expressions = values.pop("prior"), values.pop("expressions")
    return SessionRow(
        **values,
        students=seen if students is None else students,
        prior=None if prior is None else tuple(prior),
        expressions=EMOTIONS if expressions is None else tuple(expressions),
        purged=purged_at is not None,
    )


def _students_seen(connection: Connection, session_id: int | None) -> dict[int, int]:
    """How many students were seen, by session: of one session or of all."""
    student = tables.Student
    query = select(
        student.session_id,
        student.id,
        student.merged_into,
        student.ignored,
        student.seen,
    )
    query = query.where(
        student.session_id.is_not(None)
        if session_id is None
        else student.session_id == session_id
    )
    rows = connection.execute(query).all()
    ends = roots({row.id: row.merged_into for row in rows})
    ignored = {row.id for row in rows if row.ignored}
    seen = {(row.session_id, ends[row.id]) for row in rows if row.seen}
    return Counter(session for session, root in seen if root not in ignored)


def _with_interruptions(database: Database, rows: list[SessionRow]) -> list[SessionRow]:
    """Say "interrupted" of a session that nobody records any more."""
    return [
        _if_interrupted(database, row) if row.status in ALIVE else row for row in rows
    ]


def _if_interrupted(database: Database, row: SessionRow) -> SessionRow:
    if is_held(lock_path(database.path, row.id)):
        return row
    # The agent stores the end before it lets go: it may have ended since the row was
    # read, and only a second look after the lock can tell.
    with database.read() as connection:
        query = _sessions().where(tables.ClassSession.id == row.id)
        again = _session_rows(connection, query)
    if not again or again[0].status not in ALIVE:
        return again[0] if again else row
    return replace(again[0], status=SessionStatus.INTERRUPTED)


def _counted(rows: Mapping[int, PersonRow]) -> set[int]:
    """The rows that stand for the students whom reports tell of.

    A tile without a face and with a label that nobody can read is no student yet: the
    list of who is who has it, to be named there.
    """
    return {
        person.id
        for person in listed(rows)
        if not person.ignored
        if person.seen or rows[person.id].expected or not is_provisional(person.name)
    }


def _data(
    connection: Connection, head: SessionRow, above: int, only: int | None = None
) -> SessionData:
    samples = _samples(connection, head.id, above)
    rows = session_rows_of(connection, head.id)
    counted = {only} if only is not None else _counted(rows)
    ends = {id_: root for id_, root in roots_of(rows).items() if root in counted}
    seen = _observations(connection, head.id, above, samples.index)
    if len(ends) < len(rows) or any(id_ != root for id_, root in ends.items()):
        seen = of_roots(seen, ends)
    return SessionData(
        session=head,
        students=tuple(
            StudentRow(row.id, row.name)
            for row in rows.values()
            if ends.get(row.id) == row.id
        ),
        samples=samples,
        observations=seen,
        markers=markers.of_session(connection, head.id),
        absences=absences.read(connection, head, above, ends, samples, seen),
        minutes=_minutes(connection, head),
    )


def _minutes(connection: Connection, head: SessionRow) -> ClassMinutes | None:
    if head.purged or head.mode is Mode.CLASS:
        return class_minutes.read(connection, head.id)
    return None


def _samples(connection: Connection, session_id: int, above: int) -> Samples:
    rows = list(_raw(connection, _SAMPLES, session_id, above))
    return Samples(
        index=np.array([row[0] for row in rows], dtype=np.int32),
        offset_s=np.array([row[1] for row in rows], dtype=np.float64),
        gap=tuple(row[2] and GapReason(row[2]) for row in rows),
        left_out=np.array([row[3] for row in rows], dtype=np.int32),
    )


def _observations(
    connection: Connection,
    session_id: int,
    above: int,
    sample_index: npt.NDArray[np.int32],
) -> Observations:
    rows = _raw(connection, _OBSERVATIONS, session_id, above)
    return unfold(chain.from_iterable(rows), sample_index)


def _index_before(connection: Connection, session_id: int, minutes: float) -> int:
    """The index below the first sample of the last ``minutes``; -1 without any."""
    first: int | None = None
    newest: float | None = None
    # Walks back from the end and stops there: the length of the session is no matter.
    for index, offset_s in _raw(connection, _BACKWARDS, session_id):
        newest = offset_s if newest is None else newest
        if offset_s < newest - minutes * 60:
            break
        first = index
    return -1 if first is None else first - 1


def _raw(connection: Connection, sql: str, *values: int) -> Iterator[tuple[Any, ...]]:
    """Rows from the driver itself, within the transaction of ``connection``."""
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    return driver.execute(sql, values)


def _as_id(ref: int | str) -> int:
    number = int(ref)
    if not 0 < number < 2**63:
        raise ValueError(ref)
    return number


def unknown_session(ref: int | str) -> UnknownSession:
    """The error that tells how to find a session's id."""
    if ref == "last":
        return UnknownSession(
            "no session is stored yet: record one with `classpulse start`, or try "
            "`classpulse demo`"
        )
    return UnknownSession(
        f"there is no session {ref!r}: expected an id that `classpulse sessions` "
        'shows, or "last"'
    )
