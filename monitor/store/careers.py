"""One person over the sessions of a course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from monitor.errors import UsageError
from monitor.store.course import course_rows, person_called
from monitor.store.database import Database
from monitor.store.desk import course_of
from monitor.store.people import (
    COLUMNS,
    PersonRow,
    is_provisional,
    roots_of,
    same_letters,
    session_rows,
)
from monitor.store.tables import ClassSession, Student


class Part(NamedTuple):
    """A person in one session: the row that stands for them."""

    session_id: int
    student_id: int


def find(rows: Mapping[int, PersonRow], session_id: int, student_id: int) -> PersonRow:
    """The row that stands for a student.

    Raises:
        UsageError: there is none, or it was erased.
    """
    if student_id not in rows:
        raise UsageError(
            f"there is no student {student_id} in session {session_id}: nobody of that "
            "number was seen, or what was kept of them was erased"
        )
    return rows[roots_of(rows)[student_id]]


def of_student(database: Database, session_id: int, student_id: int) -> list[Part]:
    """Where the person of a student was, in the sessions of the course.

    Raises:
        UnknownSession: there is no session of that id.
        UsageError: the session has no such student.
    """
    with database.read() as connection:
        course = course_of(connection, session_id)
        rows = session_rows(connection, session_id)
        root = find(rows, session_id, student_id)
        found = {Part(session_id, root.id)}
        if course is not None:
            person = _person(connection, course, root)
            found |= set(parts(connection, course, person, root.name))
        return sorted(found)


def _person(connection: Connection, course: int, row: PersonRow) -> PersonRow | None:
    """The course's row that stands for a session's student."""
    people = course_rows(connection, course)
    if row.person_id in people:
        return people[roots_of(people)[row.person_id]]
    return None if is_provisional(row.name) else person_called(people, row.name)


def parts(
    connection: Connection, course: int, person: PersonRow | None, name: str
) -> list[Part]:
    """Where in a course's sessions a person was, by session.

    Whoever the course knows is tied to their rows; a name that no roster and no teacher
    gave is the same person as far as it is written alike.

    Args:
        connection: of a transaction that reads.
        course: the row of the course.
        person: the course's row that stands for the person, None when it has none.
        name: what the person is called.
    """
    people = course_rows(connection, course)
    ends = roots_of(people)
    tied = set()
    if person is not None:
        tied = {id_ for id_, root in ends.items() if root == person.id}
    bare = None if is_provisional(name) else same_letters(name)
    found = []
    for session_id, rows in _sessions(connection, course).items():
        roots = roots_of(rows)
        mine = {
            roots[row.id]
            for row in rows.values()
            if (row.person_id in tied)
            or (row.person_id is None and same_letters(row.name) == bare)
        }
        found += [Part(session_id, root) for root in sorted(mine)]
    return found


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
