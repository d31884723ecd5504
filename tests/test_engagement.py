"""The index maths against examples that were worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from monitor import engagement
from monitor.records import EMOTIONS, GapReason
from tests.builders import (
    HAPPY,
    NEUTRAL,
    build_reading,
    build_session_data,
    build_tick,
    plausible_ticks,
)


def one_hot(name: str) -> tuple[float, ...]:
    return tuple(float(emotion == name) for emotion in EMOTIONS)


@pytest.mark.parametrize(("name", "expected"), engagement.VALENCE.items())
def test_a_sure_expression_has_its_own_valence(name: str, expected: float) -> None:
    assert float(engagement.valence(np.array(one_hot(name)))) == expected


def test_valence_is_the_weighted_sum() -> None:
    # happy 0.5, sad 0.25, neutral 0.25: 0.5 * 0.81 - 0.25 * 0.63 = 0.2475
    shares = np.array([0, 0, 0, 0.5, 0.25, 0, 0.25])
    assert float(engagement.valence(shares)) == pytest.approx(0.2475)


@given(
    st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
        lambda weights: np.array(weights) / sum(weights)
    )
)
def test_valence_stays_within_its_range(shares: np.ndarray) -> None:
    assert -1 <= float(engagement.valence(shares)) <= 1


def test_an_unreadable_face_never_counts_as_neutral() -> None:
    ticks = [
        build_tick(0, [build_reading(1, one_hot("happy"))]),
        build_tick(1, [build_reading(1, None)]),
    ]
    (student,) = engagement.summarise_students(build_session_data(ticks))
    assert student.shares == one_hot("happy")
    assert (student.samples, student.readings) == (2, 1)
    assert student.coverage == 0.5
    assert student.dominant == "happy"


def test_coverage_counts_the_samples_between_first_and_last_sighting() -> None:
    # Seen at samples 1, 2 and 4 of six, read at 1 and 4: 2 of 4.
    seen = {1: HAPPY, 2: None, 4: NEUTRAL}
    ticks = [
        build_tick(i, [build_reading(1, seen[i])] if i in seen else [])
        for i in range(6)
    ]
    (student,) = engagement.summarise_students(build_session_data(ticks))
    assert student.coverage == pytest.approx(2 / 4)
    assert student.present_minutes == pytest.approx(3 * 3 / 60)
    assert (student.first_seen_s, student.last_seen_s) == (3.0, 12.0)


def test_a_sample_that_the_source_did_not_give_is_no_look() -> None:
    ticks = [
        build_tick(0),
        build_tick(1, [], gap=GapReason.SOURCE_LOST),
        build_tick(2),
    ]
    data = build_session_data(ticks)
    (student,) = engagement.summarise_students(data)
    assert student.coverage == 1.0
    assert engagement.summarise_minutes(data).coverage[0] == 1.0


def test_what_was_seen_behind_a_cover_counts_nowhere() -> None:
    ticks = [
        build_tick(0, [build_reading(1, one_hot("happy"))]),
        build_tick(1, [build_reading(1, one_hot("sad"))], gap=GapReason.FROZEN),
        build_tick(2, [build_reading(2, one_hot("sad"))], gap=GapReason.COVERED),
        build_tick(3, [build_reading(1, one_hot("happy"))]),
    ]
    data = build_session_data(ticks)
    first, second = engagement.summarise_students(data)
    assert first.shares == one_hot("happy")
    # It was looked at four times and read twice: the coverage says so.
    assert (first.samples, first.coverage) == (2, 0.5)
    assert second.samples == 0
    minutes = engagement.summarise_minutes(data)
    assert minutes.shares[0].tolist() == list(one_hot("happy"))
    assert (minutes.students_seen[0], minutes.samples[0]) == (1, 4)
    assert engagement.summarise_class(data).readings == 2


def test_a_student_who_was_never_seen_has_no_numbers() -> None:
    data = build_session_data([build_tick(0, [])], names=["Ada"])
    (student,) = engagement.summarise_students(data)
    assert (student.samples, student.dominant) == (0, None)
    assert all(
        math.isnan(x) for x in (student.coverage, student.first_seen_s, student.valence)
    )


def test_a_session_without_a_sample_is_empty() -> None:
    data = build_session_data([])
    assert engagement.summarise_students(data) == []
    assert len(engagement.summarise_minutes(data)) == 0
    assert math.isnan(engagement.summarise_class(data).coverage)


def test_minutes_hold_what_falls_into_them() -> None:
    ticks = [
        build_tick(0, [build_reading(1, one_hot("happy"))]),
        build_tick(1, [build_reading(1, one_hot("sad")), build_reading(2, None)]),
        # Nothing in the second minute; the third has one sample.
        build_tick(4, [build_reading(2, one_hot("neutral"))]),
    ]
    ticks = [build_tick(t.index, t.readings, every_s=30) for t in ticks]
    minutes = engagement.summarise_minutes(build_session_data(ticks))
    assert minutes.starts_s.tolist() == [0, 60, 120]
    assert minutes.samples.tolist() == [2, 0, 1]
    assert minutes.students_seen.tolist() == [2, 0, 1]
    assert minutes.sightings.tolist() == [3, 0, 1]
    assert minutes.readings.tolist() == [2, 0, 1]
    assert minutes.shares[0] == pytest.approx([0, 0, 0, 0.5, 0.5, 0, 0])
    assert np.isnan(minutes.shares[1]).all()
    # Minute 0: student 1 at two samples, student 2 at one: 2 readings of 3.
    assert minutes.coverage[0] == pytest.approx(2 / 3)
    assert math.isnan(minutes.coverage[1])


def test_student_bins_add_up_to_the_class() -> None:
    data = build_session_data(plausible_ticks(students=7, minutes=4))
    per_class = engagement.summarise_bins(data, bin_s=30)
    per_student = engagement.summarise_student_bins(data, bin_s=30)
    assert per_student.readings.sum(axis=0).tolist() == per_class.readings.tolist()
    assert per_student.sightings.sum(axis=0).tolist() == per_class.sightings.tolist()
    weighted = np.nansum(per_student.shares * per_student.readings[:, :, None], axis=0)
    assert weighted / per_class.readings[:, None] == pytest.approx(per_class.shares)


def test_the_class_is_the_sum_of_its_students() -> None:
    data = build_session_data(plausible_ticks(students=7, minutes=4))
    students = engagement.summarise_students(data)
    whole = engagement.summarise_class(data)
    assert whole.readings == sum(student.readings for student in students)
    assert whole.samples == sum(student.samples for student in students)
    assert 0 < whole.coverage < 1
    assert sum(whole.shares) == pytest.approx(1)
