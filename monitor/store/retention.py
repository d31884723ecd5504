"""What goes after a while, and what stays: see `monitor.settings` for how long.

Everything of a session's students goes: rows, other names, corrections, files. Their
class stays as minutes over five faces or more (`monitor.store.class_minutes`), with its
title and notes, so that a semester can be compared.

Files go before the rows: a session whose files cannot be removed, or that another
program's turn keeps from going, stays due as it is, and goes the next time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from monitor.engagement import with_facing
from monitor.errors import UnknownSession
from monitor.records import ALIVE, Mode, SessionRow
from monitor.settings import Settings
from monitor.store import audit, class_minutes, deleting, erasure, exports, queries
from monitor.store.database import Database
from monitor.store.desk import course_of
from monitor.store.tables import ClassSession, Course, Student


class Purged(NamedTuple):
    """What went.

    Attributes:
        sessions: whose students' rows and files went.
        sightings: how often students had been seen in them.
        left: files that could not be removed; their sessions stay due.
    """

    sessions: tuple[int, ...]
    sightings: int
    left: tuple[Path, ...] = ()


def goes_at(session: SessionRow, settings: Settings) -> datetime:
    """When the rows of a session's students go."""
    return session.stored_at + timedelta(days=settings.retention_days)


def due(database: Database, settings: Settings, by: datetime) -> list[SessionRow]:
    """Sessions whose students' rows go until a time, the soonest first.

    A session that is being recorded stays. One in class mode has no such rows.
    """
    return [row for row in _old(database, settings, by) if row.mode is not Mode.CLASS]


def _old(database: Database, settings: Settings, by: datetime) -> list[SessionRow]:
    found = [
        row
        for row in queries.session_rows(database)
        if not row.purged and row.status not in ALIVE and goes_at(row, settings) <= by
    ]
    return sorted(found, key=lambda row: (row.stored_at, row.id))


def purge(database: Database, settings: Settings, now: datetime) -> Purged:
    """Let go what is due; a session at a time, so that an agent need not wait long.

    Raises:
        StoreError: the database cannot be written; what went until then is gone.
    """
    erasure.erase_left_over(database)
    went = [
        purge_session(database, session, settings)
        for session in _old(database, settings, now)
    ]
    _let_rosters_go(database)
    return Purged(
        tuple(id_ for one in went for id_ in one.sessions),
        sum(one.sightings for one in went),
        tuple(file for one in went for file in one.left),
    )


def purge_session(
    database: Database, session: SessionRow, settings: Settings
) -> Purged:
    """Let a session's students go, unless its files or another program stand against.

    Raises:
        StoreError: the database cannot be written; nothing of the session is gone.
    """
    nothing = Purged((), 0)
    try:
        data = with_facing(queries.session_data(database, session.id))
    except UnknownSession:  # erased by another program meanwhile
        return nothing
    with database.erase() as connection:
        if not _is_still_due(connection, session.id):
            return nothing
        # In class mode there is only the course's roster to look after.
        of_students = data.session.mode is not Mode.CLASS
        if of_students:
            left = exports.remove(database.path, session.id)
            if left:
                return nothing._replace(left=left)
            kept = class_minutes.of_session(data, settings.weights)
            class_minutes.write(connection, session.id, kept)
        sightings = deleting.all_students(connection, session.id)
        change = update(ClassSession).where(ClassSession.id == session.id)
        connection.execute(
            change.values(purged_at=datetime.now(UTC), students=session.students)
        )
        deleting.people_without_students(connection, course_of(connection, session.id))
        audit.note(
            connection, audit.Action.PURGE, session=session.id, sightings=sightings
        )
    return Purged((session.id,) if of_students else (), sightings)


def _is_still_due(connection: Connection, session_id: int) -> bool:
    """Whether no other program has let the session go, or erased it, meanwhile."""
    query = select(ClassSession.id).where(
        ClassSession.id == session_id, ClassSession.purged_at.is_(None)
    )
    return connection.execute(query).first() is not None


def _let_rosters_go(database: Database) -> None:
    """Let people go whose course has no session with students.

    A roster is taken over before its class begins, which then may never come about.
    """
    used = select(ClassSession.course_id).where(
        ClassSession.course_id.is_not(None), ClassSession.purged_at.is_(None)
    )
    people = select(Course.id).join(Student, Student.course_id == Course.id)
    with database.read() as connection:
        query = people.where(Course.id.not_in(used))
        idle = set(connection.execute(query).scalars())
    if not idle:
        return
    with database.erase() as connection:
        for course in sorted(idle):
            deleting.people_without_students(connection, course)
            deleting.course_without_sessions(connection, course)
