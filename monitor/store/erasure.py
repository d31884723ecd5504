"""Erasing: a person from a class or from a whole course, and a class as a whole.

Everything goes that says who somebody was or what was seen of them: rows, other names,
signatures of labels, what a correction would need to bring them back (`scrubbing`).
What stays is a keyed hash of the name, so that the person is not made anew
(`forgetting`), and one line of the audit.

Files go in the transaction that deletes the rows: whatever stops it, nobody is erased
whose files were not looked at. Those that cannot be removed are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from monitor.errors import UsageError
from monitor.records import ALIVE
from monitor.store import audit, careers, deleting, exports, forgetting, scrubbing
from monitor.store.audit import Action
from monitor.store.course import course_id
from monitor.store.database import Database
from monitor.store.desk import course_of
from monitor.store.people import (
    PersonRow,
    find,
    has_name,
    is_provisional,
    members,
    numbered_so,
    same_letters,
    session_rows,
)
from monitor.store.tables import ClassSession, Course, Forgotten, Marker, Student

_SHORTEST_MENTION = 3


class Erased(NamedTuple):
    """What was erased.

    Attributes:
        name: who it was, to be told once; it is stored nowhere any more.
        sessions: the classes in which something was; their files were removed.
        sightings: how often the person had been seen in them.
        remembered: how many of the person's names are kept as hashes; 0 where somebody
            else is called so.
        mentions: notes and titles that still hold one of the names: only the teacher
            can tell whether they mean the person.
        left: files that could not be removed (`monitor.store.exports.told`).
    """

    name: str
    sessions: tuple[int, ...]
    sightings: int
    remembered: int
    mentions: int
    left: tuple[Path, ...]


def erase_student(database: Database, session_id: int, name: str) -> Erased:
    """Erase everything that one class holds of a student.

    While the class goes on, nothing more is stored of them.

    Raises:
        UsageError: nobody is called so.
        UnknownSession: there is no session of that id.
    """
    with database.erase() as connection:
        course_of(connection, session_id)
        rows = session_rows(connection, session_id)
        root = find(rows, name, session_id)
        group = members(rows, root.id)
        others = _others(rows, group)
        names = _names(group, others)
        sightings = _erase_group(connection, session_id, group)
        scrubbing.scrub(connection, session_id, {row.id for row in group}, names)
        kept = forgetting.forget_names(
            connection, _own(names, others), session_id=session_id
        )
        audit.note(
            connection, Action.ERASE_PERSON, session=session_id, sightings=sightings
        )
        mentions = _mentions(connection, [session_id], names)
        left = exports.remove(database.path, session_id)
        return Erased(root.name, (session_id,), sightings, kept, mentions, left)


def erase_person(database: Database, course: str, name: str) -> Erased:
    """Erase everything that a course and its classes hold of somebody.

    The course's next classes store nothing of whoever bears one of the names.

    Raises:
        UsageError: there is no such course, or nobody in it is called so.
    """
    with database.erase() as connection:
        home = find_course(connection, course)
        folk = careers.Folk(connection, home)
        whole = folk.whole(course, name)
        groups = _groups(folk, whole.parts)
        everyone = [*whole.people, *chain.from_iterable(groups.values())]
        everybody = {**folk.people}
        for rows in folk.sessions.values():
            everybody |= rows
        others = _others(everybody, everyone)
        names = _names(everyone, others)
        sightings = sum(_erase_group(connection, *group) for group in groups.items())
        deleting.people(connection, [row.id for row in whole.people])
        path = database.path
        for session_id in folk.sessions:
            scrubbing.scrub(connection, session_id, {row.id for row in everyone}, names)
        scrubbing.scrub_course(connection, home, names)
        kept = forgetting.forget_names(connection, _own(names, others), course=home)
        detail = {"course": home, "sessions": len(groups), "sightings": sightings}
        audit.note(connection, Action.ERASE_PERSON, **detail)
        return Erased(
            whole.name,
            tuple(groups),
            sightings,
            kept,
            _mentions(connection, folk.sessions, names),
            tuple(file for id_ in groups for file in exports.remove(path, id_)),
        )


def erase_session(database: Database, session_id: int) -> tuple[Path, ...]:
    """Erase a class with everything in it; a course without a class goes as well.

    Returns:
        The files that could not be removed.

    Raises:
        UnknownSession: there is no session of that id.
    """
    with database.erase() as connection:
        course = course_of(connection, session_id)
        deleting.session(connection, session_id)
        if course is not None:
            deleting.people_without_students(connection, course)
            deleting.course_without_sessions(connection, course)
        audit.note(connection, Action.ERASE_SESSION, session=session_id)
        return exports.remove(database.path, session_id)


def erase_left_over(database: Database) -> None:
    """Erase what recordings that were killed had no time to erase themselves.

    A row whose number is not to be stored is one that turned out to be somebody erased
    (`monitor.store.roll`).
    """
    forgotten = and_(
        Forgotten.session_id == Student.session_id, Forgotten.number == Student.number
    )
    query = (
        select(ClassSession.id)
        .join(Student, Student.session_id == ClassSession.id)
        .join(Forgotten, forgotten)
    )
    wanted: dict[int, set[int]] = {}
    with database.read() as connection:
        for session_id in set(connection.execute(query).scalars()):
            numbers = forgetting.of(connection, None, session_id).numbers
            rows = session_rows(connection, session_id)
            wanted[session_id] = numbered_so(rows, numbers)
    for session_id, ids in wanted.items():
        if ids:
            erase_sighted(database, session_id, ids)


def erase_sighted(database: Database, session_id: int, ids: Iterable[int]) -> None:
    """Erase what was seen of rows before their label told that they are forgotten."""
    wanted = set(ids)
    with database.erase() as connection:
        rows = session_rows(connection, session_id)
        group = [row for row in rows.values() if row.id in wanted]
        names = _names(group, _others(rows, group))
        deleting.students(connection, session_id, [row.id for row in group])
        scrubbing.scrub(connection, session_id, wanted, names)


def find_course(connection: Connection, name: str) -> int:
    """The row of a course.

    Raises:
        UsageError: there is none of that name.
    """
    found = course_id(connection, name)
    if found is None:
        names = connection.execute(select(Course.name).order_by(Course.name)).scalars()
        known = ", ".join(map(repr, names))
        raise UsageError(
            f"there is no course {name!r}: "
            + (f"expected {known}" if known else "no session belongs to one yet")
        )
    return found


def _groups(
    folk: careers.Folk, parts: Iterable[careers.Part]
) -> dict[int, list[PersonRow]]:
    """The rows of a person by session."""
    groups: dict[int, list[PersonRow]] = {}
    for session_id, student_id in parts:
        rows = members(folk.sessions[session_id], student_id)
        groups.setdefault(session_id, []).extend(rows)
    return groups


def _erase_group(
    connection: Connection, session_id: int, group: Iterable[PersonRow]
) -> int:
    """Delete the rows of one student, and keep the recording from making them anew."""
    rows = list(group)
    query = select(ClassSession.status).where(ClassSession.id == session_id)
    if connection.execute(query).scalar() in ALIVE:
        numbers = [row.number for row in rows if row.number is not None]
        forgetting.forget_numbers(connection, session_id, numbers)
    return deleting.students(connection, session_id, [row.id for row in rows])


def _others(
    rows: Mapping[int, PersonRow], group: Iterable[PersonRow]
) -> list[PersonRow]:
    gone = {row.id for row in group}
    return [row for row in rows.values() if row.id not in gone]


def _names(group: Iterable[PersonRow], others: Iterable[PersonRow]) -> list[str]:
    """The names of somebody; a further one that means somebody else too is not theirs.

    Two may have shared a device, and its name then says nothing of either.
    """
    rows = list(group)
    shown = [row.name for row in rows]
    shared = {same_letters(n) for row in others for n in (row.name, *row.aliases)}
    further = [n for row in rows for n in row.aliases if same_letters(n) not in shared]
    given = {row.name for row in rows if has_name(row)}
    return [
        name
        for name in dict.fromkeys([*shown, *further])
        if name in given or not is_provisional(name)
    ]


def _own(names: Iterable[str], others: Iterable[PersonRow]) -> list[str]:
    """The names that nobody else is called by: theirs must still be stored."""
    theirs = {
        forgetting.skeleton(row.name)
        for row in others
        if row.merged_into is None and has_name(row)
    }
    return [name for name in names if forgetting.skeleton(name) not in theirs]


def _mentions(
    connection: Connection, sessions: Iterable[int], names: Iterable[str]
) -> int:
    """Notes and titles of classes that hold one of the names."""
    ids = list(sessions)
    titles = select(ClassSession.title).where(ClassSession.id.in_(ids))
    notes = select(Marker.text).where(Marker.session_id.in_(ids))
    texts = [
        *connection.execute(titles).scalars(),
        *connection.execute(notes).scalars(),
    ]
    bare = [same_letters(name) for name in names]
    wanted = [name for name in bare if len(name) >= _SHORTEST_MENTION]
    return sum(any(name in same_letters(text) for name in wanted) for text in texts)
