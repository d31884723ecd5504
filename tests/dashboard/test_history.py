"""What is kept of a running class is what the database would say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from dashboard.data import WINDOW_MINUTES
from dashboard.history import Histories
from monitor.past import Past
from monitor.records import (
    AbsenceReason,
    Away,
    KnownStudent,
    Named,
    SessionData,
    Tick,
)
from monitor.store.store import Store
from tests.builders import (
    STARTED_AT,
    build_new_session,
    build_session,
    build_tick,
    plausible_ticks,
)


def with_absences(ticks: list[Tick], seed: int) -> list[Tick]:
    """Some students go away and come back, for one reason or another."""
    rng, reasons = np.random.default_rng(seed), list(AbsenceReason)
    away: dict[int, AbsenceReason] = {}
    found = []
    for tick in ticks:
        for number in range(1, 6):
            if rng.random() < 0.02:
                away[number] = reasons[rng.integers(len(reasons))]
            elif rng.random() < 0.05:
                away.pop(number, None)
        seen = tuple(r for r in tick.readings if r.student not in away)
        gone = tuple(Away(number, reason) for number, reason in away.items())
        found.append(replace(tick, readings=seen, away=gone, gap=None))
    return found


def columns(data: SessionData) -> dict[str, object]:
    seen = data.observations
    # As text, since one NaN is not the other.
    parts = {name: str(getattr(seen, name).tolist()) for name in type(seen).__slots__}
    return parts | {
        "index": data.samples.index.tolist(),
        "offsets": data.samples.offset_s.tolist(),
        "gaps": data.samples.gap,
        "names": sorted(student.name for student in data.students),
        "now away": [
            (absence.student, absence.reason)
            for absence in data.absences
            if absence.to_s >= float(data.samples.offset_s[-1]) + 3
        ],
        "away": sorted(
            (a.student, max(a.from_s, float(data.samples.offset_s[0])), a.reason)
            for a in data.absences
            if a.to_s > float(data.samples.offset_s[0])
        ),
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_last_minutes_are_those_of_the_database(store: Store, seed: int) -> None:
    rng, histories = np.random.default_rng(seed), Histories()
    ticks = with_absences(plausible_ticks(students=5, minutes=14, seed=seed), seed)
    with store.begin(build_new_session()) as recording:
        for tick in ticks:
            recording.write(tick)
            if rng.random() < 0.15:
                session = store.session(recording.session_id)
                kept = histories.latest(store, session)
                stored = store.latest(session.id, minutes=WINDOW_MINUTES)
                assert columns(kept) == columns(stored)
                past = histories.past(store, kept)
                whole = Past.of(store.load(session.id))
                assert past.minutes == whole.minutes
                assert past.readings.sum() == whole.readings.sum()


def test_corrections_hold_for_what_is_kept(store: Store) -> None:
    histories = Histories()
    with store.begin(build_new_session()) as recording:
        for tick in plausible_ticks(students=4, minutes=3):
            recording.write(tick)
        session = store.session(recording.session_id)

        def names() -> list[str]:
            kept = histories.latest(store, session)
            histories.past(store, kept)
            assert columns(kept) == columns(store.latest(session.id))
            return sorted(student.name for student in kept.students)

        assert names() == ["Student 1", "Student 2", "Student 3", "Student 4"]
        store.rename(session.id, "Student 1", "Ana")
        assert names() == ["Ana", "Student 2", "Student 3", "Student 4"]
        store.merge(session.id, "Student 2", "Ana")
        assert names() == ["Ana", "Student 3", "Student 4"]
        store.undo(session.id)
        assert names() == ["Ana", "Student 2", "Student 3", "Student 4"]
        store.ignore(session.id, "Student 4")
        assert names() == ["Ana", "Student 2", "Student 3"]
        last = plausible_ticks(students=5, minutes=4)[65]
        recording.write(replace(last, named=(Named(5, "Ben"),)))
        assert names() == ["Ana", "Ben", "Student 2", "Student 3"]


def test_a_class_that_is_over_is_forgotten(store: Store) -> None:
    histories = Histories()
    session = store.session(build_session(store, students=2, minutes=2))
    kept = histories.latest(store, session)
    histories.past(store, kept)
    histories.forget(session.id)
    store.merge(session.id, "Student 1", "Student 2")
    assert columns(histories.latest(store, session)) == columns(
        store.latest(session.id)
    )


def test_looks_that_a_split_gave_to_another_are_theirs_at_once(store: Store) -> None:
    histories = Histories()
    known = [KnownStudent("Ana"), KnownStudent("Ben")]
    with store.begin(build_new_session(known=known)) as recording:
        for index in range(100):
            named = (Named(1, "Ana"),) if not index else ()
            recording.write(build_tick(index, named=named))
        session = store.session(recording.session_id)

        def looks_of(name: str) -> int:
            kept = histories.latest(store, session)
            assert columns(kept) == columns(store.latest(session.id))
            ids = {student.name: student.id for student in kept.students}
            past, row = histories.past(store, kept), ids[name]
            assert past.minutes == Past.of(kept).minutes
            np.testing.assert_array_equal(past.readings, Past.of(kept).readings)
            return int((kept.observations.student == row).sum())

        assert (looks_of("Ana"), looks_of("Ben")) == (100, 0)
        at = STARTED_AT + timedelta(seconds=150)
        store.split(session.id, "Ana", at, "Ben")
        assert (looks_of("Ana"), looks_of("Ben")) == (50, 50)
        store.undo(session.id)
        assert (looks_of("Ana"), looks_of("Ben")) == (100, 0)
