from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, event

from monitor.errors import StoreBusy, StoreError, StoreUnusable, UnknownSession
from monitor.records import (
    GapReason,
    HeadPose,
    RequestKind,
    SessionStatus,
    Status,
    Tick,
)
from monitor.store.locks import is_held, lock_path
from monitor.store.recording import Recording
from monitor.store.store import Store
from tests.builders import (
    HAPPY,
    NEUTRAL,
    STARTED_AT,
    build_new_session,
    build_reading,
    build_session,
    build_tick,
    plausible_ticks,
)


def write_all(recording: Recording, ticks: list[Tick]) -> None:
    for tick in ticks:
        recording.write(tick)


def test_session_reads_running_while_it_is_written(store: Store) -> None:
    with store.begin(build_new_session("Algebra", course="Year 9")) as recording:
        recording.write(build_tick(0))
        row = store.session(recording.session_id)
        assert row.status is SessionStatus.RUNNING
        assert (row.title, row.course) == ("Algebra", "Year 9")
        assert row.started_at == STARTED_AT
        assert row.started_at.tzinfo is UTC
        assert row.ended_at is None
        assert (row.samples, row.students) == (1, 1)


def test_stored_readings_come_back(store: Store) -> None:
    ticks = [
        build_tick(0, [build_reading(1, HAPPY, facing=True), build_reading(3, None)]),
        build_tick(1, [], gap=GapReason.BLACK),
        build_tick(
            4, [build_reading(2, NEUTRAL, xyxy=(-5, 0, 30, 44)), build_reading(1)]
        ),
    ]
    with store.begin(build_new_session()) as recording:
        for tick in ticks:
            recording.write(tick)
    data = store.load(recording.session_id, since_sample=-1)
    assert [student.name for student in data.students] == [
        "Student 1",
        "Student 3",
        "Student 2",
    ]
    assert data.samples.index.tolist() == [0, 1, 4]
    assert data.samples.offset_s.tolist() == [0.0, 3.0, 12.0]
    assert data.samples.gap == (None, GapReason.BLACK, None)
    seen = data.observations
    names = {student.id: student.name for student in data.students}
    assert seen.sample.tolist() == [0, 0, 2, 2]
    assert [names[i] for i in seen.student.tolist()] == [
        "Student 1",
        "Student 3",
        "Student 1",
        "Student 2",
    ]
    assert seen.is_read.tolist() == [True, False, True, True]
    assert tuple(Status)[seen.status[1]] is Status.UNREADABLE
    np.testing.assert_allclose(seen.probabilities[0], HAPPY, atol=1e-9)
    np.testing.assert_allclose(seen.probabilities[3], NEUTRAL, atol=1e-9)
    assert np.isnan(seen.probabilities[1]).all()
    assert seen.facing[0] == 1
    assert np.isnan(seen.facing[1:]).all()
    assert seen.xyxy[3].tolist() == [-5, 0, 30, 44]


shares = (
    st.lists(st.floats(0, 1), min_size=7, max_size=7)
    .filter(lambda raw: sum(raw) > 1e-3)
    .map(lambda raw: [x / sum(raw) for x in raw])
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(faces=st.dictionaries(st.integers(1, 60), st.none() | shares, max_size=6))
def test_any_sample_round_trips(store: Store, faces: dict[int, list[float]]) -> None:
    tick = build_tick(0, [build_reading(n, p) for n, p in faces.items()])
    with store.begin(build_new_session()) as recording:
        recording.write(tick)
    data = store.load(recording.session_id)
    names = {student.id: student.name for student in data.students}
    back = {
        names[student]: p
        for student, p in zip(
            data.observations.student.tolist(),
            data.observations.probabilities,
            strict=True,
        )
    }
    assert set(back) == {f"Student {number}" for number in faces}
    for number, p in faces.items():
        stored = back[f"Student {number}"]
        if p is None:
            assert np.isnan(stored).all()
        else:
            np.testing.assert_allclose(stored, p, atol=1.01e-4)
            assert round(stored.sum() * 10_000) == 10_000


@pytest.mark.parametrize("facing", [True, False, None])
@pytest.mark.parametrize(
    "box", [(-30_000, -1, -2, 0), (0, 0, 1, 1), (7, 9, 70_000, 99)]
)
@pytest.mark.parametrize("status", list(Status))
def test_extremes_round_trip(
    store: Store, facing: bool | None, box: tuple[int, int, int, int], status: Status
) -> None:
    certain = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    p = certain if status is Status.READ else None
    reading = build_reading(1, p, status=status, xyxy=box, facing=facing)
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(2_000_000, [reading]))
    seen = store.load(recording.session_id, since_sample=-1).observations
    assert tuple(Status)[seen.status[0]] is status
    assert seen.xyxy[0].tolist() == list(box)
    np.testing.assert_array_equal(seen.facing, [np.nan if facing is None else facing])
    np.testing.assert_array_equal(seen.probabilities[0], p or (np.nan,) * 7)


def test_heads_come_back_in_whole_degrees_up_to_profile(store: Store) -> None:
    readings = [
        build_reading(1, pose=HeadPose(12.4, -0.6), shared=True),
        build_reading(2, pose=HeadPose(123.0, -500.0)),
        build_reading(3, None),
    ]
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0, readings, left_out=3))
    data = store.load(recording.session_id)
    seen = data.observations
    np.testing.assert_array_equal(seen.yaw, [12, 90, np.nan])
    np.testing.assert_array_equal(seen.pitch, [-1, -90, np.nan])
    assert seen.shared.tolist() == [True, False, False]
    assert data.samples.left_out.tolist() == [3]


def test_counts_add_up(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        recording.note(late=2)
        recording.note(late=1, lost=4)
    row = store.session("last")
    assert (row.samples, row.late, row.lost) == (1, 3, 4)


def test_a_lost_sample_is_counted_as_lost_and_not_as_taken(store: Store) -> None:
    lost = build_tick(1, [], gap=GapReason.SOURCE_LOST)
    with store.begin(build_new_session()) as recording:
        write_all(recording, [build_tick(0), lost, build_tick(2)])
    row = store.session(recording.session_id)
    assert (row.samples, row.lost) == (2, 1)
    assert store.load(row.id).samples.gap[1] is GapReason.SOURCE_LOST


def test_name_in_use_is_not_given_twice(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0, [build_reading(1)]))
        with sqlite3.connect(store.path) as other:
            other.execute("UPDATE student SET name = 'Student 2'")
        other.close()
        recording.write(build_tick(1, [build_reading(1), build_reading(2)]))
    names = [student.name for student in store.load(recording.session_id).students]
    assert names == ["Student 2", "Student 2 (2)"]


def test_status_and_requests_travel_through_the_database(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        assert recording.requests() == []
        store.request(recording.session_id, RequestKind.PAUSE)
        store.request(recording.session_id, RequestKind.STOP)
        pause, stop = recording.requests()
        assert (pause.kind, stop.kind) == (RequestKind.PAUSE, RequestKind.STOP)
        recording.set_status(SessionStatus.PAUSED)
        recording.done(pause)
        assert recording.requests() == [stop]
        assert store.session("last").status is SessionStatus.PAUSED


def test_request_to_an_unknown_session_is_refused(store: Store) -> None:
    with pytest.raises(UnknownSession, match="no session 7"):
        store.request(7, RequestKind.STOP)


def test_session_ends_with_its_last_sample(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(20))
        lock = lock_path(store.path, recording.session_id)
        assert is_held(lock)
    row = store.session("last")
    assert row.status is SessionStatus.ENDED
    assert row.ended_at == STARTED_AT + timedelta(minutes=1)
    assert not lock.exists()


def test_end_takes_a_time_and_happens_once(store: Store) -> None:
    at = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    with store.begin(build_new_session()) as recording:
        recording.end(at=at)
        recording.end(SessionStatus.FAILED)
    row = store.session("last")
    assert (row.status, row.ended_at) == (SessionStatus.ENDED, at)


def test_error_marks_the_session_failed_and_passes(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.begin(build_new_session()):
        _ = 1 / 0
    assert store.session("last").status is SessionStatus.FAILED


def test_ctrl_c_ends_the_session(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.begin(build_new_session()):
        raise KeyboardInterrupt
    assert store.session("last").status is SessionStatus.ENDED


def test_locked_database_is_told_and_the_tick_can_be_written_again(
    path: Path,
) -> None:
    with (
        Store.open(str(path), busy_timeout_s=0.05) as store,
        store.begin(build_new_session()) as recording,
    ):
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        tick = build_tick(0, [build_reading(1), build_reading(2)])
        with pytest.raises(StoreBusy, match="locked by another program") as caught:
            recording.write(tick)
        assert "close that program and try again" in str(caught.value)
        assert "\n" not in str(caught.value)
        # Reading goes on meanwhile.
        assert store.session("last").samples == 0
        other.execute("ROLLBACK")
        other.close()
        recording.write(tick)
        assert len(store.load(recording.session_id).observations) == 2


def test_locked_database_does_not_hide_the_error_that_passes(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    with Store.open(str(path), busy_timeout_s=0.05) as store:
        recording = store.begin(build_new_session())
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ZeroDivisionError), recording:
            _ = 1 / 0
        other.close()
        # Its end could not be stored, but its lock is free.
        assert store.session("last").status is SessionStatus.INTERRUPTED


def test_full_disk_is_told_and_leaves_nothing_half_written(path: Path) -> None:
    with Store.open(str(path)) as store:
        session_id = build_session(store, students=3, minutes=1)
        before = store.load(session_id)

    def limit(connection: sqlite3.Connection, entry: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(Engine, "connect", limit)
    try:
        with Store.open(str(path)) as store:
            recording = store.begin(build_new_session())
            with pytest.raises(StoreUnusable, match="is full: free some space"):
                write_all(recording, plausible_ticks(25, minutes=30))
            stored = store.load(recording.session_id)
            assert stored.session.samples == len(stored.samples)
            assert len(store.load(session_id).observations) == len(before.observations)
    finally:
        event.remove(Engine, "connect", limit)
    with Store.open(str(path)) as store:
        recording.end()
        assert store.session("last").status is SessionStatus.ENDED


def test_same_sample_twice_is_refused_whole(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        with pytest.raises(StoreError, match="refused a row"):
            recording.write(build_tick(0, [build_reading(5)]))
        assert store.session("last").samples == 1
        assert [s.name for s in store.load(recording.session_id).students] == [
            "Student 1"
        ]


def test_session_deleted_while_recording_is_told(store: Store) -> None:
    recording = store.begin(build_new_session())
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("PRAGMA foreign_keys=ON")
    other.execute("DELETE FROM class_session")
    other.close()
    with pytest.raises(UnknownSession, match="deleted while it was being recorded"):
        recording.write(build_tick(0))
    with pytest.raises(UnknownSession), recording:
        pass


def test_deleting_a_session_takes_everything_along(store: Store) -> None:
    build_session(store, students=3, minutes=1)
    kept = build_session(store, students=2, minutes=1)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("PRAGMA foreign_keys=ON")
    other.execute("DELETE FROM class_session WHERE id = 1")
    assert other.execute("PRAGMA foreign_key_check").fetchall() == []
    (left,) = other.execute("SELECT count(*) FROM observation").fetchone()
    other.close()
    assert left == len(store.load(kept).observations)


def test_ids_are_never_used_again(store: Store) -> None:
    first = build_session(store, students=1, minutes=1)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("PRAGMA foreign_keys=ON")
    other.execute("DELETE FROM class_session")
    other.close()
    assert build_session(store, students=1, minutes=1) > first


def test_a_picture_on_a_slide_is_no_student_after_all(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0, [build_reading(1), build_reading(2)]))
        recording.write(build_tick(1, [build_reading(1)], left_out=1, pictures=(2,)))
    data = store.load(recording.session_id)
    assert [student.name for student in data.students] == ["Student 1"]
    assert data.session.students == 1
    assert len(data.observations) == 2
