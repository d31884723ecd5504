"""What a recording keeps of students: their rows, sightings and absences."""

from __future__ import annotations

import contextlib
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import StoreBusy
from monitor.records import Tick
from monitor.store.absences import Open, end_all, follow
from monitor.store.database import Database
from monitor.store.erasure import erase_sighted
from monitor.store.packing import COLUMNS, pack
from monitor.store.roll import Roll

_INSERT_OBSERVATIONS = (
    f"INSERT INTO observation ({', '.join(COLUMNS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join('?' * len(COLUMNS))})"
)


class StudentRows:
    """Keeps the students of one session, sample by sample."""

    def __init__(self, database: Database, session_id: int, course: int | None) -> None:
        self._database = database
        self._session_id = session_id
        self._course = course
        self._away: dict[int, Open] = {}
        self._away_next: dict[int, Open] = {}
        self._to_erase: set[int] = set()

    def keep(self, connection: Connection, tick: Tick, sample_id: int) -> None:
        """Store what one sample told of students, in the transaction that stores it."""
        # The rows are asked for each time (it takes a millisecond): nothing to put
        # right after a failure, and a teacher may correct them at any time.
        roll = Roll(connection, self._session_id, self._course)
        tick = roll.learn(tick)
        students = roll.sighted(reading.student for reading in tick.readings)
        rows = pack(tick.readings, sample_id, students)
        if rows:
            connection.exec_driver_sql(_INSERT_OBSERVATIONS, rows)
        self._away_next = follow(
            connection, self._session_id, tick, self._away, roll.row_of
        )
        self._to_erase = roll.to_erase

    def kept(self) -> None:
        """The transaction has happened: erase who turned out not to be stored."""
        self._away = self._away_next
        if self._to_erase:
            # Without a name yet: what cannot be done now is done with the next sample,
            # or when ClassPulse next starts (`erasure.erase_left_over`).
            with contextlib.suppress(StoreBusy):
                erase_sighted(self._database, self._session_id, self._to_erase)
                self._to_erase = set()

    def end(self, connection: Connection, at: datetime) -> None:
        """The class is over: whoever is away is so until then."""
        end_all(connection, self._session_id, at)
