from __future__ import annotations

import pytest

from monitor.errors import UnknownSession, UsageError
from monitor.records import KnownStudent
from monitor.store.store import Store
from tests.store.classes import tick, write


def ids(store: Store, session: int) -> dict[str, int]:
    return {person.name: person.id for person in store.people(session)}


def sessions(store: Store, session: int, student: int) -> list[int]:
    return [row.id for row, _ in store.career(session, student)]


def test_somebody_of_the_course_is_found_in_all_its_classes(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana", aliases=("Ana P",))])
    known = store.known("Year 9")
    first, second = (
        write(store, tick(0, 1, names={1: "Ana"}), known=known, course="Year 9")
        for _ in range(2)
    )
    write(store, tick(0, 1, names={1: "Ana"}), course="Year 8")
    ana = ids(store, second)["Ana"]
    assert [(row.id, id_) for row, id_ in store.career(second, ana)] == [
        (first, ids(store, first)["Ana"]),
        (second, ana),
    ]


def test_names_that_nobody_gave_are_one_when_written_alike(store: Store) -> None:
    first = write(store, tick(0, 1, 2, names={1: "Ána"}), course="Year 9")
    second = write(store, tick(0, 1, 2, names={1: "Ana"}), course="Year 9")
    assert sessions(store, first, ids(store, first)["Ána"]) == [first, second]
    # "Student 2" is another one in each class.
    assert sessions(store, first, ids(store, first)["Student 2"]) == [first]


def test_a_name_that_the_teacher_gave_later_ties_the_classes(store: Store) -> None:
    first = write(store, tick(0, 1, names={1: "Ana"}), course="Year 9")
    second = write(store, tick(0, 1), course="Year 9")
    store.rename(second, "Student 1", "Ana")
    for session in (first, second):
        assert sessions(store, session, ids(store, session)["Ana"]) == [first, second]


def test_merged_students_are_found_by_any_of_their_rows(store: Store) -> None:
    session = write(store, tick(0, 1, names={1: "Ana"}), tick(1, 2))
    other = ids(store, session)["Student 2"]
    store.merge(session, "Student 2", "Ana")
    ((row, id_),) = store.career(session, other)
    assert (row.id, id_) == (session, ids(store, session)["Ana"])


def test_who_is_not_there_is_told(store: Store) -> None:
    session = write(store, tick(0, 1))
    with pytest.raises(UsageError, match=r"no student 99 in session 1: .*was erased"):
        store.career(session, 99)
    with pytest.raises(UnknownSession):
        store.career(7, 1)
