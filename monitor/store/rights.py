"""What people may ask of what is stored of them, and what goes by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.errors import UsageError
from monitor.records import ALIVE, SessionRow
from monitor.settings import Settings
from monitor.store import (
    audit,
    careers,
    erasure,
    forgetting,
    people,
    personal,
    queries,
    retention,
    settings_file,
)
from monitor.store.audit import AuditRow
from monitor.store.database import Database
from monitor.store.erasure import Erased
from monitor.store.retention import Purged


class Rights:
    """The part of a `monitor.store.store.Store` that answers for people's rights."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def settings(self) -> Settings:
        """What the teacher has set, from the file beside the database.

        Raises:
            SettingsError: the file cannot be read or holds what is no setting.
        """
        return settings_file.read(self.path)

    def expiring(self, days: float = 7) -> list[SessionRow]:
        """Sessions whose students' rows go within ``days``, the soonest first.

        Raises:
            SettingsError: the settings cannot be read.
        """
        by = datetime.now(UTC) + timedelta(days=days)
        return retention.due(self._database, self.settings(), by)

    def goes_at(self, session: SessionRow) -> datetime:
        """When the rows of a session's students go; see `monitor.store.retention`."""
        return retention.goes_at(session, self.settings())

    def purge(self, now: datetime | None = None) -> Purged:
        """Let go what is due, with its files; see `monitor.store.retention`.

        Raises:
            SettingsError: the settings cannot be read.
            StoreError: the database cannot be written; what went until then is gone.
        """
        at = datetime.now(UTC) if now is None else now
        return retention.purge(self._database, self.settings(), at)

    def find_student(self, session_id: int, name: str) -> str:
        """What somebody is called in a session, found as `erase_student` does.

        Raises:
            UnknownStudent: nobody is called so.
            UnknownSession: no session has that id.
        """
        queries.session_row(self._database, session_id)
        with self._database.read() as connection:
            rows = people.session_rows(connection, session_id)
            return people.find(rows, name, session_id).name

    def find_person(self, course: str, name: str) -> str:
        """What somebody is called in a course, found as `erase_person` does.

        Raises:
            UnknownStudent: nobody in it is called so.
            UsageError: there is no such course.
        """
        with self._database.read() as connection:
            folk = careers.Folk(connection, erasure.find_course(connection, course))
            return folk.whole(course, name).name

    def erase_student(self, session_id: int, name: str) -> Erased:
        """Erase somebody from a class; see `monitor.store.erasure`.

        The session's own files are removed: `dashboard.document.write` writes them
        again from what is left.
        """
        return erasure.erase_student(self._database, session_id, name)

    def erase_person(self, course: str, name: str) -> Erased:
        """Erase somebody from a course and all its classes, as `erase_student`."""
        return erasure.erase_person(self._database, course, name)

    def erase_session(self, session_id: int) -> tuple[Path, ...]:
        """Erase a class with everything in it, its files too.

        Returns:
            The files that could not be removed.

        Raises:
            UnknownSession: no session has that id.
            UsageError: it is being recorded.
        """
        row = queries.session_row(self._database, session_id)
        if row.status in ALIVE:
            raise UsageError(
                f"session {session_id} is being recorded: stop the class first"
            )
        return erasure.erase_session(self._database, session_id)

    def allow_again(
        self, name: str, *, course: str | None = None, session_id: int | None = None
    ) -> None:
        """Let somebody who was erased be stored from now on; nothing comes back.

        Raises:
            UsageError: the name was not erased there, or there is no such course.
        """
        with self._database.write() as connection:
            home = course and erasure.find_course(connection, course)
            if not forgetting.allow_again(
                connection, name, course=home or None, session_id=session_id
            ):
                where = f"course {course!r}" if course else f"session {session_id}"
                raise UsageError(f"{name!r} was not erased from {where}")
            audit.note(connection, audit.Action.ALLOW_AGAIN)

    def export_student(self, session_id: int, name: str) -> dict[str, Any]:
        """All that a class holds of a student; see `monitor.store.personal`."""
        return personal.of_student(self._database, session_id, name, self.settings())

    def export_person(self, course: str, name: str) -> dict[str, Any]:
        """All that a course and its classes hold of somebody, as `export_student`."""
        return personal.of_person(self._database, course, name, self.settings())

    def note_export(self, session_id: int, kind: str, *, pseudonyms: bool) -> None:
        """Write down that a session was handed out.

        Args:
            session_id: the session.
            kind: of the files: "csv", "html".
            pseudonyms: whether it went without names.
        """
        with self._database.write() as connection:
            audit.note(
                connection,
                audit.Action.EXPORT,
                session=session_id,
                kind=kind,
                pseudonyms=pseudonyms,
            )

    def audit(self) -> list[AuditRow]:
        """What was done with the data, oldest first; no names."""
        with self._database.read() as connection:
            return audit.rows(connection)
