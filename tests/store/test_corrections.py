from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.errors import StoreBusy, UnknownSession, UsageError
from monitor.records import AbsenceReason, Away, KnownStudent, SessionData
from monitor.store.store import Store
from tests.builders import STARTED_AT
from tests.store.classes import absences, seen, tick, write

Correct = Callable[[Store, int], object]


def at(index: int) -> datetime:
    return STARTED_AT + timedelta(seconds=3 * index)


@pytest.fixture
def session(store: Store) -> int:
    """Ana, Ben and a number without name, all seen in six samples; Cleo not seen."""
    names = {1: "Ana", 2: "Ben"}
    ticks = [tick(i, 1, 2, 3, names=names if i == 0 else None) for i in range(6)]
    return write(store, *ticks, known=["Cleo"])


def whole(store: Store, session: int) -> object:
    """Everything that undoing must bring back."""
    data = store.load(session)
    return seen(data), absences(data), data.session.students, store.people(session)


def shown(store: Store, session: int) -> dict[str, int]:
    """By name, how often each student was seen."""
    return {name: len(rows) for name, rows in seen(store.load(session)).items()}


def test_a_student_gets_another_name(store: Store, session: int) -> None:
    done = store.rename(session, "Student 3", "  Dora   Day ")
    assert done.text == "'Student 3' is called 'Dora Day' now"
    assert shown(store, session) == {"Cleo": 0, "Ana": 6, "Ben": 6, "Dora Day": 6}
    store.rename(session, "ana", "Anna")
    (anna,) = [p for p in store.people(session) if p.name == "Anna"]
    assert anna.aliases == ("Ana",)
    dora = next(p for p in store.people(session) if p.name == "Dora Day")
    assert dora.aliases == ()


def test_the_name_of_who_was_not_seen_is_taken_over(store: Store, session: int) -> None:
    done = store.rename(session, "Student 3", "cleo")
    assert done.text == "'Student 3' is called 'Cleo' now"
    assert shown(store, session) == {"Cleo": 6, "Ana": 6, "Ben": 6}
    store.undo(session)
    assert shown(store, session) == {"Cleo": 0, "Ana": 6, "Ben": 6, "Student 3": 6}


def test_an_expected_student_with_the_wrong_name_was_not_seen(store: Store) -> None:
    session = write(store, tick(0, 1, names={1: "Ana"}), known=["Ana", "Cleo"])
    before = whole(store, session)
    store.rename(session, "Ana", "Cleo")
    assert shown(store, session) == {"Ana": 0, "Cleo": 1}
    store.undo(session)
    assert whole(store, session) == before


def test_two_become_one_and_the_second_name_is_kept(store: Store, session: int) -> None:
    done = store.merge(session, "Student 3", "Ana")
    assert done.text == (
        "'Student 3' and 'Ana' are one student now, 'Ana' (seen together in 6 samples, "
        "where only one sighting is kept)"
    )
    store.merge(session, "Ana", "Ben")
    assert shown(store, session) == {"Cleo": 0, "Ben": 6}
    assert store.session(session).students == 1
    (ben,) = [p for p in store.people(session) if p.name == "Ben"]
    assert ben.aliases == ("Ana",)
    # The chain is taken apart in any order.
    first, _ = store.corrections(session)
    store.undo(session, first.id)
    assert shown(store, session) == {"Cleo": 0, "Ben": 6, "Student 3": 6}


def test_a_student_is_split_at_a_time(store: Store, session: int) -> None:
    done = store.split(session, "Ana", at(4))
    assert "'Ana' is 'Ana (2)' from " in done.text
    data = store.load(session)
    assert seen(data)["Ana"] == [0, 1, 2, 3]
    assert seen(data)["Ana (2)"] == [4, 5]
    assert data.session.students == 4


def test_a_part_needs_a_name_of_its_own(store: Store, session: int) -> None:
    before = whole(store, session)
    with pytest.raises(UsageError, match="'Ana' is the student's own name"):
        store.split(session, "Ana", at(4), "Ana")
    assert whole(store, session) == before


def test_what_was_merged_is_split_together(store: Store, session: int) -> None:
    store.merge(session, "Student 3", "Ana")
    before = whole(store, session)
    store.split(session, "Ana", at(2), "Dora")
    assert shown(store, session) == {"Cleo": 0, "Ben": 6, "Ana": 2, "Dora": 4}
    store.split(session, "Dora", at(4), "Cleo")
    assert shown(store, session) == {"Cleo": 2, "Ben": 6, "Ana": 2, "Dora": 2}
    store.undo(session)
    store.undo(session)
    assert whole(store, session) == before
    store.undo(session)
    assert shown(store, session)["Student 3"] == 6


def test_absences_go_with_the_part(store: Store) -> None:
    off = [Away(1, AbsenceReason.CAMERA_OFF)]
    session = write(
        store, tick(0, 1), tick(1, away=off), tick(2, 1), tick(3, away=off), tick(4, 1)
    )
    before = whole(store, session)
    store.split(session, "Student 1", at(2), "Ana")
    assert absences(store.load(session)) == {
        "Student 1": [(3.0, 6.0, "camera_off")],
        "Ana": [(9.0, 12.0, "camera_off")],
    }
    store.undo(session)
    assert whole(store, session) == before


def test_who_is_ignored_is_nowhere(store: Store, session: int) -> None:
    store.ignore(session, "Student 3")
    data = store.load(session)
    assert seen(data) == {"Cleo": [], "Ana": list(range(6)), "Ben": list(range(6))}
    assert data.session.students == 2
    assert [p.name for p in store.people(session) if p.ignored] == ["Student 3"]
    assert store.latest(session).students == data.students
    store.ignore(session, "Student 3", ignored=False)
    assert shown(store, session)["Student 3"] == 6
    assert store.undo(session).text == "'Student 3' is ignored again"
    assert store.undo(session).text == "'Student 3' counts again"


def _in_turn(*steps: Correct) -> Correct:
    def correct(store: Store, session: int) -> None:
        for step in steps:
            step(store, session)

    return correct


@pytest.mark.parametrize(
    ("correct", "words"),
    [
        (lambda s, n: s.rename(n, "Anja", "X"), "the nearest is 'Ana'; `classpulse"),
        (
            lambda s, n: s.rename(n, "zzz", "X"),
            "nobody in session 1 is called 'zzz': `",
        ),
        (lambda s, n: s.rename(n, "Ana", "ben"), "merge 'Ana' 'Ben' --session 1"),
        (lambda s, n: s.rename(n, "Ana", "Ana"), "'Ana' is the name already"),
        (lambda s, n: s.rename(n, "Ana", " \t"), "a name is missing: expected"),
        (lambda s, n: s.rename(n, "Ana", "a\x00b"), "is no name"),
        (lambda s, n: s.rename(n, "Ana", "x" * 121), "is no name: expected 1 to 120"),
        (lambda s, n: s.merge(n, "Ana", "ana"), "are one student already"),
        (
            _in_turn(
                lambda s, n: s.ignore(n, "Ana"), lambda s, n: s.merge(n, "Ana", "Ben")
            ),
            "'Ana' is ignored: undo that first with `classpulse students ignore",
        ),
        (
            _in_turn(
                lambda s, n: s.merge(n, "Ana", "Ben"),
                lambda s, n: s.rename(n, "Student 3", "Ana"),
            ),
            "(as part of 'Ben')",
        ),
        (lambda s, n: s.ignore(n, "Ana", ignored=False), "'Ana' is not ignored"),
        (
            _in_turn(lambda s, n: s.ignore(n, "Ana"), lambda s, n: s.ignore(n, "Ana")),
            "'Ana' is ignored already",
        ),
        (lambda s, n: s.split(n, "Cleo", at(2)), "'Cleo' was never seen"),
        (lambda s, n: s.split(n, "Ana", at(0)), "expected a time between, got "),
        (lambda s, n: s.split(n, "Ana", at(6)), "expected a time between, got "),
        (lambda s, n: s.split(n, "Ana", at(2), "Ben"), "'Ben' is in session 1 already"),
        (lambda s, n: s.undo(n), "there is nothing to undo in session 1"),
    ],
)
def test_what_cannot_be_corrected_is_told_and_changes_nothing(
    store: Store, session: int, correct: Correct, words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        correct(store, session)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    for correction in reversed(store.corrections(session)):
        store.undo(session, correction.id)
    assert shown(store, session) == {"Cleo": 0, "Ana": 6, "Ben": 6, "Student 3": 6}


def test_an_unclear_name_is_asked_for(store: Store) -> None:
    session = write(store, tick(0, 1, 2, names={1: "José", 2: "Jose"}))
    with pytest.raises(UsageError, match="may be 'José' or 'Jose' in session 1"):
        store.ignore(session, "JOSE")
    store.ignore(session, "Jose")
    assert shown(store, session) == {"José": 1}


@pytest.mark.parametrize("kind", ["rename", "merge", "split", "ignore", "undo"])
def test_an_unknown_session_is_told(store: Store, kind: str) -> None:
    calls: dict[str, Callable[[], object]] = {
        "rename": lambda: store.rename(7, "a", "b"),
        "merge": lambda: store.merge(7, "a", "b"),
        "split": lambda: store.split(7, "a", STARTED_AT),
        "ignore": lambda: store.ignore(7, "a"),
        "undo": lambda: store.undo(7),
    }
    with pytest.raises(UnknownSession, match="there is no session 7"):
        calls[kind]()
    with pytest.raises(UnknownSession):
        store.corrections(7)
    with pytest.raises(UnknownSession):
        store.people(7)


def test_a_locked_database_is_told(path: Path) -> None:
    with Store.open(str(path), busy_timeout_s=0.05) as store:
        session = write(store, tick(0, 1))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="locked by another program"):
            store.rename(session, "Student 1", "Ana")
        other.close()


def test_what_a_later_correction_builds_on_is_undone_after_it(
    store: Store, session: int
) -> None:
    first = store.split(session, "Ana", at(3))
    store.rename(session, "Ana (2)", "Dora")
    other = store.ignore(session, "Ben")
    with pytest.raises(
        UsageError, match=r"builds on it \(rename: 'Ana \(2\)' is called"
    ):
        store.undo(session, first.id)
    store.undo(session, other.id)
    store.undo(session)
    store.undo(session, first.id)
    assert shown(store, session) == {"Cleo": 0, "Ana": 6, "Ben": 6, "Student 3": 6}
    assert store.corrections(session) == []


def test_a_name_given_to_another_student_meanwhile_is_not_given_twice(
    store: Store, session: int
) -> None:
    first = store.rename(session, "Ana", "Dora")
    store.rename(session, "Ben", "Ana")
    with pytest.raises(UsageError, match="'Ana' is another student's name by now"):
        store.undo(session, first.id)
    assert shown(store, session) == {"Cleo": 0, "Dora": 6, "Ana": 6, "Student 3": 6}


_NAMES = st.sampled_from(["Ana", "Ben", "Cleo", "Student 3", "Dora", "Ana (2)"])
_STEPS = st.one_of(
    st.tuples(st.just("rename"), _NAMES, _NAMES),
    st.tuples(st.just("merge"), _NAMES, _NAMES),
    st.tuples(st.just("split"), _NAMES, st.integers(1, 5), st.none() | _NAMES),
    st.tuples(st.just("ignore"), _NAMES),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEPS, min_size=2, max_size=6))
def test_any_corrections_undone_backwards_leave_no_trace(
    store: Store, steps: list[tuple[Any, ...]]
) -> None:
    ticks = [
        tick(i, 1, 2, 3, names={1: "Ana", 2: "Ben"} if i == 0 else None)
        for i in range(6)
    ]
    session = write(store, *ticks, known=["Cleo"], course="Year 9")
    before = whole(store, session), store.known("Year 9")
    for kind, name, *rest in steps:
        more = [at(rest[0]), *rest[1:]] if kind == "split" else rest
        try:
            getattr(store, kind)(session, name, *more)
        except UsageError:
            continue
        # Whatever happens, every sample has each student once.
        total(store.load(session))
    while store.corrections(session):
        store.undo(session)
    assert (whole(store, session), store.known("Year 9")) == before


def total(data: SessionData) -> None:
    pairs = list(
        zip(
            data.observations.sample.tolist(),
            data.observations.student.tolist(),
            strict=True,
        )
    )
    assert len(set(pairs)) == len(pairs)
    assert pairs == sorted(pairs)
    assert {student for _, student in pairs} <= {s.id for s in data.students}


def test_the_course_remembers_a_name_for_its_later_sessions(store: Store) -> None:
    first = write(store, tick(0, 1, names={1: "hp-laptop"}), course="Year 9")
    assert store.known("Year 9") == ()
    store.rename(first, "hp-laptop", "Ana")
    assert store.known("Year 9") == (KnownStudent("Ana", aliases=("hp-laptop",)),)
    store.rename(first, "Ana", "Ana Berg")
    (ana,) = store.known("Year 9")
    assert (ana.name, set(ana.aliases)) == ("Ana Berg", {"Ana", "hp-laptop"})
    store.undo(first)
    store.undo(first)
    assert store.known("Year 9") == ()


def test_the_course_remembers_labels_that_cannot_be_read(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ольга"), KnownStudent("Иван", labels=("b2",))])
    session = write(
        store,
        tick(0, 1, 2, labels={1: "a1", 2: "b2"}),
        known=store.known("Year 9"),
        course="Year 9",
    )
    store.rename(session, "Student 1", "Ольга")
    store.merge(session, "Student 2", "Ольга")
    labels = {student.name: student.labels for student in store.known("Year 9")}
    assert labels == {"Ольга": ("a1", "b2"), "Иван": ()}
    store.undo(session)
    labels = {student.name: student.labels for student in store.known("Year 9")}
    assert labels == {"Ольга": ("a1",), "Иван": ("b2",)}


def test_a_merged_name_is_an_alias_in_the_course(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana Berg", consent=True)])
    session = write(
        store,
        tick(0, 1, 2, names={1: "Ana Berg", 2: "Ana's iPad"}),
        known=store.known("Year 9"),
        course="Year 9",
    )
    store.merge(session, "Ana's iPad", "Ana Berg")
    (ana,) = store.known("Year 9")
    assert ana == KnownStudent("Ana Berg", aliases=("Ana's iPad",), consent=True)


def test_two_of_the_roster_stay_two_in_the_course(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana"), KnownStudent("Ben")])
    known = store.known("Year 9")
    ticks = [tick(0, 1, 2, names={1: "Ana", 2: "Ben"})]
    session = write(store, *ticks, known=known, course="Year 9")
    store.merge(session, "Ana", "Ben")
    assert store.known("Year 9") == known


def test_whom_only_the_teacher_named_is_one_in_the_course_too(store: Store) -> None:
    session = write(store, tick(0, 1, 2), course="Year 9")
    store.rename(session, "Student 1", "Ana")
    store.rename(session, "Student 2", "Anna")
    store.merge(session, "Anna", "Ana")
    assert store.known("Year 9") == (KnownStudent("Ana", aliases=("Anna",)),)
    store.undo(session)
    assert {student.name for student in store.known("Year 9")} == {"Ana", "Anna"}
