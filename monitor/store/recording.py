"""Writing one session, sample by sample."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Protocol

from sqlalchemy import Connection, Insert, Update, insert, select, update

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.errors import StoreError, UnknownSession
from monitor.records import (
    EMOTIONS,
    NOT_LOOKED,
    GapReason,
    Mode,
    NewSession,
    RequestKind,
    SessionStatus,
    Tick,
    utc,
)
from monitor.store.class_totals import ClassTotals
from monitor.store.course import expect, make_course
from monitor.store.database import Database, insert_row
from monitor.store.locks import SessionLock, lock_path
from monitor.store.queries import session_row
from monitor.store.student_rows import StudentRows
from monitor.store.tables import ClassSession, Request, Sample


class Keeper(Protocol):
    """What a session keeps of its samples: of students, or of the class alone."""

    def keep(self, connection: Connection, tick: Tick, sample_id: int) -> None:
        """Store what one sample told, in the transaction that stores the sample."""
        ...

    def kept(self) -> None:
        """The transaction has happened."""
        ...

    def end(self, connection: Connection, at: datetime) -> None:
        """The class is over at that time."""
        ...


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that the agent has not yet carried out; ``id`` is its row."""

    id: int
    kind: RequestKind


class Recording:
    """A session that is being written; holds the session's lock.

    Leaving the context without `end` marks the session as failed when an error passes
    (and never hides that error), else as ended.

    Attributes:
        session_id: the session's id.
    """

    def __init__(
        self,
        database: Database,
        new: NewSession,
        weights: IndexWeights = INDEX_WEIGHTS,
    ) -> None:
        """Store the session's beginning and take its lock.

        Args:
            database: where.
            new: what is known of the session.
            weights: of the engagement index, for totals in class mode.

        Raises:
            StoreError: the database or the lock's folder cannot be written.
        """
        self._database = database
        self._last_at = utc(new.started_at)
        self._interval = timedelta(seconds=new.interval_s)
        self._is_open = True
        self._lock: SessionLock | None = None
        try:
            with database.write() as connection:
                course = new.course and make_course(connection, new.course)
                self._course = course or None
                begun = _new_session(new, self._course)
                self.session_id = insert_row(connection, begun)
                if new.mode is not Mode.CLASS:
                    expect(connection, self.session_id, self._course, new.known)
                # Before anyone can see the session: it never looks interrupted.
                self._lock = SessionLock(lock_path(database.path, self.session_id))
                self._lock.acquire()
            self._keeper: Keeper = StudentRows(database, self.session_id, self._course)
            if new.mode is Mode.CLASS:
                row = session_row(database, self.session_id)
                self._keeper = ClassTotals(row, self._course, weights)
        except BaseException:
            self._release()
            raise

    def write(self, tick: Tick) -> None:
        """Store one sample in one transaction: all of it, or nothing.

        After an error the same tick may be written again.

        Raises:
            StoreBusy: another program held the database for too long.
            StoreUnusable: the disk is full or not writable.
            UnknownSession: the session was deleted meanwhile.
        """
        with self._database.write() as connection:
            if tick.gap is GapReason.SOURCE_LOST:
                # Nobody looked: it is lost, not taken.
                self._change(connection, lost=ClassSession.lost + 1)
            elif tick.gap not in NOT_LOOKED:
                self._change(connection, samples=ClassSession.samples + 1)
            sample = insert(Sample).values(
                session_id=self.session_id,
                index=tick.index,
                captured_at=tick.captured_at,
                offset_s=tick.offset_s,
                gap=tick.gap,
                left_out=tick.left_out,
            )
            sample_id = insert_row(connection, sample)
            self._keeper.keep(connection, tick, sample_id)
        self._keeper.kept()
        self._last_at = max(self._last_at, tick.captured_at)

    def note(self, late: int = 0, lost: int = 0) -> None:
        """Add to the session's counts of late and lost samples that were not written.

        Raises:
            StoreError: as in `write`.
        """
        with self._database.write() as connection:
            self._change(
                connection,
                late=ClassSession.late + late,
                lost=ClassSession.lost + lost,
            )

    def set_status(self, status: SessionStatus) -> None:
        """Store where the session stands; for its end there is `end`.

        Raises:
            StoreError: as in `write`.
        """
        with self._database.write() as connection:
            self._change(connection, status=status)

    def requests(self) -> list[PendingRequest]:
        """What pages asked for and was not done yet, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        query = (
            select(Request.id, Request.kind)
            .where(Request.session_id == self.session_id, Request.done_at.is_(None))
            .order_by(Request.id)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return [PendingRequest(id_, kind) for id_, kind in found]

    def done(self, request: PendingRequest) -> None:
        """Note that a request was carried out.

        Raises:
            StoreError: as in `write`.
        """
        change = update(Request).where(Request.id == request.id)
        with self._database.write() as connection:
            connection.execute(change.values(done_at=datetime.now(UTC)))

    def end(
        self,
        status: SessionStatus = SessionStatus.ENDED,
        at: datetime | None = None,
    ) -> None:
        """Store the end and let go of the session; a second end changes nothing.

        Args:
            status: ended or failed.
            at: when it ended; the last sample's time when not given.

        Raises:
            StoreError: as in `write`; the session is still open and held.
        """
        if not self._is_open:
            return
        with self._database.write() as connection:
            self._change(connection, status=status, ended_at=at or self._last_at)
            self._keeper.end(connection, self._last_at + self._interval)
        self._keeper.kept()
        self._is_open = False
        self._release()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            # Ctrl-C (no `Exception`) is how a class is meant to end.
            if isinstance(error, Exception):
                # The error that passes is the one to be told.
                with contextlib.suppress(StoreError):
                    self.end(SessionStatus.FAILED)
            elif error is not None:
                with contextlib.suppress(StoreError):
                    self.end()
            else:
                self.end()
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _change(self, connection: Connection, **values: object) -> None:
        change: Update = update(ClassSession).where(ClassSession.id == self.session_id)
        if connection.execute(change.values(**values)).rowcount == 0:
            raise UnknownSession(
                f"session {self.session_id} was deleted while it was being recorded: "
                "start a new one"
            )


def _new_session(new: NewSession, course_id: int | None) -> Insert:
    return insert(ClassSession).values(
        title=new.title,
        course_id=course_id,
        source=new.source,
        mode=new.mode,
        interval_s=new.interval_s,
        model=new.model,
        index_version=new.index_version,
        prior=None if new.prior is None else list(new.prior),
        expressions=None if new.expressions == EMOTIONS else list(new.expressions),
        started_at=new.started_at,
        stored_at=datetime.now(UTC),
        status=SessionStatus.RUNNING,
    )
