from __future__ import annotations

import json

import pytest

from monitor.errors import UsageError
from monitor.records import EMOTIONS, AbsenceReason, Away, KnownStudent
from monitor.store.store import Store
from tests.builders import build_session
from tests.store.classes import tick, write


def test_a_student_gets_all_that_a_class_holds(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2, names={1: "Ana", 2: "Ben"}, labels={1: "v1-label"}),
        tick(1, 2, away=[Away(1, AbsenceReason.CAMERA_OFF)]),
        tick(2, 1, 2),
        tick(3, 2, 3),
    )
    store.merge(session, "Student 3", "Ana")
    store.rename(session, "Ben", "Benno")
    document = store.export_student(session, "ana")
    assert "Ben" not in json.dumps(document)
    assert (document["format"], document["name"]) == ("classpulse person 1", "Ana")
    (one,) = document["sessions"]
    assert one["names"] == ["Ana", "Student 3"]
    assert one["label_signatures"] == ["v1-label"]
    assert one["started_at"] == "2026-03-02T09:00:00.000+00:00"
    (away,) = one["absences"]
    assert away == {
        "from": "2026-03-02T09:00:03.000+00:00",
        "to": "2026-03-02T09:00:06.000+00:00",
        "reason": "camera_off",
    }
    assert [done["kind"] for done in one["corrections"]] == ["merge"]
    assert [seen["offset_s"] for seen in one["observations"]] == [0, 6, 9]
    first = one["observations"][0]
    assert (first["status"], first["box"]) == ("read", [100, 80, 148, 140])
    assert list(first["shares"]) == list(EMOTIONS)
    assert one["summary"]["samples"] == 3
    assert one["summary"]["dominant"] == "neutral"


def test_what_is_not_known_is_null(store: Store) -> None:
    session = build_session(store, students=3, minutes=2)
    document = store.export_student(session, "Student 1")
    text = json.dumps(document, allow_nan=False)
    (one,) = json.loads(text)["sessions"]
    unread = [row for row in one["observations"] if row["status"] == "unreadable"]
    assert all(row["shares"] is None for row in unread)
    assert one["observations"][0]["facing"] in {True, False}


def test_an_ignored_student_has_the_same_right(store: Store) -> None:
    session = write(store, tick(0, 1, names={1: "Ana"}), tick(1, 1))
    store.ignore(session, "Ana")
    (one,) = store.export_student(session, "Ana")["sessions"]
    assert (one["ignored"], len(one["observations"])) == (True, 2)


def test_a_person_gets_all_that_a_course_holds(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana", ("Annie",), consent=True, id="17")])
    known = store.known("Year 9")
    for _ in range(2):
        write(
            store,
            tick(0, 1, 2, names={1: "Annie", 2: "Ben"}),
            known=known,
            course="Year 9",
        )
    document = store.export_person("Year 9", "Annie")
    assert document["known_to_the_course"] == {
        "names": ["Ana", "Annie"],
        "label_signatures": [],
        "school_id": "17",
        "on_the_roster": True,
        "consent": True,
    }
    assert [one["id"] for one in document["sessions"]] == [1, 2]
    assert "Ben" not in json.dumps(document)
    # Whom no roster and no teacher named is known to the classes alone.
    assert store.export_person("Year 9", "Ben")["known_to_the_course"] is None


def test_who_is_not_there_has_nothing(store: Store) -> None:
    session = write(store, tick(0, 1), course="Year 9")
    with pytest.raises(UsageError, match="nobody in session 1 is called 'Zoe'"):
        store.export_student(session, "Zoe")
    with pytest.raises(UsageError, match="nobody in course 'Year 9' is called 'Zoe'"):
        store.export_person("Year 9", "Zoe")
    with pytest.raises(UsageError, match="no course 'Year 7': expected 'Year 9'"):
        store.export_person("Year 7", "Zoe")
    assert store.audit() == []
