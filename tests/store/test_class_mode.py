from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import numpy as np
import pytest

from monitor.errors import StoreBusy
from monitor.records import KnownStudent, Mode, SessionData, Tick
from monitor.store import class_minutes
from monitor.store.store import Store
from monitor.summaries import summarise_class
from tests.builders import (
    build_new_session,
    build_reading,
    build_session,
    build_tick,
    plausible_ticks,
)
from tests.store.classes import tick


def record(
    store: Store, ticks: Iterable[Tick], course: str | None = None
) -> SessionData:
    new = build_new_session(mode=Mode.CLASS, course=course)
    with store.begin(new) as recording:
        for one in ticks:
            recording.write(one)
    return store.load(recording.session_id)


def by_minute(*minutes: Iterable[int]) -> list[Tick]:
    """One sample a minute, of these students."""
    return [
        build_tick(i, [build_reading(s) for s in students], every_s=60)
        for i, students in enumerate(minutes)
    ]


def rows(data: SessionData) -> list[tuple[int, int, int]]:
    """First minute, minutes and students of each row."""
    assert data.minutes is not None
    kept = (data.minutes.minute, data.minutes.minutes, data.minutes.students)
    return list(zip(*(column.tolist() for column in kept), strict=True))


def test_only_totals_are_ever_stored(store: Store) -> None:
    ticks = plausible_ticks(students=12, minutes=6)
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        for one in ticks:
            recording.write(one)
            with sqlite3.connect(store.path) as raw:
                for table in ("student", "observation", "absence"):
                    (count,) = raw.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
                    assert count == 0
            raw.close()
    row = store.session(recording.session_id)
    assert (row.students, row.samples, row.mode) == (12, 120, Mode.CLASS)
    assert not row.purged


def test_totals_are_those_of_a_class_whose_students_were_kept(store: Store) -> None:
    data = record(store, plausible_ticks(students=12, minutes=8))
    kept = store.load(build_session(store, students=12, minutes=8))
    wanted = class_minutes.of_session(kept, closed=True)
    assert data.minutes is not None
    for name in ("minute", "minutes", "students", "samples", "sightings", "readings"):
        assert getattr(data.minutes, name).tolist() == getattr(wanted, name).tolist()
    np.testing.assert_allclose(data.minutes.shares, wanted.shares, atol=1e-4)
    np.testing.assert_allclose(data.minutes.coverage, wanted.coverage)
    assert summarise_class(data).readings > 1000


def test_minutes_come_as_they_are_over(store: Store) -> None:
    five, six = range(1, 6), range(1, 7)
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        id_ = recording.session_id
        stored = []
        for one in by_minute(five, five, six, six, [1], five):
            recording.write(one)
            stored.append(rows(store.load(id_)))
    assert stored == [
        [],
        [(0, 1, 5)],
        [(0, 1, 5), (1, 1, 5)],
        # One came: that minute waits for the next.
        [(0, 1, 5), (1, 1, 5)],
        [(0, 1, 5), (1, 1, 5), (2, 2, 6)],
        [(0, 1, 5), (1, 1, 5), (2, 2, 6)],
    ]
    assert rows(store.load(id_)) == [*stored[-1], (5, 1, 5)]


def test_a_last_minute_that_would_change_a_row_is_not_told(store: Store) -> None:
    five, six = range(1, 6), range(1, 7)
    assert rows(record(store, by_minute(five, five, six))) == [(0, 1, 5), (1, 1, 5)]


def test_two_numbers_of_one_student_count_once(store: Store) -> None:
    ticks = by_minute(range(1, 6), range(1, 5), range(1, 6))
    joined = tick(3, joined=[(5, 4)])
    ticks[1] = build_tick(1, ticks[1].readings, every_s=60, joined=joined.joined)
    # Five numbers are four students: nothing may be told.
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        recording.write(ticks[0])
        recording.write(ticks[1])
        recording.write(ticks[2])
    data = store.load(recording.session_id)
    assert data.session.students == 4
    assert rows(data) == []


def test_whoever_is_no_student_or_was_erased_does_not_count(store: Store) -> None:
    store.enrol("Year 9", [KnownStudent("Ana")])
    store.erase_person("Year 9", "Ana")
    names = tick(0, names={1: "Ana", 2: "Ben"}).named
    seven = [build_reading(s) for s in range(1, 8)]
    ticks = [
        build_tick(0, seven, every_s=60, named=names),
        build_tick(1, seven, every_s=60, pictures=(7,)),
        build_tick(2, seven, every_s=60),
    ]
    data = record(store, ticks, course="Year 9")
    assert data.session.students == 5
    assert [students for _, _, students in rows(data)][-1] == 5


def test_a_sample_that_is_written_again_counts_once(store: Store) -> None:
    ticks = by_minute(range(1, 7), range(1, 7), range(1, 7))
    with (
        Store.open(str(store.path), busy_timeout_s=0.05) as own,
        own.begin(build_new_session(mode=Mode.CLASS)) as recording,
    ):
        recording.write(ticks[0])
        other = sqlite3.connect(store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            recording.write(ticks[1])
        other.execute("ROLLBACK")
        other.close()
        recording.write(ticks[1])
        recording.write(ticks[2])
    data = store.load(recording.session_id)
    assert rows(data) == [(0, 1, 6), (1, 1, 6), (2, 1, 6)]
    assert data.minutes is not None
    assert data.minutes.readings.tolist() == [6, 6, 6]


def test_no_sample_is_no_row(store: Store) -> None:
    data = record(store, [])
    assert (rows(data), data.session.students) == ([], 0)
