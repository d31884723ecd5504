"""The database as agent, dashboard and reports see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import insert, select

from monitor.engagement import with_facing
from monitor.records import (
    KnownStudent,
    Marker,
    Mode,
    NewSession,
    RequestKind,
    SessionData,
    SessionRow,
)
from monitor.settings import Settings
from monitor.store import (
    careers,
    corrections,
    course as courses,
    exports,
    markers,
    people,
    queries,
    schema,
    settings_file,
)
from monitor.store.audit import AuditRow
from monitor.store.corrections import Corrected
from monitor.store.database import BUSY_TIMEOUT_S, Database
from monitor.store.erasure import Erased
from monitor.store.people import Person
from monitor.store.place import database_path, database_url
from monitor.store.recording import PendingRequest, Recording
from monitor.store.retention import Purged
from monitor.store.rights import Rights
from monitor.store.tables import Acknowledgement, Course, Request

__all__ = [
    "AuditRow",
    "Corrected",
    "Erased",
    "PendingRequest",
    "Person",
    "Purged",
    "Recording",
    "Store",
]


class Store(Rights):
    """One database file, opened and of today's schema; safe for many threads.

    Use `Store.open`, which checks the file first.
    """

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        upgrade_new: bool = True,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> Store:
        """Open the database, making a new one where there is none.

        Args:
            url: ``sqlite:///FILE`` or a bare path; None: the variable CLASSPULSE_DB,
                else ``classpulse.db`` in the platform's folder for user data.
            upgrade_new: make a missing or empty file; otherwise that is an error.
            busy_timeout_s: how long to wait for another program's transaction.

        Raises:
            UsageError: another scheme than SQLite's.
            SchemaError: made by an older or a newer program.
            StoreUnusable: no database, not writable, disk full.
            StoreBusy: locked by another program.
        """
        path = database_path(url)
        if upgrade_new:
            schema.make_folder(path)
        else:
            schema.require_file(path)
        database = Database(path, busy_timeout_s=busy_timeout_s)
        try:
            found = schema.revision(database)
            if found is None:
                schema.create(database)
            else:
                schema.require_head(found, path)
                # A copy may have been made without it.
                database.use_write_ahead_log()
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def url(self) -> str:
        """The database as ``--db`` takes it."""
        return database_url(self.path)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def begin(self, new: NewSession) -> Recording:
        """Begin a session; the recording is a context manager.

        Raises:
            SettingsError: the settings cannot be read.
            StoreError: the database cannot be written.
        """
        return Recording(self._database, new, self.settings().weights)

    def sessions(self) -> list[SessionRow]:
        """Every session, the one stored last first."""
        return queries.session_rows(self._database)

    def session(self, ref: int | str) -> SessionRow:
        """One session by its id, or "last" for the one stored last.

        Raises:
            UnknownSession: there is none such.
        """
        return queries.session_row(self._database, ref)

    def load(self, session_id: int, *, since_sample: int | None = None) -> SessionData:
        """All of a session, or only the samples with an index above a given one.

        Of a whole session facing is judged by each student's median over all of it;
        a part has what was stored while the class ran.

        Raises:
            UnknownSession: no session has that id.
        """
        data = queries.session_data(self._database, session_id, since_sample)
        return with_facing(data) if since_sample is None else data

    def latest(self, session_id: int, minutes: float = 10) -> SessionData:
        """A session's last minutes, counted back from its last sample.

        Raises:
            UnknownSession: no session has that id.
        """
        return queries.latest_data(self._database, session_id, minutes)

    def request(self, session_id: int, kind: RequestKind) -> None:
        """Ask the agent that records a session for something.

        Raises:
            UnknownSession: no session has that id.
        """
        self.session(session_id)
        asked = insert(Request).values(
            session_id=session_id, kind=kind, at=datetime.now(UTC)
        )
        with self._database.write() as connection:
            connection.execute(asked)

    def enrol(self, course: str, students: Sequence[KnownStudent]) -> None:
        """Put a roster's people into a course; see `monitor.store.course.enrol`."""
        with self._database.write() as connection:
            courses.enrol(connection, courses.make_course(connection, course), students)

    def known(self, course: str) -> tuple[KnownStudent, ...]:
        """Whom a course knows: its roster, and whom the teacher named; by name."""
        with self._database.read() as connection:
            found = courses.course_id(connection, course)
            return () if found is None else courses.known(connection, found)

    def courses(self) -> list[str]:
        """The names of the courses, in their order."""
        query = select(Course.name).order_by(Course.name)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def people(self, session_id: int) -> tuple[Person, ...]:
        """Who is who in a session, those who are ignored too.

        Raises:
            UnknownSession: no session has that id.
        """
        self.session(session_id)
        with self._database.read() as connection:
            return people.listed(people.session_rows(connection, session_id))

    def numbered(self, session_id: int) -> dict[int, str]:
        """How each number that the agent counts students by is called now."""
        with self._database.read() as connection:
            return people.numbered(people.session_rows(connection, session_id))

    def rename(self, session_id: int, name: str, new: str) -> Corrected:
        """See `monitor.store.corrections.rename`."""
        return corrections.rename(self._database, session_id, name, new)

    def merge(self, session_id: int, name: str, into: str) -> Corrected:
        """See `monitor.store.corrections.merge`."""
        return corrections.merge(self._database, session_id, name, into)

    def split(
        self, session_id: int, name: str, at: datetime, new: str | None = None
    ) -> Corrected:
        """See `monitor.store.corrections.split`."""
        return corrections.split(self._database, session_id, name, at, new)

    def ignore(self, session_id: int, name: str, *, ignored: bool = True) -> Corrected:
        """See `monitor.store.corrections.ignore`."""
        return corrections.ignore(self._database, session_id, name, ignored=ignored)

    def undo(self, session_id: int, correction_id: int | None = None) -> Corrected:
        """See `monitor.store.corrections.undo`."""
        return corrections.undo(self._database, session_id, correction_id)

    def corrections(self, session_id: int) -> list[Corrected]:
        """See `monitor.store.corrections.standing`."""
        return corrections.standing(self._database, session_id)

    def career(
        self, session_id: int, student_id: int
    ) -> tuple[tuple[SessionRow, int], ...]:
        """The sessions of the course in which the same person was, oldest first.

        Args:
            session_id: a session.
            student_id: a student of it, as in `StudentRow`.

        Returns:
            Each session with the student's id in it; this session too. Without a
            course it is this one alone.

        Raises:
            UnknownSession: no session has that id.
            UsageError: the session has no such student (any more).
        """
        found = careers.of_student(self._database, session_id, student_id)
        rows = {row.id: row for row in self.sessions()}
        pairs = [(rows[part.session_id], part.student_id) for part in found]
        return tuple(sorted(pairs, key=lambda pair: (pair[0].started_at, pair[0].id)))

    def mark(self, session_id: int, text: str, at: datetime | None = None) -> Marker:
        """Put a note into a session, now or at a time; see `monitor.store.markers`."""
        return markers.mark(self._database, self.session(session_id), text, at)

    def unmark(self, session_id: int, marker_id: int) -> None:
        """Take a note away; see `monitor.store.markers`."""
        self.session(session_id)
        markers.unmark(self._database, session_id, marker_id)

    def keep_settings(self, settings: Settings) -> None:
        """Write the settings' file.

        Raises:
            SettingsError: it cannot be written.
        """
        settings_file.write(self.path, settings)

    def acknowledged_mode(self) -> Mode | None:
        """The mode that was last chosen in answer to the notice, None before."""
        query = select(Acknowledgement.mode).order_by(Acknowledgement.id.desc())
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).scalar()

    def acknowledge(self, mode: Mode) -> None:
        """Record the answer to the notice."""
        answer = insert(Acknowledgement).values(at=datetime.now(UTC), mode=mode)
        with self._database.write() as connection:
            connection.execute(answer)

    def exports_folder(self, session_id: int, *, pseudonyms: bool = False) -> Path:
        """Where a session's files go by themselves; it may not be there yet."""
        return exports.folder(self.path, session_id, pseudonyms=pseudonyms)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
