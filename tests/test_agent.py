"""The agent's loop on a real database: cadence, pauses, losses, stops."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from monitor.agent import GAP_NOTICES, Controls, Health, Progress
from monitor.pipeline import CoverWatch
from monitor.records import GapReason, Image, RequestKind, SessionStatus
from monitor.store.store import Store
from tests.looking import Screen, look
from tests.scripted import ScriptedDetector, ScriptedSource, lose, noise
from tests.waiting import wait_until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "class.db")) as opened:
        yield opened


def test_a_recording_is_walked_from_start_to_end(store: Store) -> None:
    session = look(store, ScriptedSource(live=False, length=5))
    data = store.load(session)
    assert data.samples.offset_s.tolist() == [0, 3, 6, 9, 12]
    assert len(data.observations) == 5 * 4
    assert data.session.students == 4
    assert data.session.status is SessionStatus.ENDED


def test_what_does_not_work_beside_the_class_is_told(store: Store) -> None:
    screen = Screen()
    source = ScriptedSource(live=False, length=2)
    look(store, source, screen=screen, trouble="Names are not read: no engine.")
    assert [p.notice for p in screen.told] == ["Names are not read: no engine."] * 2


def test_a_recording_ends_at_its_limit(store: Store) -> None:
    session = look(store, ScriptedSource(live=False, length=50), limit_s=9)
    assert store.load(session).samples.offset_s.tolist() == [0, 3, 6]


def test_the_share_walked_through_reaches_one(store: Store) -> None:
    screen = Screen()
    look(store, ScriptedSource(live=False, length=4), screen=screen)
    assert [p.done for p in screen.told] == [0.25, 0.5, 0.75, 1.0]


def test_a_live_class_keeps_the_clock_and_ends_at_its_limit(store: Store) -> None:
    session = look(store, ScriptedSource(live=True), every_s=0.05, limit_s=0.5)
    data = store.load(session)
    offsets = data.samples.offset_s
    # Each sample is near its own due time: a delay never moves the ones after it.
    assert (offsets - data.samples.index * 0.05 >= 0).all()
    assert offsets[-1] < 0.5
    assert data.session.samples + data.session.late == 10


def test_a_late_sample_is_dropped_and_counted(store: Store) -> None:

    def slow(number: int) -> None:
        threading.Event().wait(0.5 if number == 1 else 0)

    source = ScriptedSource(live=True, script=slow)
    session = look(store, source, every_s=0.1, limit_s=1.2)
    row = store.session(session)
    assert row.late >= 3
    indices = store.load(session).samples.index.tolist()
    assert indices == sorted(set(indices))
    assert row.samples + row.late == 12


def test_a_lost_source_leaves_a_visible_gap_and_goes_on(store: Store) -> None:
    screen = Screen()
    source = ScriptedSource(live=True, script=lose(1, 2))
    session = look(store, source, every_s=0.1, limit_s=0.75, screen=screen)
    data = store.load(session)
    assert data.samples.gap[:4] == (
        None,
        GapReason.SOURCE_LOST,
        GapReason.SOURCE_LOST,
        None,
    )
    assert data.session.lost == 2
    assert data.session.samples == len(data.samples) - 2
    lost = [p for p in screen.told if p.health is Health.SOURCE_LOST]
    assert lost[0].notice == "the screen cannot be grabbed; trying again"


def test_a_picture_that_cannot_be_read_leaves_a_gap(store: Store) -> None:
    session = look(store, ScriptedSource(live=False, length=5, script=lose(2)))
    data = store.load(session)
    assert data.samples.index.tolist() == [0, 1, 2, 3, 4]
    assert data.samples.gap[2] is GapReason.SOURCE_LOST
    assert (data.session.samples, data.session.lost) == (4, 1)


def test_a_forgotten_pause_ends_with_the_class(store: Store) -> None:
    controls = Controls()
    controls.pause.set()
    source = ScriptedSource(live=True)
    session = look(store, source, every_s=0.1, limit_s=0.3, controls=controls)
    row = store.session(session)
    assert (row.status, row.samples, row.late) == (SessionStatus.ENDED, 0, 0)


def test_what_is_kept_is_stored_when_the_class_ends(store: Store) -> None:
    """The database is held until after the last sample."""
    holder = sqlite3.connect(store.path, check_same_thread=False)
    quick = Store.open(store.url, busy_timeout_s=0.05)

    def script(number: int) -> None:
        if number == 2:
            holder.execute("BEGIN IMMEDIATE")

    def let_go(progress: Progress) -> None:
        if "waiting" in (progress.notice or ""):
            holder.rollback()

    with quick, closing(holder):
        source = ScriptedSource(live=False, length=5, script=script)
        session = look(quick, source, screen=Screen(let_go))
        assert quick.load(session).samples.index.tolist() == list(range(5))


def test_the_end_waits_until_the_database_is_free(store: Store) -> None:
    """The database is held when everything but the end is stored."""
    holder = sqlite3.connect(store.path, check_same_thread=False)
    quick = Store.open(store.url, busy_timeout_s=0.05)

    def act(progress: Progress) -> None:
        if progress.done == 1:
            holder.execute("BEGIN IMMEDIATE")
        elif "waiting, to store the end" in (progress.notice or ""):
            holder.rollback()

    with quick, closing(holder):
        source = ScriptedSource(live=False, length=3)
        session = look(quick, source, screen=Screen(act))
        row = quick.session(session)
    assert (row.status, row.samples) == (SessionStatus.ENDED, 3)


def test_that_the_class_goes_on_is_stored_when_the_database_is_free(
    store: Store,
) -> None:
    holder = sqlite3.connect(store.path, check_same_thread=False)
    quick = Store.open(store.url, busy_timeout_s=0.05)
    controls, stored = Controls(), []

    def act(progress: Progress) -> None:
        if progress.health is Health.PAUSED:
            stored.append(store.session("last").status)
            holder.execute("BEGIN IMMEDIATE")
            controls.pause.clear()
        elif progress.health is Health.STORE_BUSY:
            holder.rollback()
        elif progress.samples:
            stored.append(store.session("last").status)
            controls.stop.set()

    controls.pause.set()
    with quick, closing(holder):
        source = ScriptedSource(live=True)
        screen = Screen(act)
        look(quick, source, every_s=0.05, screen=screen, controls=controls)
    assert stored == [SessionStatus.PAUSED, SessionStatus.RUNNING]


def test_that_the_class_is_paused_is_stored_when_the_database_is_free(
    store: Store,
) -> None:
    holder = sqlite3.connect(store.path, check_same_thread=False)
    quick = Store.open(store.url, busy_timeout_s=0.05)
    controls, stored = Controls(), []

    def act(progress: Progress) -> None:
        if progress.samples == 2 and not controls.pause.is_set():
            holder.execute("BEGIN IMMEDIATE")
            controls.pause.set()
        elif progress.health is Health.PAUSED and progress.notice:
            holder.rollback()
        elif progress.health is Health.PAUSED:
            stored.append(store.session("last").status)
            controls.stop.set()

    with quick, closing(holder):
        source = ScriptedSource(live=True)
        screen = Screen(act)
        look(quick, source, every_s=0.05, limit_s=10, screen=screen, controls=controls)
    assert stored == [SessionStatus.PAUSED]


def test_pause_resume_and_stop_come_through_the_database(store: Store) -> None:
    asked: list[RequestKind] = []
    source = ScriptedSource(live=True)

    def ask(page: Store, kind: RequestKind, status: SessionStatus) -> None:
        session = page.session("last").id
        page.request(session, kind)
        asked.append(kind)
        wait_until(lambda: page.session(session).status is status)

    def teacher() -> None:
        with Store.open(store.url) as page:
            wait_until(lambda: page.session("last").samples >= 2)
            ask(page, RequestKind.PAUSE, SessionStatus.PAUSED)
            ask(page, RequestKind.RESUME, SessionStatus.RUNNING)
            ask(page, RequestKind.STOP, SessionStatus.ENDED)

    def start_teacher(progress: Progress) -> None:
        if progress.samples == 1 and not teacher_thread.is_alive() and not asked:
            teacher_thread.start()

    teacher_thread = threading.Thread(target=teacher)
    screen = Screen(start_teacher)
    session = look(store, source, every_s=0.05, limit_s=60, screen=screen)
    teacher_thread.join()
    row = store.session(session)
    assert row.status is SessionStatus.ENDED
    # What fell into the pause was not wanted: neither late nor lost.
    assert row.lost == 0
    data = store.load(session)
    assert data.samples.gap.count(GapReason.PAUSED) == 1
    assert row.samples == len(data.samples) - 1
    assert Health.PAUSED in {p.health for p in screen.told}


def test_a_locked_database_loses_nothing(store: Store) -> None:
    """Another program holds the file for a while; what was seen is stored after."""
    holder = sqlite3.connect(store.path, check_same_thread=False)
    quick = Store.open(store.url, busy_timeout_s=0.05)

    def script(number: int) -> None:
        if number == 2:
            holder.execute("BEGIN IMMEDIATE")
        if number == 5:
            holder.rollback()

    screen = Screen()
    with quick, closing(holder):
        source = ScriptedSource(live=False, length=8, script=script)
        session = look(quick, source, screen=screen)
        assert quick.load(session).samples.index.tolist() == list(range(8))
    busy = [p for p in screen.told if p.health is Health.STORE_BUSY]
    assert len(busy) == 3
    assert "another program" in (busy[0].notice or "")


def test_a_covered_gallery_is_marked_and_sampling_goes_on(store: Store) -> None:
    screen = Screen()
    detector = ScriptedDetector(lambda n: 1 if 3 <= n < 6 else 8)
    source = ScriptedSource(live=False, length=8)
    session = look(store, source, screen=screen, detector=detector)
    covered = GapReason.COVERED
    expected = (None, None, None, None, covered, covered, None, None)
    assert store.load(session).samples.gap == expected
    assert GAP_NOTICES[covered] in {p.notice for p in screen.told}


@pytest.mark.parametrize(
    ("gap", "picture", "first"),
    [(GapReason.BLACK, np.zeros((48, 64, 3)), 0), (GapReason.FROZEN, None, 9)],
)
def test_a_black_or_frozen_picture_is_told(
    store: Store, gap: GapReason, picture: Image | None, first: int
) -> None:
    still = noise(1) if picture is None else picture.astype(np.uint8)
    screen = Screen()
    source = ScriptedSource(live=True, picture=lambda _: still)
    session = look(store, source, every_s=0.02, limit_s=0.6, screen=screen)
    gaps = store.load(session).samples.gap
    assert set(gaps[:first]) <= {None}
    assert set(gaps[first:]) == {gap}
    assert screen.told[-1].notice == GAP_NOTICES[gap]


def test_one_student_leaving_is_no_cover() -> None:
    watch = CoverWatch()
    assert not any(watch.covered(n) for n in (8, 8, 7, 7, 6, 6, 5, 5))


def test_a_class_that_stays_small_is_believed_in_the_end() -> None:
    watch = CoverWatch(patience=5)
    told = [watch.covered(n) for n in [10] * 5 + [2] * 10]
    assert told == [False] * 6 + [True] * 4 + [False] * 5


def test_the_stop_switch_ends_a_recording(store: Store) -> None:
    controls = Controls()
    stop_at_three = Screen(lambda p: controls.stop.set() if p.samples == 3 else None)
    source = ScriptedSource(live=False, length=50)
    session = look(store, source, screen=stop_at_three, controls=controls)
    assert store.session(session).samples == 3
