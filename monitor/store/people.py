"""A session's students as rows, and whom a name means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy import Connection, select

from monitor.errors import UnknownStudent, UsageError
from monitor.store.tables import Student

_PROVISIONAL = re.compile(r"Student \d+( \(\d+\))?")


class PersonRow(NamedTuple):
    """A row of the table student: of a session, or of a course."""

    id: int
    course_id: int | None
    number: int | None
    name: str
    aliases: list[str]
    labels: list[str]
    ignored: bool
    person_id: int | None
    merged_into: int | None
    named_by_teacher: bool
    seen: bool
    roster_id: str
    expected: bool


COLUMNS = tuple(getattr(Student, name) for name in PersonRow._fields)
"""What to select for a `PersonRow`."""


class Person(NamedTuple):
    """A student as lists of who is who show them.

    Attributes:
        id: as in `monitor.records.StudentRow`.
        aliases: other names that mean the same person.
        seen: there is at least one sighting.
        ignored: left out of every number.
    """

    id: int
    name: str
    aliases: tuple[str, ...]
    seen: bool
    ignored: bool


def session_rows(connection: Connection, session_id: int) -> dict[int, PersonRow]:
    """All of a session's rows by id, those that were merged too."""
    query = select(*COLUMNS).where(Student.session_id == session_id)
    return {
        row[0]: PersonRow(*row)
        for row in connection.execute(query.order_by(Student.id))
    }


def roots(merged_into: Mapping[int, int | None]) -> dict[int, int]:
    """The row that stands for each row: the end of its chain of merges.

    Args:
        merged_into: by id; None where a row stands for itself.

    Raises:
        ValueError: the rows run in a circle, which no correction can make.
    """
    found: dict[int, int] = {}
    for id_ in merged_into:
        at, steps = id_, 0
        while (into := merged_into[at]) is not None:
            at, steps = into, steps + 1
            if steps > len(merged_into):
                raise ValueError(f"student {id_} is merged in a circle")
        found[id_] = at
    return found


def roots_of(rows: Mapping[int, PersonRow]) -> dict[int, int]:
    """`roots` of a session's rows."""
    return roots({row.id: row.merged_into for row in rows.values()})


def members(rows: Mapping[int, PersonRow], root: int) -> list[PersonRow]:
    """The rows that ``root`` stands for, itself among them."""
    ends = roots_of(rows)
    return [row for row in rows.values() if ends[row.id] == root]


def listed(rows: Mapping[int, PersonRow]) -> tuple[Person, ...]:
    """Each student once, the merged ones under the name that was kept."""
    ends = roots_of(rows)
    seen = {ends[row.id] for row in rows.values() if row.seen}
    people = []
    for root in rows.values():
        if root.merged_into is None:
            names = [
                name
                for row in rows.values()
                if ends[row.id] == root.id
                for name in (row.name, *row.aliases)
                if not is_provisional(name) and name != root.name
            ]
            aliases = tuple(dict.fromkeys(names))
            people.append(
                Person(root.id, root.name, aliases, root.id in seen, root.ignored)
            )
    return tuple(people)


def numbered(rows: Mapping[int, PersonRow]) -> dict[int, str]:
    """The present name behind each of the agent's numbers, the ignored left out."""
    ends = roots_of(rows)
    found = {
        row.number: rows[ends[row.id]]
        for row in rows.values()
        if row.number is not None
    }
    return {number: root.name for number, root in found.items() if not root.ignored}


def numbered_so(rows: Mapping[int, PersonRow], numbers: Collection[int]) -> set[int]:
    """The rows of students of whom one bears one of the agent's numbers.

    Whom the teacher has named is not among them: the teacher knows better.
    """
    ends = roots_of(rows)
    groups = [
        members(rows, ends[row.id]) for row in rows.values() if row.number in numbers
    ]
    return {
        row.id
        for group in groups
        if not any(row.named_by_teacher for row in group)
        for row in group
    }


def is_provisional(name: str) -> bool:
    """Whether a name may only say that nobody has given one; see `has_name`."""
    return _PROVISIONAL.fullmatch(name) is not None


def has_name(row: PersonRow) -> bool:
    """Whether somebody gave the name of a row.

    A roster or a teacher may well call somebody "Student 7". Of a part of somebody
    nothing tells whether it was so.
    """
    given = row.course_id is not None or row.expected or row.named_by_teacher
    return not is_provisional(row.name) or (given and row.merged_into is None)


def free_name(name: str, taken: Iterable[str]) -> str:
    """``name``, or with the first free number behind it."""
    used = set(taken)
    free, count = name, 1
    while free in used:
        count += 1
        free = f"{name} ({count})"
    return free


def same_letters(name: str) -> str:
    """A name without accents, capitals and double blanks, to compare by."""
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def find(rows: Mapping[int, PersonRow], name: str, session_id: int) -> PersonRow:
    """The student whom a teacher means by ``name``.

    The name as it is shown comes first, then without regard to accents and capitals,
    then another name of the same student.

    Raises:
        UnknownStudent: nobody is called so.
        UsageError: more than one is.
    """
    ends = roots_of(rows)
    shown = [row for row in rows.values() if row.merged_into is None]
    exact = [row for row in shown if row.name == name]
    if exact:
        return exact[0]
    bare = same_letters(name)
    alike = [row for row in shown if same_letters(row.name) == bare]
    if not alike:
        others = [r for r in rows.values() if bare in map(same_letters, _others(r))]
        alike = [rows[id_] for id_ in dict.fromkeys(ends[row.id] for row in others)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise UsageError(
            f"{name!r} may be {_either(row.name for row in alike)} in session "
            f"{session_id}: write the name exactly"
        )
    near = get_close_matches(bare, [same_letters(row.name) for row in shown], n=3)
    nearest = [row.name for row in shown if same_letters(row.name) in near]
    hint = f"the nearest is {_either(nearest)}; " if nearest else ""
    raise UnknownStudent(
        f"nobody in session {session_id} is called {name!r}: {hint}`classpulse "
        f"students list --session {session_id}` shows the names"
    )


def _others(row: PersonRow) -> list[str]:
    """Further names of a row: a merged one's own name is one of the kept one."""
    merged = row.merged_into is not None and not is_provisional(row.name)
    return [*row.aliases, row.name] if merged else row.aliases


def _either(names: Iterable[str]) -> str:
    return " or ".join(repr(name) for name in names)
