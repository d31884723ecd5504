from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from monitor.records import ClassMinutes, GapReason, Status
from monitor.unread import unread
from tests.builders import HAPPY, build_reading, build_session_data, build_tick


def test_faces_are_counted_by_what_became_of_them() -> None:
    ticks = [
        build_tick(0, [build_reading(1), build_reading(2, None)]),
        build_tick(1, [build_reading(1, None, status=Status.NO_CONSENT)]),
        build_tick(2, [build_reading(1, HAPPY)], gap=GapReason.FROZEN, left_out=3),
        build_tick(3, [build_reading(1)], left_out=1),
    ]
    found = unread(build_session_data(ticks))
    assert (found.faces, found.unreadable, found.no_consent) == (4, 1, 1)
    assert found.asked == 3
    assert not found.every_face_read
    assert found.not_trusted == 1
    assert found.slide_faces == 3


def test_gaps_are_summed_by_reason() -> None:
    # Frozen for two samples; paused from 0:09 until the next look at 2:00; and lost
    # at the last sample.
    ticks = [
        build_tick(0),
        build_tick(1, gap=GapReason.FROZEN),
        build_tick(2, gap=GapReason.FROZEN),
        build_tick(3, (), gap=GapReason.PAUSED),
        build_tick(40),
        build_tick(41, (), gap=GapReason.SOURCE_LOST),
    ]
    found = unread(build_session_data(ticks))
    assert found.gap_minutes == {
        GapReason.SOURCE_LOST: pytest.approx(0.05),
        GapReason.FROZEN: pytest.approx(0.1),
        GapReason.PAUSED: pytest.approx(111 / 60),
    }
    assert found.minutes == pytest.approx(2.0)


def test_of_nothing_nothing_is_unread() -> None:
    found = unread(build_session_data([]))
    assert (found.faces, found.minutes, found.slide_faces) == (0, 0, 0)
    assert not found.every_face_read


def test_totals_tell_how_many_were_not_read_and_not_why() -> None:
    data = build_session_data([build_tick(0, ())])
    none = np.full(1, np.nan)
    count = partial(np.full, 1, dtype=np.int64)
    minutes = ClassMinutes(
        minute=count(0),
        minutes=count(1),
        students=count(6),
        samples=count(20),
        sightings=count(120),
        readings=count(90),
        coverage=none,
        shares=np.full((1, 7), np.nan),
        facing=none,
        engagement=none,
    )
    found = unread(replace(data, minutes=minutes))
    assert (found.faces, found.untold, found.unreadable) == (120, 30, 0)
    assert not found.every_face_read
