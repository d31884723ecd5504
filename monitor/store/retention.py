"""What goes after a while, and what stays: see `monitor.settings` for how long.

Everything of a session's students goes: rows, other names, corrections, files. Their
class stays as minutes over five faces or more (`monitor.store.class_minutes`), with its
title and notes, so that a semester can be compared.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import update

from monitor.engagement import with_facing
from monitor.records import ALIVE, Mode, SessionRow
from monitor.settings import Settings
from monitor.store import audit, class_minutes, deleting, queries
from monitor.store.database import Database
from monitor.store.desk import course_of
from monitor.store.tables import ClassSession


class Purged(NamedTuple):
    """What went: the sessions, and how often students had been seen in them."""

    sessions: tuple[int, ...]
    sightings: int


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
    gone, sightings = [], 0
    for session in _old(database, settings, now):
        # In class mode there is only the course's roster to look after.
        sightings += _purge(database, session, settings)
        if session.mode is not Mode.CLASS:
            gone.append(session.id)
    return Purged(tuple(gone), sightings)


def _purge(database: Database, session: SessionRow, settings: Settings) -> int:
    data = with_facing(queries.session_data(database, session.id))
    with database.erase() as connection:
        if data.session.mode is not Mode.CLASS:
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
    return sightings
