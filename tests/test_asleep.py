"""A computer that sleeps while a class is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.agent import Controls, Health, Progress
from monitor.class_clock import ClassClock
from monitor.records import SessionStatus
from monitor.store.store import Store
from tests.looking import Screen, look
from tests.scripted import ScriptedSource


class Wall:
    """A wall clock that may jump, as when the computer has slept."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.clock = ClassClock(self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "class.db")) as opened:
        yield opened


@pytest.mark.parametrize("paused", [False, True])
def test_sleep_stands_in_the_class_as_the_wall_clock_has_it(
    store: Store, paused: bool
) -> None:
    wall, controls = Wall(), Controls()

    def act(progress: Progress) -> None:
        if progress.samples == 3 and not wall.ahead:
            if paused and progress.health is not Health.PAUSED:
                controls.pause.set()
                return
            wall.ahead = timedelta(minutes=15)
            controls.pause.clear()
        elif progress.samples == 6:
            controls.stop.set()

    source = ScriptedSource(live=True, now=wall.now)
    screen = Screen(act)
    session = look(
        store,
        source,
        every_s=0.05,
        screen=screen,
        controls=controls,
        clock=wall.clock,
    )
    data = store.load(session)
    offsets = data.samples.offset_s
    assert (np.diff(offsets) > 0).all()
    assert (offsets[-3:] >= 900).all()
    assert (offsets[:-3] < 900).all()
    for tick in (p.tick for p in screen.told if p.tick and p.tick.readings):
        # What is typed by the wall clock finds the sample that was taken then.
        age = tick.captured_at - wall.clock.began
        assert tick.offset_s == pytest.approx(age.total_seconds(), abs=60)
    # The computer was not too slow for the 18,000 samples of that time.
    assert data.session.late < 1000
    assert data.samples.index[-1] < 1000


def test_a_class_that_was_slept_through_ends_at_its_limit(store: Store) -> None:
    wall = Wall()

    def act(progress: Progress) -> None:
        if progress.samples == 3:
            wall.ahead = timedelta(minutes=15)

    source = ScriptedSource(live=True, now=wall.now)
    screen = Screen(act)
    session = look(
        store, source, every_s=0.05, limit_s=600, screen=screen, clock=wall.clock
    )
    row = store.session(session)
    assert (row.status, row.samples) == (SessionStatus.ENDED, 3)
    assert row.late < 1000
