"""What an erasure finds in corners: files in use, parts, a killed recording."""

from __future__ import annotations

import sqlite3

from dashboard.document.write import write_again
from monitor.records import KnownStudent
from monitor.store import schema
from monitor.store.store import Store
from tests.held import in_use
from tests.store.classes import ANA, in_files, recording, seen, tick, write


def test_a_file_in_use_keeps_no_other_from_going(store: Store) -> None:
    names = {1: ANA, 2: "Ben"}
    ids = [write(store, tick(0, 1, 2, names=names), course="Year 9") for _ in range(3)]
    for id_ in ids:
        write_again(store, store.session(id_))
    folders = [store.exports_folder(id_) for id_ in ids]
    held = (in_use(folders[0]), in_use(folders[2], "timeline.csv"))
    erased = store.erase_person("Year 9", ANA)
    assert (erased.sessions, erased.left) == (tuple(ids), held)
    assert in_files(store, "Prado") == []
    assert not folders[1].exists()
    assert store.erase_student(ids[0], "Ben").left == held[:1]
    assert store.erase_session(ids[2]) == held[1:]
    assert [row.id for row in store.sessions()] == [ids[1], ids[0]]


def test_whom_the_teacher_named_goes_with_the_only_class_that_knew_them(
    store: Store,
) -> None:
    first, second = (write(store, tick(0, 1), course="Year 9") for _ in range(2))
    store.rename(first, "Student 1", "Ana")
    store.rename(second, "Student 1", "Guest")
    store.erase_session(second)
    assert [one.name for one in store.known("Year 9")] == ["Ana"]


def test_undoing_leads_to_nobody_who_went_meanwhile(store: Store) -> None:
    first, second = (write(store, tick(0, 1), course="Year 9") for _ in range(2))
    store.rename(second, "Student 1", "Ben")
    store.rename(first, "Student 1", "Guest")
    store.rename(first, "Guest", "Ben")
    store.erase_session(write(store, tick(0, 1), course="Year 9"))
    assert [one.name for one in store.known("Year 9")] == ["Ben"]
    store.undo(first)
    assert [person.name for person in store.people(first)] == ["Guest"]
    assert "is whole" in schema.check(str(store.path))


def test_somebody_whom_the_roster_calls_by_a_number_has_their_rights(
    store: Store,
) -> None:
    roster = [KnownStudent("Student 7", id="s7"), KnownStudent("Ben")]
    store.enrol("Year 9", roster)
    session = write(
        store,
        tick(0, 1, 7, names={1: "Student 7"}),
        known=store.known("Year 9"),
        course="Year 9",
    )
    numbered = write(store, tick(0, 7), course="Year 9")
    document = store.export_person("Year 9", "Student 7")
    assert document["known_to_the_course"]["on_the_roster"]
    assert [one["id"] for one in document["sessions"]] == [session]
    erased = store.erase_person("Year 9", "Student 7")
    assert (erased.sessions, erased.sightings) == ((session,), 1)
    assert erased.remembered == 1
    # Who has no name but a number is somebody else, and stays.
    assert seen(store.load(numbered)) == {"Student 7": [0]}
    store.enrol("Year 9", roster)
    assert [one.name for one in store.known("Year 9")] == ["Ben"]


def test_parts_that_lose_the_name_get_names_of_their_own(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2, 3, 4, names={1: "Ana", 2: "Ben", 3: "Cleo", 4: "Dan"}),
        course="Year 9",
    )
    store.merge(session, "Cleo", "Ben")
    store.merge(session, "Dan", "Ben")
    with sqlite3.connect(store.path) as raw:
        # Two copies of the name, one with a number and one with that number's row.
        (part,) = raw.execute("SELECT id FROM student WHERE name = 'Dan'").fetchone()
        rows = [("Ana (3)", None, "Dan"), ("Ana (2)", part, "Cleo")]
        raw.executemany("UPDATE student SET name = ?, number = ? WHERE name = ?", rows)
    raw.close()
    store.erase_student(session, "Ana")
    assert [person.name for person in store.people(session)] == ["Ben"]
    assert in_files(store, "Ana") == []


def test_a_killed_recording_leaves_nothing_of_somebody_erased(store: Store) -> None:
    write(store, tick(0, 1, names={1: ANA}), course="Year 9")
    store.erase_person("Year 9", ANA)
    with recording(store, course="Year 9") as begun:
        begun.write(tick(0, 1, 2, 3))
        begun.write(tick(1, 1, 2, joined=[(2, 1)]))
    with sqlite3.connect(store.path) as raw:
        # As it stands when the sample is stored that told the name, and no more.
        number = "INSERT INTO forgotten (session_id, number, at) VALUES (?, 1, ?)"
        raw.execute(number, (begun.session_id, "2026-03-02 09:00:00.000000"))
    raw.close()
    assert set(seen(store.load(begun.session_id))) == {"Student 1", "Student 3"}
    store.purge()
    assert seen(store.load(begun.session_id)) == {"Student 3": [0]}
    assert "is whole" in schema.check(str(store.path))
