"""When students were not seen, and why: written as it goes, read as stretches."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from monitor.records import (
    Absence,
    AbsenceReason,
    Observations,
    Samples,
    SessionRow,
    Tick,
)
from monitor.store import tables
from monitor.store.database import insert_row


class Open(NamedTuple):
    """An absence that goes on: its reason and its row."""

    reason: AbsenceReason
    row: int


def follow(
    connection: Connection,
    session_id: int,
    tick: Tick,
    going_on: Mapping[int, Open],
    row_of: Callable[[int], int],
) -> dict[int, Open]:
    """Begin and end absences as one sample tells.

    Args:
        connection: of the transaction that stores the sample.
        session_id: whose sample.
        tick: the sample; one that is not to be trusted changes nothing.
        going_on: the open absences by the student's number.
        row_of: the row of a student by number.

    Returns:
        The open absences after it.
    """
    if tick.gap is not None:
        return dict(going_on)
    reasons = {away.student: away.reason for away in tick.away}
    still = {n: o for n, o in going_on.items() if reasons.get(n) is o.reason}
    over = [open_.row for n, open_ in going_on.items() if n not in still]
    if over:
        ended = update(tables.Absence).where(tables.Absence.id.in_(over))
        connection.execute(ended.values(to_at=tick.captured_at))
    for number, reason in reasons.items():
        if number not in still:
            begun = insert(tables.Absence).values(
                session_id=session_id,
                student_id=row_of(number),
                from_at=tick.captured_at,
                reason=reason,
            )
            still[number] = Open(reason, insert_row(connection, begun))
    return still


def end_all(connection: Connection, session_id: int, at: datetime) -> None:
    """End a session's open absences with the session."""
    ended = update(tables.Absence).where(
        tables.Absence.session_id == session_id, tables.Absence.to_at.is_(None)
    )
    connection.execute(ended.values(to_at=at))


class Stretch(NamedTuple):
    """Rows of `Samples` in which a student was away: ``last`` is not one of them."""

    first: int
    last: int
    reason: AbsenceReason


def read(
    connection: Connection,
    session: SessionRow,
    above: int,
    ends: Mapping[int, int],
    samples: Samples,
    seen: Observations,
) -> tuple[Absence, ...]:
    """The absences within the samples that were loaded.

    Args:
        connection: of a transaction that reads.
        session: whose.
        above: the samples with a larger index were loaded.
        ends: the row that stands for each student's row; others are left out.
        samples: the samples that were loaded.
        seen: who was seen in them, by the rows that stand for the students.
    """
    rows = _stretches(connection, session.id, above, len(samples), ends)
    offsets = [*samples.offset_s.tolist()]
    offsets.append(offsets[-1] + session.interval_s if offsets else 0.0)
    merged = len(set(ends.values())) < len(ends)
    found = []
    for student, stretches in sorted(rows.items()):
        pieces = stretches
        if merged:
            here = set(seen.sample[seen.student == student].tolist())
            pieces = _apart(stretches, here)
        found += [
            Absence(student, offsets[piece.first], offsets[piece.last], piece.reason)
            for piece in pieces
        ]
    return tuple(found)


def _stretches(
    connection: Connection,
    session_id: int,
    above: int,
    n: int,
    ends: Mapping[int, int],
) -> dict[int, list[Stretch]]:
    """Stretches by student, in the order of time."""
    absence, sample = tables.Absence, tables.Sample
    query = (
        select(absence.student_id, absence.from_at, absence.to_at, absence.reason)
        .where(absence.session_id == session_id)
        .order_by(absence.from_at, absence.id)
    )
    taken = select(sample.captured_at).where(
        sample.session_id == session_id, sample.index > above
    )
    if above >= 0:
        first = taken.order_by(sample.index).limit(1).scalar_subquery()
        query = query.where(or_(absence.to_at.is_(None), absence.to_at > first))
    rows = connection.execute(query).all()
    if not rows:
        return {}
    times = list(connection.execute(taken.order_by(sample.index)).scalars())
    found: dict[int, list[Stretch]] = {}
    for student, from_at, to_at, reason in rows:
        first_row = bisect_left(times, from_at)
        last_row = n if to_at is None else bisect_left(times, to_at)
        if student in ends and first_row < last_row:
            stretch = Stretch(first_row, last_row, reason)
            found.setdefault(ends[student], []).append(stretch)
    return found


def _apart(stretches: Iterable[Stretch], seen: set[int]) -> list[Stretch]:
    """Stretches of one student who was taken for several, without contradictions.

    What was seen was not away; where two reasons meet, the later one holds.
    """
    reasons = {
        row: stretch.reason
        for stretch in stretches
        for row in range(stretch.first, stretch.last)
        if row not in seen
    }
    runs = groupby(
        enumerate(sorted(reasons)), key=lambda at: (at[1] - at[0], reasons[at[1]])
    )
    pieces = []
    for (_, reason), run in runs:
        places = [row for _, row in run]
        pieces.append(Stretch(places[0], places[-1] + 1, reason))
    return pieces
