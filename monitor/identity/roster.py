"""The roster: a table of students in a CSV file, as Excel and schools write it.

The first line names the columns: name (or first and last name), and if wanted aliases,
id, consent (yes or no) and course. Everything else in the file is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from monitor.errors import UsageError
from monitor.identity.roster_file import Table, read_table
from monitor.identity.spelling import LONGEST, key_of, tidy
from monitor.records import KnownStudent

_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})

_BETWEEN_ALIASES = re.compile(r"[;|/\n]")

_MOST_TOLD = 3
"""Bad lines that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who belongs to a class.

    Attributes:
        students: in the order of the file, no two of one name.
        course: theirs, None when neither the file nor the user says.
        has_consent: the file says who agreed, so that only a yes counts.
    """

    students: tuple[KnownStudent, ...]
    course: str | None = None
    has_consent: bool = False


class _Row(NamedTuple):
    line: int
    student: KnownStudent
    course: str


class _BadLines:
    """Collects what is wrong, to tell it in one line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, what: str) -> None:
        self._found.append((line, what))

    def check(self) -> None:
        """Raises `UsageError` when there is a bad line."""
        if not self._found:
            return
        told = sorted(self._found)[:_MOST_TOLD]
        more = len(self._found) - len(told)
        lines = "; ".join(f"line {line}: {what}" for line, what in told)
        rest = f"; and {more} more" if more else ""
        raise UsageError(f"roster {self._path}: {lines}{rest}")


def read_roster(path: Path, course: str | None = None) -> Roster:
    """The students in a file.

    Args:
        path: a CSV file: UTF-8, UTF-16 with its mark, or Windows-1252; commas,
            semicolons or tabs.
        course: which rows to take where the file has a column on courses; one of any
            other file's students belong to it.

    Raises:
        UsageError: the file is no such table, or holds bad lines (named by number).
    """
    table = read_table(path)
    bad = _BadLines(path)
    rows = list(_rows(table, bad))
    rows, course = _of_course(path, rows, tidy(course or "") or None)
    _check_names(rows, bad)
    bad.check()
    if not rows:
        raise UsageError(
            f"roster {path}: no student in it; expected a line for each under the "
            "names of the columns"
        )
    students = tuple(row.student for row in rows)
    return Roster(students, course, has_consent="consent" in table.columns)


def merged(
    roster: Roster, remembered: Sequence[KnownStudent]
) -> tuple[KnownStudent, ...]:
    """The roster's students with what a course remembers of them, then the others.

    The roster says who agreed, where it asks; who is not on it has not. Memory adds
    aliases, labels that cannot be read, and what the roster leaves open; the course's
    name of a student is kept, for it may be the teacher's. Somebody is the same by id,
    else by name, else by a name among the other's aliases.
    """
    left = list(remembered)
    found: dict[int, KnownStudent] = {}
    for marks in (_id_of, _name_of, _names_of):
        for place, student in enumerate(roster.students):
            same = [known for known in left if marks(known) & marks(student)]
            if place not in found and len(same) == 1:
                found[place] = same[0]
                left.remove(same[0])
    asked = roster.has_consent
    joined = [
        _joined(student, found[place], asked=asked) if place in found else student
        for place, student in enumerate(roster.students)
    ]
    # A name on the roster is its owner's, whatever the course took it for.
    owned = {key_of(student.name) for student in joined}
    others = [replace(known, consent=None) if asked else known for known in left]
    return tuple(
        replace(known, aliases=_distinct(known.aliases, owned))
        for known in (*joined, *others)
    )


def _joined(
    student: KnownStudent, memory: KnownStudent, *, asked: bool
) -> KnownStudent:
    return KnownStudent(
        name=memory.name,
        aliases=(student.name, *student.aliases, *memory.aliases),
        labels=tuple(dict.fromkeys((*student.labels, *memory.labels))),
        consent=student.consent if asked else memory.consent,
        id=student.id or memory.id,
    )


def _id_of(student: KnownStudent) -> set[str]:
    return {student.id} - {""}


def _name_of(student: KnownStudent) -> set[str]:
    return {key_of(student.name)}


def _names_of(student: KnownStudent) -> set[str]:
    return {key_of(text) for text in (student.name, *student.aliases)}


def _rows(table: Table, bad: _BadLines) -> Iterator[_Row]:
    """The lines that can be used; the others are told to ``bad``."""
    for line, cells in table.lines:
        if not any(tidy(cell) for cell in cells):
            continue
        if any(tidy(cell) for cell in cells[table.width :]):
            bad.add(
                line,
                f"{len(cells)} cells under {table.width} columns; put quotes around a "
                "cell that holds the separator",
            )
            continue
        row = {
            column: [cells[at] for at in places if at < len(cells)]
            for column, places in table.columns.items()
        }
        name, problem = _name(row)
        consent, unknown = _consent(row)
        for what in (problem, unknown):
            if what:
                bad.add(line, what)
        if not problem and not unknown:
            student = KnownStudent(
                name, _aliases(row, name), consent=consent, id=_first(row, "id")
            )
            yield _Row(line, student, _first(row, "course"))


def _first(row: dict[str, list[str]], column: str) -> str:
    return next((text for cell in row.get(column, ()) if (text := tidy(cell))), "")


def _name(row: dict[str, list[str]]) -> tuple[str, str]:
    """The student's name, and what is wrong with it if anything is."""
    parts = (_first(row, "first name"), _first(row, "last name"))
    name = _first(row, "name") or " ".join(part for part in parts if part)
    if not key_of(name):
        return name, "no name; write one or delete the line"
    if len(name) > LONGEST:
        return name, f"a name of {len(name)} letters, expected at most {LONGEST}"
    return name, ""


def _aliases(row: dict[str, list[str]], name: str) -> tuple[str, ...]:
    texts = [
        tidy(text)
        for cell in row.get("aliases", ())
        for text in _BETWEEN_ALIASES.split(cell)
    ]
    return _distinct((text for text in texts if len(text) <= LONGEST), {key_of(name)})


def _distinct(texts: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Each name once, and none that is spelled as one of the ``others``."""
    taken = {"", *others}
    found: list[str] = []
    for text in texts:
        if key_of(text) not in taken:
            taken.add(key_of(text))
            found.append(text)
    return tuple(found)


def _consent(row: dict[str, list[str]]) -> tuple[bool | None, str]:
    """The answer, None for a blank; and what is wrong with it if anything is."""
    word = _first(row, "consent")
    if not word:
        return None, ""
    if word.casefold() in _YES | _NO:
        return word.casefold() in _YES, ""
    return None, f"consent {word[:20]!r}, expected yes, no or nothing"


def _of_course(
    path: Path, rows: list[_Row], wanted: str | None
) -> tuple[list[_Row], str | None]:
    """The rows of one course, and its name; rows without one belong to every course."""
    courses: dict[str, str] = {}
    for row in rows:
        if row.course:
            courses.setdefault(row.course.casefold(), row.course)
    if not courses:
        return rows, wanted
    if wanted is None and len(courses) > 1:
        raise UsageError(
            f"roster {path}: students of {len(courses)} courses "
            f"({_listed(courses.values())}); say which with --course"
        )
    chosen = next(iter(courses)) if wanted is None else wanted.casefold()
    if chosen not in courses:
        raise UsageError(
            f"roster {path}: no student of the course {wanted}; it holds "
            f"{_listed(courses.values())}"
        )
    kept = [row for row in rows if row.course.casefold() in {"", chosen}]
    return kept, courses[chosen] if wanted is None else wanted


def _listed(names: Iterable[str]) -> str:
    texts = list(names)
    more = len(texts) - 5
    return ", ".join(texts[:5]) + (f" and {more} more" if more > 0 else "")


def _check_names(rows: Sequence[_Row], bad: _BadLines) -> None:
    """No two students of one name or id, and no alias that means two."""
    names: dict[str, _Row] = {}
    ids: dict[str, _Row] = {}
    for row in rows:
        first = names.setdefault(row.student.name.casefold(), row)
        if first is not row:
            bad.add(
                row.line,
                f"{row.student.name} stands on line {first.line} already; keep one, or "
                "tell them apart in their names",
            )
        first = ids.setdefault(row.student.id.casefold(), row)
        if row.student.id and first is not row:
            bad.add(
                row.line, f"the id {row.student.id} stands on line {first.line} already"
            )
    aliases: dict[str, _Row] = {}
    for row in rows:
        for alias in row.student.aliases:
            word = alias.casefold()
            other = names.get(word) or aliases.setdefault(word, row)
            if other is not row and other.student.name != row.student.name:
                bad.add(
                    row.line,
                    f"the alias {alias} means {other.student.name} (line "
                    f"{other.line}) too; leave it to one of them",
                )
