"""A course's people: who is on its roster, and the names that a teacher gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from monitor.records import KnownStudent
from monitor.store import audit, forgetting
from monitor.store.database import insert_row
from monitor.store.people import (
    COLUMNS,
    PersonRow,
    free_name,
    is_provisional,
    roots_of,
    same_letters,
)
from monitor.store.tables import Course, Enrolment, Student


def course_id(connection: Connection, name: str) -> int | None:
    """The row of a course, None when there is none of that name."""
    found = connection.execute(select(Course.id).where(Course.name == name)).scalar()
    return None if found is None else int(found)


def make_course(connection: Connection, name: str) -> int:
    """The row of a course; a new one when there is none."""
    found = course_id(connection, name)
    return (
        insert_row(connection, insert(Course).values(name=name))
        if found is None
        else found
    )


def course_rows(connection: Connection, course: int) -> dict[int, PersonRow]:
    """All of a course's people by id, those that were merged too."""
    query = select(*COLUMNS).where(Student.course_id == course).order_by(Student.id)
    return {row[0]: PersonRow(*row) for row in connection.execute(query)}


def known(connection: Connection, course: int) -> tuple[KnownStudent, ...]:
    """Whom the course knows, by name; a merged person's names are aliases."""
    rows = course_rows(connection, course)
    ends = roots_of(rows)
    consents = _consents(connection, course)
    found = []
    for root in rows.values():
        if root.merged_into is not None:
            continue
        same = [row for row in rows.values() if ends[row.id] == root.id]
        names = [name for row in same for name in (row.name, *row.aliases)]
        labels = [label for row in same for label in row.labels]
        found.append(
            KnownStudent(
                name=root.name,
                aliases=tuple(n for n in dict.fromkeys(names) if n != root.name),
                labels=tuple(dict.fromkeys(labels)),
                consent=consents.get(root.id),
                id=root.roster_id,
            )
        )
    return tuple(sorted(found, key=lambda person: person.name))


def enrol(connection: Connection, course: int, people: Sequence[KnownStudent]) -> None:
    """Put a roster's people into the course, or bring up to date who is there.

    A name that the teacher gave is kept, and the roster's becomes another name of the
    same person. A roster that tells anyone's consent tells everyone's: who is blank
    there has not said yes. One without consents leaves them as they are. Whoever was
    erased is left out.
    """
    people = _remembered(connection, course, people)
    pairs = _paired(course_rows(connection, course), people)
    tells_consent = any(person.consent is not None for person in people)
    enrolled = _consents(connection, course)
    for place, person in enumerate(people):
        row = pairs.get(place)
        id_ = _insert(connection, course, person) if row is None else row.id
        if row is not None:
            _update(connection, course, row, person)
        if id_ not in enrolled:
            key = {"course_id": course, "student_id": id_}
            connection.execute(insert(Enrolment).values(**key, consent=person.consent))
        elif tells_consent:
            change = update(Enrolment).where(
                Enrolment.course_id == course, Enrolment.student_id == id_
            )
            connection.execute(change.values(consent=person.consent))
    _note_consents(connection, course, enrolled)


def expect(
    connection: Connection,
    session_id: int,
    course: int | None,
    people: Sequence[KnownStudent],
) -> None:
    """Make rows for those who are expected in a session.

    Of a course's people only those on a roster are expected; somebody whom the teacher
    named once is known when seen, and not missed when not.
    """
    people = _remembered(connection, course, people)
    pairs: dict[int, PersonRow] = {}
    if course is not None:
        pairs = _paired(course_rows(connection, course), people)
        unknown = [p for place, p in enumerate(people) if place not in pairs]
        enrol(connection, course, unknown)
        pairs = _paired(course_rows(connection, course), people)
    enrolled = {} if course is None else _consents(connection, course)
    taken: set[str] = set()
    for place, person in enumerate(people):
        row = pairs.get(place)
        if row is not None and row.id not in enrolled:
            continue
        name = free_name(person.name, taken)
        taken.add(name)
        values = _values(person) | {"name": name}
        student = insert(Student).values(
            session_id=session_id, person_id=row and row.id, expected=True, **values
        )
        connection.execute(student)


def person_called(rows: Mapping[int, PersonRow], name: str) -> PersonRow | None:
    """Who of a course is meant by a name: by the name itself, else by another one."""
    ends = roots_of(rows)
    bare = same_letters(name)
    rules: tuple[Callable[[PersonRow], bool], ...] = (
        lambda row: row.name == name,
        lambda row: same_letters(row.name) == bare,
        lambda row: bare in map(same_letters, row.aliases),
    )
    for rule in rules:
        for row in rows.values():
            if rule(row):
                return rows[ends[row.id]]
    return None


def teach(
    connection: Connection,
    course: int,
    person_id: int | None,
    student: KnownStudent,
) -> int:
    """Let a course know a student whom the teacher named.

    Args:
        connection: of a transaction that writes.
        course: its row.
        person_id: the course's row of the student until now, if any: it is renamed
            unless the course has somebody of the new name.
        student: the name, and what else stands on the student's tiles.

    Returns:
        The row of the course that is meant from now on.
    """
    rows = course_rows(connection, course)
    row = person_called(rows, student.name)
    renamed = row is None and person_id in rows
    if row is None and person_id in rows:
        row = rows[roots_of(rows)[person_id]]
    if row is None:
        made = insert(Student).values(
            course_id=course, name=student.name, aliases=[], named_by_teacher=True
        )
        made_id = insert_row(connection, made)
        rows = course_rows(connection, course)
        row = rows[made_id]
    others = [r for r in rows.values() if row.id not in (r.id, r.merged_into)]
    claimed = {same_letters(n) for r in others for n in (r.name, *r.aliases)}
    before = [row.name] if renamed else []
    name = student.name if renamed else row.name
    aliases = _added(row.aliases, [*before, *student.aliases], claimed)
    values: dict[str, object] = {
        "name": name,
        "aliases": [alias for alias in aliases if alias != name],
        "labels": list(dict.fromkeys([*row.labels, *student.labels])),
    }
    if renamed:
        values["named_by_teacher"] = True
    connection.execute(update(Student).where(Student.id == row.id).values(**values))
    # A label means one person: the teacher has just said whom.
    for other in others:
        kept = [label for label in other.labels if label not in student.labels]
        if kept != other.labels:
            change = update(Student).where(Student.id == other.id)
            connection.execute(change.values(labels=kept))
    return row.id


def _added(
    there: Sequence[str], more: Iterable[str], claimed: Iterable[str]
) -> list[str]:
    """Aliases with further ones that are nobody else's and no placeholder."""
    taken = set(claimed)
    fit = [a for a in more if not is_provisional(a) and same_letters(a) not in taken]
    return list(dict.fromkeys([*there, *fit]))


def _remembered(
    connection: Connection, course: int | None, people: Sequence[KnownStudent]
) -> list[KnownStudent]:
    """Those who were not erased, without other names that were."""
    gone = forgetting.of(connection, course)
    return [
        replace(person, aliases=tuple(a for a in person.aliases if not gone.holds(a)))
        for person in people
        if not gone.holds(person.name)
    ]


def _note_consents(
    connection: Connection, course: int, before: Mapping[int, bool | None]
) -> None:
    """Write down how many answers a roster changed, in each direction."""
    words = {True: "yes", False: "no", None: "not_said"}
    changed = Counter(
        words[consent]
        for id_, consent in _consents(connection, course).items()
        if before.get(id_) is not consent
    )
    if changed:
        audit.note(connection, audit.Action.CONSENT, course=course, **changed)


def is_enrolled(connection: Connection, course: int, person_id: int) -> bool:
    """Whether somebody stands on the course's roster."""
    return person_id in _consents(connection, course)


def _consents(connection: Connection, course: int) -> dict[int, bool | None]:
    query = select(Enrolment.student_id, Enrolment.consent)
    found = connection.execute(query.where(Enrolment.course_id == course))
    return {row.student_id: row.consent for row in found}


def _paired(
    rows: Mapping[int, PersonRow], people: Sequence[KnownStudent]
) -> dict[int, PersonRow]:
    """The course's row of each of ``people``, by place; the surest matches first."""
    rules: tuple[Callable[[PersonRow, KnownStudent], bool], ...] = (
        lambda row, person: bool(person.id) and row.roster_id == person.id,
        lambda row, person: row.name == person.name,
        lambda row, person: same_letters(row.name) == same_letters(person.name),
        lambda row, person: person.name in row.aliases or row.name in person.aliases,
    )
    free = {row.id: row for row in rows.values() if row.merged_into is None}
    pairs: dict[int, PersonRow] = {}
    for rule in rules:
        for place, person in enumerate(people):
            row = next((r for r in free.values() if rule(r, person)), None)
            if place not in pairs and row is not None:
                pairs[place] = free.pop(row.id)
    return pairs


def _values(person: KnownStudent) -> dict[str, object]:
    return {
        "name": person.name,
        "aliases": list(person.aliases),
        "labels": list(person.labels),
        "roster_id": person.id,
    }


def _insert(connection: Connection, course: int, person: KnownStudent) -> int:
    names = {row.name for row in course_rows(connection, course).values()}
    values = _values(person) | {"name": free_name(person.name, names)}
    return insert_row(connection, insert(Student).values(course_id=course, **values))


def _update(
    connection: Connection, course: int, row: PersonRow, person: KnownStudent
) -> None:
    names = {r.name for r in course_rows(connection, course).values() if r.id != row.id}
    keeps = row.named_by_teacher or person.name in names
    name = row.name if keeps else person.name
    aliases = dict.fromkeys([*row.aliases, row.name, person.name, *person.aliases])
    change = update(Student).where(Student.id == row.id)
    connection.execute(
        change.values(
            name=name,
            aliases=[alias for alias in aliases if alias != name],
            labels=list(dict.fromkeys([*row.labels, *person.labels])),
            roster_id=person.id or row.roster_id,
        )
    )
