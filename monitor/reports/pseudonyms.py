"""A session with other names, to be shown or handed on."""

from __future__ import annotations

from dataclasses import replace

from monitor.records import SessionData, StudentRow


def with_pseudonyms(data: SessionData) -> SessionData:
    """The same session with "P1", "P2" ... for names, in the order of first storing.

    Two exports of a session agree with each other. Notes in the lecture stay as they
    are: who wrote a name into one must take it out.
    """
    ids = sorted(student.id for student in data.students)
    names = {id_: f"P{number}" for number, id_ in enumerate(ids, 1)}
    students = tuple(StudentRow(row.id, names[row.id]) for row in data.students)
    return replace(data, students=students)
