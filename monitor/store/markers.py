"""Notes in the lecture: when something began that a report may tell apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from monitor.errors import UsageError
from monitor.records import ALIVE, Marker, SessionRow, utc
from monitor.store import tables
from monitor.store.database import Database, insert_row

LONGEST_TEXT = 80
"""Characters in a note."""

_OTHER_CLOCK = timedelta(minutes=1)
"""A class that began so much before it was stored is a recording: its clock is not
the one on the wall."""


def of_session(connection: Connection, session_id: int) -> tuple[Marker, ...]:
    """A session's notes in the order of time."""
    marker = tables.Marker
    query = (
        select(marker.offset_s, marker.text, marker.id)
        .where(marker.session_id == session_id)
        .order_by(marker.offset_s, marker.id)
    )
    return tuple(Marker(*row) for row in connection.execute(query))


def mark(
    database: Database, session: SessionRow, text: str, at: datetime | None = None
) -> Marker:
    """Put a note into a session.

    Args:
        database: where it is stored.
        session: whose.
        text: 1 to `LONGEST_TEXT` characters in one line, each of which can be seen;
            blanks around it are dropped.
        at: when, aware; None is now, in a recording its last sample.

    Raises:
        UsageError: no such text, the time lies outside the class, or the class has
            ended and no time is given.
        StoreError: the session was deleted meanwhile.
    """
    clean = _clean(text)
    with database.write() as connection:
        offset_s = _offset(connection, session, at)
        row = insert(tables.Marker).values(
            session_id=session.id, offset_s=offset_s, text=clean
        )
        return Marker(offset_s, clean, insert_row(connection, row))


def unmark(database: Database, session_id: int, marker_id: int) -> None:
    """Take a note away.

    Raises:
        UsageError: the session has no such note.
    """
    marker = tables.Marker
    gone = delete(marker).where(marker.id == marker_id, marker.session_id == session_id)
    with database.write() as connection:
        if connection.execute(gone).rowcount == 0:
            raise UsageError(
                f"session {session_id} has no note {marker_id}: it may have been "
                "taken away already"
            )


def _clean(text: str) -> str:
    clean = text.strip()
    if len(clean.splitlines()) != 1 or len(clean) > LONGEST_TEXT:
        raise UsageError(
            f"{text[:40]!r} is no note: expected 1 to {LONGEST_TEXT} characters in one "
            "line"
        )
    unseen = next((sign for sign in clean if not sign.isprintable()), None)
    if unseen is not None:
        raise UsageError(
            f"{text[:40]!r} is no note: it holds a character that cannot be seen "
            f"(U+{ord(unseen):04X}); type it anew instead of pasting it"
        )
    return clean


def _offset(connection: Connection, session: SessionRow, at: datetime | None) -> float:
    """Seconds from the session's start to the note."""
    now = datetime.now(UTC)
    last = timedelta(seconds=_last_offset(connection, session.id))
    if session.status in ALIVE:
        recorded = session.stored_at - session.started_at
        end = last if recorded > _OTHER_CLOCK else now - session.started_at
    elif at is None:
        raise UsageError(
            f"session {session.id} has ended: say at which time the note belongs"
        )
    else:
        end = max(last, (session.ended_at or session.started_at) - session.started_at)
    offset = end if at is None else utc(at) - session.started_at
    if not timedelta() <= offset <= end:
        span = [
            session.started_at,
            session.started_at + end,
            session.started_at + offset,
        ]
        first, until, asked = (t.astimezone().strftime("%H:%M:%S") for t in span)
        raise UsageError(
            f"session {session.id} lasted from {first} to {until}: expected a time "
            f"between, got {asked}"
        )
    return offset.total_seconds()


def _last_offset(connection: Connection, session_id: int) -> float:
    query = select(func.max(tables.Sample.offset_s))
    found = connection.execute(query.where(tables.Sample.session_id == session_id))
    return float(found.scalar() or 0.0)
