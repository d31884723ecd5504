from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from dashboard.document.write import write_again
from monitor.errors import UnknownSession, UsageError
from monitor.records import AbsenceReason, Away, KnownStudent
from monitor.store import schema
from monitor.store.forgetting import skeleton
from monitor.store.store import Store
from tests.builders import STARTED_AT
from tests.store.classes import ANA, in_files, recording, seen, tick, write


def taught(store: Store) -> int:
    """A class in which who is who was corrected in every way."""
    session = write(
        store,
        tick(0, 1, 2, 3, names={1: ANA, 2: "Ben Oduya"}, labels={3: "v1-anas-label"}),
        tick(1, 1, 2, away=[Away(3, AbsenceReason.CAMERA_OFF)]),
        *(tick(i, 1, 2, 3) for i in range(2, 6)),
    )
    store.rename(session, "Student 3", "Annie Prado")
    store.merge(session, "Annie Prado", ANA)
    store.rename(session, "Ben Oduya", "Ben O.")
    return session


@pytest.fixture
def session(store: Store) -> int:
    return taught(store)


def test_somebody_erased_is_nowhere_any_more(store: Store, session: int) -> None:
    write_again(store, store.session(session))
    words = ("Prado", "Núñez", "Annie", "v1-anas-label")
    assert in_files(store, *words, "Ben O.") == sorted([*words, "Ben O."])
    erased = store.erase_student(session, "ana prado-nunez")
    assert (erased.name, erased.sessions) == (ANA, (session,))
    assert (erased.sightings, erased.remembered, erased.mentions) == (11, 2, 0)
    assert seen(store.load(session)) == {"Ben O.": list(range(6))}
    assert not store.exports_folder(session).exists()
    write_again(store, store.session(session))
    assert in_files(store, *words, "Ben O.") == ["Ben O."]
    assert "is whole" in schema.check(str(store.path))


def test_what_would_bring_somebody_back_is_not_undone(
    store: Store, session: int
) -> None:
    *theirs, _ = store.corrections(session)
    store.erase_student(session, ANA)
    assert [done.kind for done in store.corrections(session)] == ["rename"]
    for done in theirs:
        with pytest.raises(UsageError, match="it concerned somebody who was erased"):
            store.undo(session, done.id)
    assert store.undo(session).names == ("Ben Oduya", "Ben O.")
    with pytest.raises(UsageError, match="there is nothing to undo"):
        store.undo(session)


def test_an_earlier_correction_beneath_an_erased_one_stays(store: Store) -> None:
    session = write(store, *(tick(i, 1, names={1: "Ben"}) for i in range(6)))
    first = store.split(session, "Ben", STARTED_AT + timedelta(seconds=9), "Cleo")
    store.split(session, "Cleo", STARTED_AT + timedelta(seconds=12), "Dora")
    store.erase_student(session, "Dora")
    with pytest.raises(UsageError, match=r"later correction \(split\) .* was erased"):
        store.undo(session, first.id)


def test_nobody_gets_the_name_of_somebody_erased(store: Store, session: int) -> None:
    store.erase_student(session, ANA)
    with pytest.raises(UsageError, match=r"was erased and is not stored again: choose"):
        store.rename(session, "Ben O.", "Ana Prado Nunez")
    at = STARTED_AT + timedelta(seconds=9)
    with pytest.raises(UsageError, match="--allow-again"):
        store.split(session, "Ben O.", at, ANA)
    store.allow_again(ANA, session_id=session)
    store.rename(session, "Ben O.", ANA)


def test_a_class_that_goes_on_stores_nothing_more_of_them(store: Store) -> None:
    with recording(store) as begun:
        begun.write(tick(0, 1, 2, names={1: ANA}))
        store.erase_student(begun.session_id, ANA)
        begun.write(tick(1, 1, 2, away=[Away(1, AbsenceReason.LEFT)]))
        begun.write(tick(2, 2, 3, names={3: f"{ANA} (2)"}))
        begun.write(tick(3, 2, 4, joined=[(4, 1)]))
        begun.write(tick(4, 2, away=[Away(1, AbsenceReason.LEFT)]))
    assert seen(store.load(begun.session_id)) == {"Student 2": [0, 1, 2, 3, 4]}
    assert in_files(store, "Prado") == []


def test_what_was_seen_before_the_label_was_read_goes_too(store: Store) -> None:
    first = write(store, tick(0, 1, names={1: ANA}), course="Year 9")
    store.erase_person("Year 9", ANA)
    with recording(store, course="Year 9") as begun:
        begun.write(tick(0, 1, 2, away=[Away(3, AbsenceReason.LEFT)]))
        begun.write(tick(1, 1, 2, joined=[(2, 1)]))
        assert seen(store.load(begun.session_id))["Student 1"] == [0, 1]
        begun.write(tick(2, 1, 3, names={1: "ana prado nunez"}))
        assert seen(store.load(begun.session_id)) == {"Student 3": [2]}
    assert begun.session_id != first
    assert "is whole" in schema.check(str(store.path))


def test_the_next_class_of_the_course_does_not_make_them_anew(store: Store) -> None:
    roster = [KnownStudent(ANA, aliases=("Annie",), id="17"), KnownStudent("Ben")]
    store.enrol("Year 9", roster)
    known = store.known("Year 9")
    sessions = [
        write(store, tick(0, 1, names={1: ANA}), known=known, course="Year 9")
        for _ in range(2)
    ]
    other = write(store, tick(0, 1, names={1: ANA}), course="Year 8")
    erased = store.erase_person("Year 9", "annie")
    assert (erased.sessions, erased.sightings) == (tuple(sessions), 2)
    store.enrol("Year 9", roster)
    assert [one.name for one in store.known("Year 9")] == ["Ben"]
    again = write(
        store,
        tick(0, 1, 2, 3, names={1: ANA, 2: "Annie", 3: "Ben"}),
        known=roster,
        course="Year 9",
    )
    assert [p.name for p in store.people(again)] == ["Ben"]
    assert [p.name for p in store.people(other)] == [ANA]
    store.allow_again(ANA, course="Year 9")
    later = write(store, tick(0, 1, names={1: ANA}), course="Year 9")
    assert [p.name for p in store.people(later)] == [ANA]


def test_a_name_that_somebody_else_bears_is_still_stored(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2, names={1: "Ana", 2: "Ana (2)"}),
        tick(1, 1, 2),
        course="Year 9",
    )
    assert store.erase_student(session, "Ana (2)").remembered == 0
    assert [p.name for p in store.people(session)] == ["Ana"]


def test_a_shared_device_is_still_stored(store: Store) -> None:
    roster = [KnownStudent("Ana", aliases=("iPad",)), KnownStudent("Ben", ("iPad",))]
    store.enrol("Year 9", roster)
    store.erase_person("Year 9", "Ana")
    (ben,) = store.known("Year 9")
    assert ben.aliases == ("iPad",)


def test_an_erased_name_is_no_other_name_of_others(store: Store) -> None:
    store.enrol(
        "Year 9", [KnownStudent("Ben", aliases=("Anja",)), KnownStudent("Anja")]
    )
    known = store.known("Year 9")
    names = {1: "Ben", 2: "Anja"}
    session = write(store, tick(0, 1, 2, names=names), known=known, course="Year 9")
    store.erase_person("Year 9", "Anja")
    assert in_files(store, "Anja") == []
    assert seen(store.load(session)) == {"Ben": [0]}


def test_a_part_that_is_somebody_else_keeps_no_copy_of_the_name(store: Store) -> None:
    names = {1: "Quirin", 2: "Walpurga"}
    ticks = [tick(i, 1, 2, names=names if i == 0 else None) for i in range(4)]
    session = write(store, *ticks, course="Year 9")
    store.merge(session, "Quirin", "Walpurga")
    store.split(session, "Walpurga", STARTED_AT + timedelta(seconds=4), "Theo")
    store.erase_person("Year 9", "Walpurga")
    assert in_files(store, "Walpurga", "Quirin") == []
    assert seen(store.load(session)) == {"Theo": [2, 3]}


def test_a_link_to_somebody_erased_leads_to_nobody_else(store: Store) -> None:
    with recording(store) as begun:
        begun.write(tick(0, 1, names={1: "Ana"}))
        (ana,) = store.people(begun.session_id)
        store.erase_student(begun.session_id, "Ana")
        begun.write(tick(1, 2))
    (other,) = store.people(begun.session_id)
    assert other.id != ana.id


def test_notes_that_hold_the_name_are_counted(store: Store, session: int) -> None:
    at = STARTED_AT + timedelta(seconds=3)
    store.mark(session, f"{ANA} presents", at)
    store.mark(session, "quiz", at)
    assert store.erase_student(session, ANA).mentions == 1


def test_a_class_is_erased_whole(store: Store, session: int) -> None:
    write_again(store, store.session(session))
    other = write(store, tick(0, 1, names={1: "Cleo"}), course="Year 9")
    store.erase_session(session)
    assert [row.id for row in store.sessions()] == [other]
    assert in_files(store, "Prado", "Ben O", "Oduya") == []
    store.erase_session(other)
    assert (store.sessions(), store.courses()) == ([], [])
    assert "is whole" in schema.check(str(store.path))
    assert write(store, tick(0, 1)) > other


def test_a_class_that_is_recorded_is_not_erased(store: Store) -> None:
    with recording(store) as begun:
        begun.write(tick(0, 1))
        with pytest.raises(UsageError, match="is being recorded: stop the class first"):
            store.erase_session(begun.session_id)


def test_who_is_not_there_cannot_be_erased(store: Store, session: int) -> None:
    with pytest.raises(UsageError, match=r"nobody in session 1 is called 'Zoe'"):
        store.erase_student(session, "Zoe")
    with pytest.raises(UnknownSession):
        store.erase_student(99, "Zoe")
    with pytest.raises(UsageError, match=r"there is no course 'Year 7': no session be"):
        store.erase_person("Year 7", "Zoe")
    write(store, tick(0, 1), course="Year 9")
    with pytest.raises(UsageError, match="nobody in course 'Year 9' is called 'Stud"):
        store.erase_person("Year 9", "Student 1")
    with pytest.raises(UsageError, match="'Zoe' was not erased from course 'Year 9'"):
        store.allow_again("Zoe", course="Year 9")
    assert store.audit() == []


def test_the_audit_tells_no_names(store: Store, session: int) -> None:
    store.enrol("Year 9", [KnownStudent("Ben", consent=True), KnownStudent("Dan")])
    store.export_student(session, ANA)
    store.note_export(session, "csv", pseudonyms=True)
    store.erase_student(session, ANA)
    store.erase_person("Year 9", "Ben")
    store.allow_again("Ben", course="Year 9")
    store.erase_session(session)
    rows = store.audit()
    assert [row.action for row in rows] == [
        "consent",
        "export_person",
        "export",
        "erase_person",
        "erase_person",
        "allow_again",
        "erase_session",
    ]
    assert rows[0].detail == {"course": 1, "yes": 1}
    assert rows[2].detail == {"session": session, "kind": "csv", "pseudonyms": True}
    told = json.dumps([row.detail for row in rows])
    assert not any(name in told for name in ("Ana", "Ben", "Dan", "Year"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Prado", "PRADO, Ána"),
        ("Lilly O'Shea", "1i1ly oshea"),
        ("Bernd (2)", "Bemd, person 2"),
        ("Софія Д.", "софія д"),
    ],
)
def test_spellings_of_one_name_are_known(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Clara", "Dara"), ("अनिल", "अनल"), ("🙂", "🎓")]
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


Step = Callable[[Store, int, str, str], object]
CUT = STARTED_AT + timedelta(seconds=4)
STEPS: list[Step] = [
    lambda store, session, one, _: store.rename(session, one, "Zita Neu"),
    lambda store, session, one, _: store.rename(session, one, "Yvo Fuenf"),
    lambda store, session, one, other: store.merge(session, one, other),
    lambda store, session, one, _: store.split(session, one, CUT, "Theo Teil"),
    lambda store, session, *_: store.undo(session),
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_was_corrected_the_person_is_gone(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = {1: "Quirin Eins", 2: "Walpurga Zwei", 3: "Xaver Drei"}
    path: Path = tmp_path_factory.mktemp("erased") / "c.db"
    with Store.open(str(path)) as store:
        session = write(
            store,
            *(tick(i, 1, 2, 3, 4, names=names if i == 0 else None) for i in range(4)),
            known=["Yvo Fuenf"],
            course="Year 9",
        )
        for _ in range(data.draw(st.integers(0, 4))):
            people = [person.name for person in store.people(session)]
            one, other = data.draw(st.permutations([*people, "Nobody"]))[:2]
            step = data.draw(st.sampled_from(STEPS))
            with contextlib.suppress(UsageError):
                step(store, session, one, other)
        named = [p for p in store.people(session) if not p.name.startswith("Student")]
        assume(named)
        gone = data.draw(st.sampled_from(named))
        if data.draw(st.booleans()):
            store.erase_person("Year 9", gone.name)
            known = store.known("Year 9")
            assert not any(gone.name in (row.name, *row.aliases) for row in known)
            assert in_files(store, gone.name) == []
        else:
            store.erase_student(session, gone.name)
        left = store.people(session)
        assert not any(gone.name in (row.name, *row.aliases) for row in left)
        for done in store.corrections(session):
            with contextlib.suppress(UsageError):
                store.undo(session, done.id)
            assert gone.name not in [p.name for p in store.people(session)]
        store.load(session)
        with sqlite3.connect(path) as raw:
            assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        raw.close()
