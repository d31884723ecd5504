"""One person over the sessions of a course.

Whoever the course knows is tied to their rows (``person_id``). A name that no roster
and no teacher gave is the same person as far as it is written alike; a number without a
name is somebody else in each session, unless a roster or a teacher calls somebody so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from monitor.errors import UnknownStudent
from monitor.store.course import course_rows, person_called
from monitor.store.database import Database
from monitor.store.desk import course_of
from monitor.store.people import (
    COLUMNS,
    PersonRow,
    has_name,
    is_provisional,
    members,
    roots_of,
    same_letters,
    session_rows,
)
from monitor.store.tables import ClassSession, Student

Rows = Mapping[int, PersonRow]


class Part(NamedTuple):
    """A person in one session: the row that stands for them."""

    session_id: int
    student_id: int


class Whole(NamedTuple):
    """A person of a course.

    Attributes:
        name: as shown.
        person: the course's row that stands for them, None when it has none.
        people: the course's rows of them.
        parts: where they were.
    """

    name: str
    person: PersonRow | None
    people: list[PersonRow]
    parts: list[Part]


class Folk:
    """Everybody of a course: its own people, and the students of its sessions."""

    def __init__(self, connection: Connection, course: int) -> None:
        self.people: Rows = course_rows(connection, course)
        self.sessions: Mapping[int, Rows] = _sessions(connection, course)
        self._ends = roots_of(self.people)

    def called(self, name: str) -> PersonRow | None:
        """The course's row that stands for whoever is called so."""
        if not is_provisional(name):
            return person_called(self.people, name)
        own = (r for r in self.people.values() if r.name == name and has_name(r))
        return next(own, None)

    def person(self, rows: Rows, root: PersonRow) -> PersonRow | None:
        """The course's row that stands for a session's student, if it has one."""
        for row in (root, *members(rows, root.id)):
            if row.person_id in self._ends:
                return self.people[self._ends[row.person_id]]
        return self.called(root.name) if has_name(root) else None

    def whole(self, course: str, name: str) -> Whole:
        """Whoever is called so, with everything that tells of them.

        Raises:
            UnknownStudent: nobody in the course is.
        """
        person = self.called(name)
        parts = self.parts(person, name)
        if person is not None:
            group = members(self.people, person.id)
            return Whole(person.name, person, group, parts)
        if not parts:
            raise UnknownStudent(
                f"nobody in course {course!r} is called {name!r}: `classpulse students "
                f'list --course "{course}"` shows who belongs to it'
            )
        root = self.sessions[parts[0].session_id][parts[0].student_id]
        return Whole(root.name, None, [], parts)

    def parts(self, person: PersonRow | None, name: str) -> list[Part]:
        """Where a person was, by session.

        Args:
            person: the course's row that stands for them, None when it has none.
            name: what they are called.
        """
        bare = None if is_provisional(name) else same_letters(name)
        found = []
        for session_id, rows in self.sessions.items():
            for root in rows.values():
                if root.merged_into is not None:
                    continue
                owner = self.person(rows, root)
                named = owner is None and same_letters(root.name) == bare
                if named if person is None else owner == person:
                    found.append(Part(session_id, root.id))
        return found


def find(rows: Rows, session_id: int, student_id: int) -> PersonRow:
    """The row that stands for a student.

    Raises:
        UnknownStudent: there is none, or it was erased.
    """
    if student_id not in rows:
        raise UnknownStudent(
            f"there is no student {student_id} in session {session_id}: nobody of that "
            "number was seen, or what was kept of them was erased"
        )
    return rows[roots_of(rows)[student_id]]


def of_student(database: Database, session_id: int, student_id: int) -> list[Part]:
    """Where the person of a student was, in the sessions of the course.

    Raises:
        UnknownSession: there is no session of that id.
        UnknownStudent: the session has no such student.
    """
    with database.read() as connection:
        course = course_of(connection, session_id)
        rows = session_rows(connection, session_id)
        root = find(rows, session_id, student_id)
        found = {Part(session_id, root.id)}
        if course is not None:
            folk = Folk(connection, course)
            found |= set(folk.parts(folk.person(rows, root), root.name))
        return sorted(found)


def _sessions(connection: Connection, course: int) -> dict[int, dict[int, PersonRow]]:
    """The students of a course's sessions, by session and by row."""
    query = (
        select(Student.session_id, *COLUMNS)
        .join(ClassSession, ClassSession.id == Student.session_id)
        .where(ClassSession.course_id == course)
        .order_by(Student.session_id, Student.id)
    )
    found: dict[int, dict[int, PersonRow]] = {}
    for session_id, *columns in connection.execute(query):
        row = PersonRow(*columns)
        found.setdefault(session_id, {})[row.id] = row
    return found
