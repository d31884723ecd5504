"""Taking an erased person's names out of what others' rows and corrections hold.

A correction that concerned the person keeps which rows it touched, so that nothing
earlier is undone beneath it, and loses every word: it cannot be undone any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from monitor.store.changes import Detail
from monitor.store.course import course_rows
from monitor.store.forgetting import without_count
from monitor.store.people import (
    PersonRow,
    free_name,
    is_provisional,
    same_letters,
    session_rows,
)
from monitor.store.tables import Correction, Student

_WORDS = ("name", "aliases", "labels", "roster_id")
"""Columns of students that say who somebody is."""


def scrub(
    connection: Connection, session_id: int, ids: Collection[int], names: Iterable[str]
) -> None:
    """Take somebody out of a session's corrections and out of others' other names.

    Args:
        connection: of a transaction that writes, in which their rows are gone.
        session_id: the session.
        ids: the rows that were theirs, of the session and of its course.
        names: what they were called.
    """
    bare = _bare(names)
    query = select(Correction.id, Correction.detail)
    found = connection.execute(query.where(Correction.session_id == session_id)).all()
    for id_, detail in found:
        if _touches(detail, ids) or _says(detail, bare):
            change = update(Correction).where(Correction.id == id_)
            connection.execute(change.values(detail=_blank(detail)))
    _scrub_rows(connection, session_rows(connection, session_id), bare)


def scrub_course(connection: Connection, course: int, names: Iterable[str]) -> None:
    """Take somebody's names out of those of a course's other people."""
    bare = _bare(names)
    _scrub_rows(connection, course_rows(connection, course), bare)


def is_scrubbed(detail: Detail) -> bool:
    """Whether a correction concerned somebody who was erased."""
    return bool(detail.get("erased"))


def _bare(names: Iterable[str]) -> set[str]:
    """Names to compare by; "Student 7" may be another's number, and tells of nobody."""
    return {same_letters(name) for name in names if not is_provisional(name)}


def _touches(detail: Detail, ids: Collection[int]) -> bool:
    touched = {int(id_) for id_ in detail["changes"]}
    touched |= {*detail["created"], *detail["uses"]}
    touched |= {id_ for pair in detail["moved"] for id_ in pair}
    for columns in detail["changes"].values():
        touched |= {*columns.get("merged_into", ()), *columns.get("person_id", ())}
    return not touched.isdisjoint(ids)


def _says(detail: Detail, bare: Collection[str]) -> bool:
    words = [*detail["names"], *_strings(detail["changes"])]
    return any(_is_one(word, bare) for word in words)


def _is_one(name: str, bare: Collection[str]) -> bool:
    """Whether a name, or what it is a copy of, is one of the names."""
    return same_letters(name) in bare or same_letters(without_count(name)) in bare


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _blank(detail: Detail) -> Detail:
    changes: dict[str, Any] = {
        id_: {
            column: [None, None] if column in _WORDS else values
            for column, values in columns.items()
        }
        for id_, columns in detail["changes"].items()
    }
    words = {"text": "", "names": [], "changes": changes, "erased": True}
    return detail | words


def _scrub_rows(
    connection: Connection, rows: Mapping[int, PersonRow], bare: Collection[str]
) -> None:
    """Others keep none of the names; a part that is called so gets a number."""
    taken = {row.name for row in rows.values()}
    for row in rows.values():
        values: dict[str, object] = {}
        aliases = [name for name in row.aliases if not _is_one(name, bare)]
        if aliases != row.aliases:
            values["aliases"] = aliases
        if row.merged_into is not None and _is_one(row.name, bare):
            name = free_name(f"Student {row.number or row.id}", taken)
            taken.add(name)
            values["name"] = name
        if values:
            change = update(Student).where(Student.id == row.id)
            connection.execute(change.values(**values))
