"""Class mode while it records: students in memory, totals of minutes in the database.

A stretch of minutes (`monitor.store.class_minutes`) is stored once it is over, and is
never changed but for its coverage: two versions of one row could tell of a single face.
For the same reason the last minutes of a class go unsaid where they would have to join
a row that is stored already. What a crash leaves behind are the rows up to then.

Facing is as it was judged while the class ran: with the heads of a whole session, which
nothing here keeps, it cannot be judged again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, update

from monitor.engagement import IndexWeights
from monitor.minutes import MINUTE_S
from monitor.records import (
    EMOTIONS,
    STATUS_CODES,
    ClassMinutes,
    Observations,
    Reading,
    Samples,
    SessionData,
    SessionRow,
    Tick,
)
from monitor.store import class_minutes, forgetting
from monitor.store.packing import of_roots
from monitor.store.people import roots
from monitor.store.tables import ClassSession

_NOTHING = (np.nan,) * len(EMOTIONS)


class ClassTotals:
    """A session's samples, of which minutes are stored as they close."""

    def __init__(
        self, session: SessionRow, course: int | None, weights: IndexWeights
    ) -> None:
        """Begin with nothing seen.

        Args:
            session: whose totals.
            course: the row of its course, if any.
            weights: of the engagement index.
        """
        self._session = session
        self._course = course
        self._weights = weights
        self._ticks: list[Tick] = []
        self._seen: list[Observations] = []
        self._into: dict[int, int | None] = {}
        self._nobody: set[int] = set()
        # Minutes from the session's start: which are over, and which are stored; and
        # both as they are once the transaction has happened.
        self._over = self._stored = 0
        self._next = (0, 0)

    def keep(self, connection: Connection, tick: Tick, sample_id: int) -> None:
        """Count one sample, and store the stretches that were over before it.

        One that was counted before, and could not be stored, changes nothing.
        """
        del sample_id  # no sighting is tied to its sample
        if not self._ticks or tick.index > self._ticks[-1].index:
            self._count(connection, tick)
        over = int(self._ticks[-1].offset_s // MINUTE_S)
        if over > self._over:
            self._store(connection, over)

    def kept(self) -> None:
        """The transaction has happened."""
        self._over, self._stored = self._next

    def end(self, connection: Connection, at: datetime) -> None:
        """Store what may be told of the last minutes, and the coverage of all."""
        del at
        if self._ticks:
            over = int(self._ticks[-1].offset_s // MINUTE_S) + 1
            rows = self._store(connection, over)
            class_minutes.write_coverage(connection, self._session.id, rows)

    def _count(self, connection: Connection, tick: Tick) -> None:
        if tick.named:
            gone = forgetting.of(connection, self._course, self._session.id)
            self._nobody |= {n.student for n in tick.named if gone.holds(n.name)}
        self._nobody |= {*tick.pictures}
        for reading in tick.readings:
            self._into.setdefault(reading.student, None)
        for joined in tick.joined:
            self._join(joined.student, joined.into)
        self._seen.append(_columns(len(self._ticks), tick.readings))
        # What was seen is in the columns; names and boxes are not kept.
        self._ticks.append(replace(tick, readings=(), named=(), away=(), joined=()))

    def _store(self, connection: Connection, over: int) -> ClassMinutes:
        """Store the stretches before the minute ``over`` that are not stored yet.

        Returns:
            All of them.
        """
        data = self._data(over * MINUTE_S)
        rows = class_minutes.of_session(data, self._weights, closed=True)
        new = rows.pick(rows.minute >= self._stored)
        class_minutes.write(connection, self._session.id, new)
        last = int(new.minute[-1] + new.minutes[-1]) if len(new) else self._stored
        self._next = (over, last)
        students = len(np.unique(data.observations.student))
        change = update(ClassSession).where(ClassSession.id == self._session.id)
        connection.execute(change.values(students=students))
        return rows

    def _join(self, number: int, into: int) -> None:
        for one in (number, into):
            self._into.setdefault(one, None)
        ends = roots(self._into)
        if ends[number] != ends[into]:
            self._into[ends[number]] = ends[into]

    def _data(self, until_s: float) -> SessionData:
        """The session before a time, as if its students had been stored."""
        ticks = [tick for tick in self._ticks if tick.offset_s < until_s]
        seen = _joined(self._seen[: len(ticks)])
        into = roots(self._into)
        # Whoever is one with somebody that does not count does not count either.
        nobody = {into.get(number, number) for number in self._nobody}
        ends = {number: root for number, root in into.items() if root not in nobody}
        return SessionData(
            session=self._session,
            students=(),
            samples=Samples(
                index=np.array([tick.index for tick in ticks], np.int32),
                offset_s=np.array([tick.offset_s for tick in ticks], np.float64),
                gap=tuple(tick.gap for tick in ticks),
                left_out=np.array([tick.left_out for tick in ticks], np.int32),
            ),
            observations=of_roots(seen, ends),
        )


def _columns(sample: int, readings: Collection[Reading]) -> Observations:
    """The faces of one sample; where they were is no matter."""
    k = len(readings)
    facing = [np.nan if r.facing is None else float(r.facing) for r in readings]
    return Observations(
        sample=np.full(k, sample, np.int32),
        student=np.array([r.student for r in readings], np.int32),
        status=np.array([STATUS_CODES[r.status] for r in readings], np.uint8),
        probabilities=np.array(
            [r.probabilities or _NOTHING for r in readings], np.float64
        ).reshape(k, len(EMOTIONS)),
        facing=np.array(facing, np.float64),
        xyxy=np.zeros((k, 4), np.int32),
        yaw=np.full(k, np.nan),
        pitch=np.full(k, np.nan),
        shared=np.zeros(k, np.bool_),
    )


def _joined(parts: Collection[Observations]) -> Observations:
    if not parts:
        return _columns(0, ())
    names = Observations.__dataclass_fields__
    return Observations(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in names
        }
    )
