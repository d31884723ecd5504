from __future__ import annotations

import pytest

from monitor import presence, summaries
from monitor.records import Absence, AbsenceReason, GapReason
from tests.builders import build_reading, build_session_data, build_tick

OFF, PAGE, LEFT = (
    AbsenceReason.CAMERA_OFF,
    AbsenceReason.OFF_PAGE,
    AbsenceReason.LEFT,
)


def test_minutes_away_are_summed_by_reason() -> None:
    ticks = [build_tick(index, [build_reading(2)]) for index in range(100)]
    data = build_session_data(
        ticks,
        absences=[
            Absence(1, 3, 63, OFF),
            Absence(1, 63, 93, PAGE),
            Absence(1, 120, 150, OFF),
            Absence(2, 270, 300, LEFT),
        ],
    )
    assert presence.away_minutes(data) == {
        1: {OFF: 1.5, PAGE: 0.5, LEFT: 0},
        2: {OFF: 0, PAGE: 0, LEFT: 0.5},
    }


@pytest.mark.parametrize("gap", [GapReason.PAUSED, GapReason.FROZEN])
def test_nobody_is_away_while_there_is_no_class_to_see(gap: GapReason) -> None:
    ticks = [
        build_tick(index, [] if index else None, gap=gap if 5 <= index < 15 else None)
        for index in range(21)
    ]
    data = build_session_data(ticks, absences=[Absence(1, 3, 63, OFF)])
    assert presence.away_minutes(data)[1][OFF] == 0.5


def test_present_and_away_are_the_class() -> None:
    ticks = [build_tick(index, None if index < 10 else []) for index in range(20)]
    data = build_session_data(ticks, absences=[Absence(1, 30, 60, OFF)])
    (student,) = summaries.summarise_students(data)
    assert student.present_minutes == presence.away_minutes(data)[1][OFF] == 0.5


def test_without_students_nobody_is_away() -> None:
    assert presence.away_minutes(build_session_data([])) == {}


def test_who_is_seen_together_is_counted_by_samples() -> None:
    both = [build_reading(1), build_reading(2)]
    ticks = [build_tick(index, both) for index in range(3)]
    ticks += [build_tick(3, [build_reading(1)]), build_tick(4, [build_reading(3)])]
    seen = build_session_data(ticks).observations
    assert presence.seen_together(seen, 1, 2) == presence.seen_together(seen, 2, 1) == 3
    assert presence.seen_together(seen, 1, 3) == 0
