"""Stretches between markers, against examples that were worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from monitor.records import GapReason, Marker, SessionData
from monitor.segments import OPENING, between, segments
from monitor.store.class_minutes import of_session
from monitor.summaries import summarise_class, summarise_minutes
from tests.builders import (
    HAPPY,
    NEUTRAL,
    build_reading,
    build_session_data,
    build_tick,
    plausible_ticks,
)


def marker(offset_s: float, text: str) -> Marker:
    return Marker(offset_s=offset_s, text=text)


def test_a_class_without_markers_is_one_stretch() -> None:
    data = build_session_data(plausible_ticks(minutes=2))
    (whole,) = segments(data)
    assert (whole.start_s, whole.end_s, whole.name) == (0, 120, OPENING)
    assert replace(whole.summary, facing=0.0, engagement=0.0) == replace(
        summarise_class(data), facing=0.0, engagement=0.0
    )


def test_a_session_without_a_sample_has_no_stretch() -> None:
    assert segments(build_session_data([], markers=[marker(3, "quiz")])) == []


def test_a_stretch_goes_from_its_marker_to_the_next() -> None:
    ticks = [
        build_tick(i, [build_reading(1, HAPPY if i < 4 else NEUTRAL)])
        for i in range(10)
    ]
    markers = [marker(20, "break"), marker(11, "quiz")]
    first, quiz, rest = segments(build_session_data(ticks, markers=markers))
    assert [first.name, quiz.name, rest.name] == [OPENING, "quiz", "break"]
    assert [first.start_s, quiz.start_s, rest.start_s, rest.end_s] == [0, 11, 20, 30]
    assert first.summary.shares == pytest.approx(HAPPY)
    assert quiz.summary.shares == pytest.approx(NEUTRAL)
    assert [first.summary.readings, quiz.summary.readings] == [4, 3]


def test_markers_without_a_sample_between_them_share_a_stretch() -> None:
    ticks = [build_tick(i) for i in range(4)]
    markers = [
        marker(-30, "hello"),
        marker(4, "quiz"),
        marker(5, "slide 12"),
        marker(99, "bye"),
    ]
    found = segments(build_session_data(ticks, markers=markers))
    assert [stretch.name for stretch in found] == ["hello", "quiz; slide 12"]
    assert [stretch.summary.readings for stretch in found] == [2, 2]


def test_who_is_not_seen_in_a_stretch_still_counts_for_its_coverage() -> None:
    # Student 2 is seen at the first and the last of six samples only.
    ticks = [
        build_tick(i, [build_reading(1), *([build_reading(2)] if i in (0, 5) else [])])
        for i in range(6)
    ]
    data = build_session_data(ticks, markers=[marker(6, "quiz"), marker(12, "end")])
    found = segments(data)
    # Two samples each, two students in class: 3, 2 and 3 readings of 4.
    assert [s.summary.coverage for s in found] == [0.75, 0.5, 0.75]


def test_a_stretch_without_a_reading_has_no_shares() -> None:
    ticks = [build_tick(i, gap=GapReason.FROZEN if i >= 2 else None) for i in range(4)]
    _, frozen = segments(build_session_data(ticks, markers=[marker(6, "quiz")]))
    assert frozen.summary.readings == 0
    assert all(math.isnan(share) for share in frozen.summary.shares)


def test_minute_by_minute_stretches_are_the_minutes() -> None:
    data = build_session_data(
        plausible_ticks(students=6, minutes=4),
        markers=[marker(60, "a"), marker(120, "b"), marker(180, "c")],
    )
    minutes = summarise_minutes(data)
    for i, stretch in enumerate(segments(data)):
        assert stretch.summary.coverage == pytest.approx(minutes.coverage[i])
        assert stretch.summary.shares == pytest.approx(minutes.shares[i])
        assert stretch.summary.readings == minutes.readings[i]


def test_minutes_that_are_left_stand_where_their_middle_lies() -> None:
    data = build_session_data(plausible_ticks(students=6, minutes=6))
    left = replace(
        data,
        samples=between(data, 0, 0).samples,
        observations=data.observations.pick(slice(0, 0)),
        minutes=of_session(data),
        markers=(marker(100, "quiz"), marker(99999, "late")),
    )
    before, quiz = segments(left)
    assert (before.name, before.start_s, before.end_s) == (OPENING, 0, 100)
    assert (quiz.name, quiz.start_s, quiz.end_s) == ("quiz", 100, 360)
    readings = summarise_class(data).readings
    assert before.summary.readings + quiz.summary.readings == readings
    minutes = summarise_minutes(data)
    assert before.summary.readings == minutes.readings[:2].sum()


def part(data: SessionData, from_s: float, to_s: float) -> tuple[list[int], int]:
    cut = between(data, from_s, to_s)
    return cut.samples.index.tolist(), len(cut.observations)


def test_between_takes_the_first_end_and_leaves_the_other() -> None:
    data = build_session_data([build_tick(i) for i in range(5)])
    assert part(data, 3, 9) == ([1, 2], 2)
    assert part(data, 100, 200) == ([], 0)
    assert between(data, 0) is data


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-20, 200), max_size=8))
def test_stretches_hold_everything_once_and_leave_no_hole(at: list[float]) -> None:
    markers = [marker(offset, f"m{i}") for i, offset in enumerate(at)]
    data = build_session_data(plausible_ticks(minutes=2), markers=markers)
    found = segments(data)
    assert found[0].start_s == 0
    assert found[-1].end_s == 120
    assert all(a.end_s == b.start_s for a, b in pairwise(found))
    assert all(stretch.start_s < stretch.end_s for stretch in found)
    assert sum(s.summary.readings for s in found) == summarise_class(data).readings
