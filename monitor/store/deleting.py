"""Deleting rows, table by table, on a connection that follows no foreign keys.

There is no index from a student to the observations, so following the keys would read
all observations of the database once for every row of a student
(`monitor.store.database.Database.erase`).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from monitor.store.tables import (
    Absence,
    ClassReading,
    ClassSession,
    Correction,
    Course,
    Enrolment,
    Forgotten,
    Marker,
    Observation,
    Request,
    Sample,
    Student,
)

_OF_STUDENTS = (Absence, Correction, Forgotten, Request)
_OF_THE_CLASS = (ClassReading, Marker)


def students(connection: Connection, session_id: int, ids: Collection[int]) -> int:
    """Delete some of a session's students and what was seen of them; how often it was.

    Args:
        connection: of a transaction that erases.
        session_id: whose.
        ids: their rows; whoever is merged into one of them must be among them.
    """
    seen = _observations(connection, session_id, Observation.student_id.in_(ids))
    connection.execute(delete(Absence).where(Absence.student_id.in_(ids)))
    connection.execute(delete(Student).where(Student.id.in_(ids)))
    return seen


def people(connection: Connection, ids: Collection[int]) -> None:
    """Delete people of a course; the students who were tied to them are so no more."""
    tied = update(Student).where(Student.person_id.in_(ids))
    connection.execute(tied.values(person_id=None))
    connection.execute(delete(Enrolment).where(Enrolment.student_id.in_(ids)))
    connection.execute(delete(Student).where(Student.id.in_(ids)))


def all_students(connection: Connection, session_id: int) -> int:
    """Delete all that tells of a session's students; how often they had been seen.

    The session, its notes and its minutes stay.
    """
    seen = _observations(connection, session_id)
    for table in (Sample, *_OF_STUDENTS, Student):
        connection.execute(delete(table).where(table.session_id == session_id))
    return seen


def session(connection: Connection, session_id: int) -> None:
    """Delete a session and everything in it."""
    all_students(connection, session_id)
    for table in _OF_THE_CLASS:
        connection.execute(delete(table).where(table.session_id == session_id))
    connection.execute(delete(ClassSession).where(ClassSession.id == session_id))


def people_without_students(connection: Connection, course: int | None) -> None:
    """Delete people of a course of whom no session tells any more.

    Who is on the roster stays as long as any session of the course has its students.
    """
    if course is None:
        return
    sessions = select(ClassSession.id).where(
        ClassSession.course_id == course, ClassSession.purged_at.is_(None)
    )
    idle = select(Student.id).where(Student.course_id == course)
    if connection.execute(sessions).first() is not None:
        tied = select(Student.person_id).where(Student.person_id.is_not(None))
        merged = select(Student.merged_into).where(Student.merged_into.is_not(None))
        enrolled = select(Enrolment.student_id).where(Enrolment.course_id == course)
        for used in (tied, merged, enrolled):
            idle = idle.where(Student.id.not_in(used))
        idle = idle.where(Student.merged_into.is_(None))
    people(connection, list(connection.execute(idle).scalars()))


def course_without_sessions(connection: Connection, course: int) -> None:
    """Delete a course and its people when no session belongs to it any more.

    Whom it is not to store stays forgotten: the course may begin again.
    """
    left = select(func.count()).where(ClassSession.course_id == course)
    if connection.execute(left).scalar_one():
        return
    everybody = select(Student.id).where(Student.course_id == course)
    people(connection, list(connection.execute(everybody).scalars()))
    forgotten = select(func.count()).where(Forgotten.course_id == course)
    if not connection.execute(forgotten).scalar_one():
        connection.execute(delete(Course).where(Course.id == course))


def _observations(
    connection: Connection, session_id: int, *which: ColumnElement[bool]
) -> int:
    samples = select(Sample.id).where(Sample.session_id == session_id)
    # By sample: there is no index on the student alone.
    seen = delete(Observation).where(Observation.sample_id.in_(samples), *which)
    return connection.execute(seen).rowcount
