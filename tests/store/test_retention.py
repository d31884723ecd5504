from __future__ import annotations

import csv
import math
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from dashboard.document.write import write_again
from monitor.errors import UsageError
from monitor.records import KnownStudent, Mode, SessionData, Status
from monitor.settings import Settings
from monitor.store import class_minutes, retention, schema
from monitor.store.class_minutes import FEWEST, stretches
from monitor.store.database import Database
from monitor.store.store import Store
from monitor.summaries import summarise_class, summarise_minutes, summarise_students
from tests.builders import (
    STARTED_AT,
    build_new_session,
    build_reading,
    build_session,
    build_tick,
    plausible_ticks,
)
from tests.held import in_use
from tests.store.classes import tick, write

LATER = timedelta(days=31)


def after(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def class_of(store: Store, minutes: Iterable[Iterable[int]]) -> SessionData:
    """A class with one sample a minute, of the students whose faces were read."""
    ticks = [
        build_tick(i, [build_reading(s) for s in students], every_s=60)
        for i, students in enumerate(minutes)
    ]
    with store.begin(build_new_session(interval_s=60)) as recording:
        for one in ticks:
            recording.write(one)
    return store.load(recording.session_id)


def rows(data: SessionData) -> list[tuple[int, int, int]]:
    """First minute, minutes and students of each row."""
    kept = class_minutes.of_session(data)
    columns = (kept.minute, kept.minutes, kept.students)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_minute_needs_five_faces(store: Store) -> None:
    five, four, seven = range(1, 6), range(1, 3), range(1, 8)
    data = class_of(store, [five, four, seven])
    assert rows(data) == [(0, 1, 5), (2, 1, 7)]


def test_a_minute_whose_faces_changed_by_one_goes_with_the_next(store: Store) -> None:
    six, seven = range(1, 7), range(1, 8)
    assert rows(class_of(store, [six, seven, seven, seven])) == [
        (0, 1, 6),
        (1, 2, 7),
        (3, 1, 7),
    ]
    # The last one has no next: it goes with the one before it.
    assert rows(class_of(store, [six, six, seven])) == [(0, 1, 6), (1, 2, 7)]
    assert rows(class_of(store, [seven, six, seven])) == [(0, 3, 7)]


@given(st.lists(st.frozensets(st.integers(1, 8)), max_size=12))
def test_stretches_cover_every_minute_once(faces: list[frozenset[int]]) -> None:
    found = stretches(faces)
    assert [m for first, end in found for m in range(first, end)] == list(
        range(len(faces))
    )


def test_what_is_kept_is_what_was_seen(store: Store) -> None:
    data = store.load(build_session(store, students=12, minutes=8))
    kept = class_minutes.of_session(data)
    assert 1 < len(kept) <= 8
    whole = summarise_class(data)
    assert kept.readings.sum() == whole.readings
    weights = kept.readings / kept.readings.sum()
    np.testing.assert_allclose(weights @ kept.shares, whole.shares)
    assert (kept.students >= FEWEST).all()


def test_students_go_and_their_class_stays(store: Store) -> None:
    session = build_session(store, students=12, minutes=8)
    store.mark(session, "quiz", STARTED_AT + timedelta(seconds=70))
    write_again(store, store.session(session))
    before, alone = store.load(session), build_session(store, students=2, minutes=1)
    assert store.purge(after(29)).sessions == ()
    purged = store.purge(after(31))
    assert (purged.sessions, purged.sightings > 1000) == ((session, alone), True)
    assert not store.exports_folder(session).exists()
    data = store.load(session)
    assert (data.session.purged, data.session.students) == (True, 12)
    assert (data.students, len(data.samples), len(data.observations)) == ((), 0, 0)
    assert [marker.text for marker in data.markers] == ["quiz"]
    assert summarise_students(data) == []
    was, now = summarise_class(before), summarise_class(data)
    np.testing.assert_allclose(now.shares, was.shares, atol=1e-4)
    assert (now.readings, now.samples) == (was.readings, was.samples)
    for name in ("coverage", "valence", "facing", "engagement", "present_minutes"):
        assert getattr(now, name) == pytest.approx(getattr(was, name), abs=0.05), name
    assert len(summarise_minutes(data)) == 8
    # Two students are too few for any minute.
    assert len(summarise_minutes(store.load(alone))) == 0
    assert math.isnan(summarise_class(store.load(alone)).coverage)
    assert store.purge(after(60)).sessions == ()
    assert [row.action for row in store.audit()] == ["purge", "purge"]
    assert "is whole" in schema.check(str(store.path))


def test_what_went_is_not_in_the_file(store: Store, path: Path) -> None:
    ticks = [tick(i, 1, names={1: "Ana Prado"} if i == 0 else None) for i in range(9)]
    write(store, *ticks)
    assert b"Ana Prado" in path.read_bytes() + Path(f"{path}-wal").read_bytes()
    store.purge(after(31))
    assert Path(f"{path}-wal").stat().st_size == 0
    assert b"Ana Prado" not in path.read_bytes()


def test_files_of_a_purged_class_can_still_be_written(store: Store) -> None:
    session = build_session(store, students=12, minutes=8)
    store.mark(session, "quiz", STARTED_AT + timedelta(seconds=400))
    store.purge(after(31))
    folder = write_again(store, store.session(session))
    assert folder is not None
    with (folder / "timeline.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["minute"] for line in lines] == [str(n) for n in range(8)]
    assert lines[6]["marker"] == "quiz"
    assert all(float(line["happy"]) > 0 for line in lines)
    total = sum(int(line["readings"]) for line in lines)
    assert total == summarise_class(store.load(session)).readings
    for name in ("students.csv", "observations.csv"):
        assert len((folder / name).read_text("utf-8-sig").splitlines()) == 1


def test_minutes_of_which_nothing_is_kept_have_no_line(store: Store) -> None:
    many = range(1, 8)
    data = class_of(store, [many, [1], many])
    store.purge(after(31))
    folder = write_again(store, data.session)
    assert folder is not None
    lines = (folder / "timeline.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == ["0", "2"]
    series = summarise_minutes(store.load(data.session.id))
    assert np.isnan(series.shares[1]).all()
    assert series.readings.tolist() == [7, 0, 7]


def test_presence_keeps_who_was_visible_by_the_minute(store: Store) -> None:
    new = build_new_session(mode=Mode.PRESENCE)
    with store.begin(new) as recording:
        for one in plausible_ticks(students=8, minutes=3):
            seen = [
                build_reading(r.student, None, status=Status.PRESENT)
                for r in one.readings
            ]
            recording.write(build_tick(one.index, seen))
    store.purge(after(31))
    data = store.load(recording.session_id)
    assert data.minutes is not None
    assert data.minutes.students.max() == 8
    assert np.isnan(data.minutes.shares).all()


def test_class_mode_has_nothing_that_goes(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana")])
    with store.begin(build_new_session(mode=Mode.CLASS, course="Year 9")) as recording:
        for one in plausible_ticks(students=8, minutes=3):
            recording.write(one)
    before = store.load(recording.session_id).minutes
    assert store.expiring(99) == []
    assert store.purge(after(31)).sessions == ()
    now = store.load(recording.session_id).minutes
    assert before is not None
    assert now is not None
    assert now.readings.tolist() == before.readings.tolist()
    # Its course's roster does.
    assert store.known("Year 9") == ()


def test_people_of_the_course_go_with_the_last_class_that_knows_them(
    store: Store,
) -> None:
    store.enrol("Year 9", [KnownStudent("Ana")])
    first = write(store, tick(0, 1, 2), known=store.known("Year 9"), course="Year 9")
    store.rename(first, "Student 1", "Ana")
    store.rename(first, "Student 2", "Guest")
    with sqlite3.connect(store.path) as other:
        old = (datetime.now(UTC) - LATER).replace(tzinfo=None).isoformat(" ")
        other.execute("UPDATE class_session SET stored_at = ?", (old,))
    other.close()
    write(store, tick(0, 1), known=store.known("Year 9"), course="Year 9")
    assert store.purge().sessions == (first,)
    # The roster is still in use; a guest of then is forgotten.
    assert [one.name for one in store.known("Year 9")] == ["Ana"]
    store.purge(after(31))
    assert store.known("Year 9") == ()
    assert store.courses() == ["Year 9"]


def test_a_class_that_goes_on_stays(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        assert store.purge(after(400)).sessions == ()
        assert store.expiring(400) == []
        recording.write(build_tick(1))


def test_what_goes_soon_is_told(store: Store) -> None:
    session = build_session(store, students=1, minutes=1)
    assert store.expiring(7) == []
    store.keep_settings(Settings(retention_days=5))
    (row,) = store.expiring(7)
    assert row.id == session
    assert store.goes_at(row) == row.stored_at + timedelta(days=5)
    assert store.expiring(4) == []


def test_corrections_of_a_purged_class_are_told_off(store: Store) -> None:
    session = write(store, tick(0, 1, names={1: "Ana"}))
    store.rename(session, "Ana", "Anna")
    store.purge(after(31))
    assert store.corrections(session) == []
    assert store.people(session) == ()
    with pytest.raises(UsageError, match="nobody in session 1 is called 'Anna'"):
        store.rename(session, "Anna", "Ana")


def test_a_class_whose_files_cannot_go_stays_due_and_holds_up_no_other(
    store: Store,
) -> None:
    ids = [build_session(store, students=6, minutes=2) for _ in range(3)]
    for id_ in ids:
        write_again(store, store.session(id_))
    first, second, third = ids
    held = in_use(store.exports_folder(first))
    purged = store.purge(after(31))
    assert (purged.sessions, purged.left) == ((second, third), (held,))
    assert not store.session(first).purged
    assert len(store.people(first)) == 6
    # Nothing else of the first was left, and nothing at all of the others.
    assert [file.name for file in held.parent.iterdir()] == [held.name]
    assert not store.exports_folder(second).exists()
    (held / "held").unlink()
    held.rmdir()
    again = store.purge(after(31))
    assert (again.sessions, again.left) == ((first,), ())
    assert store.session(first).purged


def test_two_programs_that_let_go_at_once_do_not_disturb_each_other(
    store: Store,
) -> None:
    session = build_session(store, students=6, minutes=2)
    gone = build_session(store, students=6, minutes=2)
    due = [store.session(id_) for id_ in (session, gone)]
    before = summarise_class(store.load(session))
    assert store.purge(after(31)).sessions == (session, gone)
    store.erase_session(gone)
    # The other program had found the same sessions before that.
    other = Database(store.path)
    went = [retention.purge_session(other, row, Settings()) for row in due]
    other.close()
    assert [one.sessions for one in went] == [(), ()]
    assert summarise_class(store.load(session)).readings == before.readings


def test_a_roster_of_a_class_that_never_began_goes(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana Prado")])
    with store.begin(build_new_session(course="Year 10")) as running:
        running.write(build_tick(0))
        store.enrol("Year 10", [KnownStudent("Ben")])
        store.purge()
        assert store.courses() == ["Year 10"]
        assert [one.name for one in store.known("Year 10")] == ["Ben"]
    assert b"Ana Prado" not in store.path.read_bytes()


def test_a_roster_goes_with_the_last_class_that_is_erased_by_hand(
    store: Store,
) -> None:
    store.enrol("Year 9", [KnownStudent("Ana")])
    first = write(store, tick(0, 1), known=store.known("Year 9"), course="Year 9")
    store.purge(after(31))
    store.enrol("Year 9", [KnownStudent("Ana")])
    second = write(store, tick(0, 1), known=store.known("Year 9"), course="Year 9")
    assert store.session(first).purged
    store.erase_session(second)
    assert store.known("Year 9") == ()
    # The first class's minutes still stand under the course.
    assert store.courses() == ["Year 9"]
