from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from monitor.records import KnownStudent
from monitor.store.people import is_provisional, roots
from monitor.store.store import Store
from tests.store.classes import seen, tick, write


def test_a_roster_comes_back_in_the_order_of_names(store: Store) -> None:
    people = [
        KnownStudent("Zoë", aliases=("zoe b.",), consent=True, id="7"),
        KnownStudent("Ana", labels=("a1",), consent=False),
    ]
    store.enrol("Year 9", people)
    assert store.known("Year 9") == tuple(reversed(people))
    assert store.courses() == ["Year 9"]
    assert store.known("Year 10") == ()


def test_the_same_roster_again_changes_nothing(store: Store) -> None:
    people = [KnownStudent("Ana", ("A.",), ("a1",), True, "1"), KnownStudent("Ána")]
    store.enrol("Year 9", people)
    before = store.known("Year 9")
    store.enrol("Year 9", people)
    store.enrol("Year 9", people[::-1])
    assert store.known("Year 9") == before


@pytest.mark.parametrize(
    "again",
    [
        KnownStudent("Ana Berg", id="7"),
        KnownStudent("Ana Berg", aliases=("Ana",)),
    ],
)
def test_a_person_is_known_by_id_or_alias_under_a_new_name(
    store: Store, again: KnownStudent
) -> None:
    store.enrol("Year 9", [KnownStudent("Ana", id="7", consent=True)])
    store.enrol("Year 9", [again])
    assert store.known("Year 9") == (
        KnownStudent("Ana Berg", aliases=("Ana",), consent=True, id="7"),
    )


def test_the_teachers_name_outlives_the_roster(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Jon Smith")])
    ticks = [tick(0, 1, names={1: "Jon Smith"})]
    session = write(store, *ticks, known=store.known("Year 9"), course="Year 9")
    store.rename(session, "Jon Smith", "John")
    store.enrol("Year 9", [KnownStudent("Jon Smith", consent=True)])
    known = store.known("Year 9")
    assert known == (KnownStudent("John", aliases=("Jon Smith",), consent=True),)
    later = write(store, tick(0, 4, names={4: "John"}), known=known, course="Year 9")
    assert seen(store.load(later)) == {"John": [0]}
    # The earlier session is as it was called then.
    assert seen(store.load(session)) == {"John": [0]}


def test_a_roster_with_consents_takes_back_a_yes_that_is_blank_now(
    store: Store,
) -> None:
    ana, ben = KnownStudent("Ana", consent=True), KnownStudent("Ben", consent=True)
    store.enrol("Year 9", [ana, ben])
    store.enrol("Year 9", [KnownStudent("Ana"), KnownStudent("Ben")])
    assert [s.consent for s in store.known("Year 9")] == [True, True]
    store.enrol("Year 9", [KnownStudent("Ana"), ben])
    assert [s.consent for s in store.known("Year 9")] == [None, True]


def test_only_the_roster_is_missed(store: Store) -> None:
    guest = write(store, tick(0, 1), course="Year 9")
    store.rename(guest, "Student 1", "Guest")
    store.enrol("Year 9", [KnownStudent("Ana")])
    known = store.known("Year 9")
    assert [student.name for student in known] == ["Ana", "Guest"]
    session = write(store, tick(0, 1), known=known, course="Year 9")
    assert seen(store.load(session)) == {"Ana": [], "Student 1": [0]}
    back = write(store, tick(0, 1, names={1: "Guest"}), known=known, course="Year 9")
    assert seen(store.load(back)) == {"Ana": [], "Guest": [0]}


def test_expecting_puts_new_people_into_the_course(store: Store) -> None:
    write(store, known=[KnownStudent("Ana", consent=False)], course="Year 9")
    assert store.known("Year 9") == (KnownStudent("Ana", consent=False),)


def test_a_name_that_is_expected_twice_is_told_apart(store: Store) -> None:
    session = write(store, known=["Ana", "Ana"])
    assert seen(store.load(session)) == {"Ana": [], "Ana (2)": []}


@given(st.lists(st.integers(0, 30), max_size=30))
def test_every_chain_ends_at_who_stands_for_it(steps: list[int]) -> None:
    into = {
        id_: None if step == 0 else max(0, id_ - step) for id_, step in enumerate(steps)
    }
    into = {id_: None if to == id_ else to for id_, to in into.items()}
    ends = roots(into)
    assert set(ends) == set(into)
    assert all(into[end] is None for end in ends.values())


def test_a_circle_is_noticed() -> None:
    with pytest.raises(ValueError, match="merged in a circle"):
        roots({1: 2, 2: 1})


@pytest.mark.parametrize("name", ["Student 1", "Student 12 (3)"])
def test_placeholders_are_no_names(name: str) -> None:
    assert is_provisional(name)
    assert not is_provisional(name.replace("Student", "Ana"))
