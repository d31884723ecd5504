"""Sums over a session against examples that were worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from monitor import summaries
from monitor.engagement import IndexWeights
from monitor.records import EMOTIONS, GapReason, SessionData, Status
from monitor.segments import segments
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


def test_an_unreadable_face_never_counts_as_neutral() -> None:
    ticks = [
        build_tick(0, [build_reading(1, one_hot("happy"))]),
        build_tick(1, [build_reading(1, None)]),
    ]
    (student,) = summaries.summarise_students(build_session_data(ticks))
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
    (student,) = summaries.summarise_students(build_session_data(ticks))
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
    (student,) = summaries.summarise_students(data)
    assert student.coverage == 1.0
    assert summaries.summarise_minutes(data).coverage[0] == 1.0


def test_what_was_seen_behind_a_cover_counts_nowhere() -> None:
    ticks = [
        build_tick(0, [build_reading(1, one_hot("happy"))]),
        build_tick(1, [build_reading(1, one_hot("sad"))], gap=GapReason.FROZEN),
        build_tick(2, [build_reading(2, one_hot("sad"))], gap=GapReason.COVERED),
        build_tick(3, [build_reading(1, one_hot("happy"))]),
    ]
    data = build_session_data(ticks)
    first, second = summaries.summarise_students(data)
    assert first.shares == one_hot("happy")
    # It was looked at four times and read twice: the coverage says so.
    assert (first.samples, first.coverage) == (2, 0.5)
    assert second.samples == 0
    minutes = summaries.summarise_minutes(data)
    assert minutes.shares[0].tolist() == list(one_hot("happy"))
    assert (minutes.students_seen[0], minutes.samples[0]) == (1, 4)
    assert summaries.summarise_class(data).readings == 2


def test_a_student_who_was_never_seen_has_no_numbers() -> None:
    data = build_session_data([build_tick(0, [])], names=["Ada"])
    (student,) = summaries.summarise_students(data)
    assert (student.samples, student.dominant) == (0, None)
    assert all(
        math.isnan(x) for x in (student.coverage, student.first_seen_s, student.valence)
    )


def test_coverage_is_not_known_of_whom_nothing_was_to_be_read() -> None:
    # Student 1 agreed and comes at the third of six samples; student 2 did not agree.
    refused = build_reading(2, None, status=Status.NO_CONSENT)
    ticks = [
        build_tick(i, [refused, *([build_reading(1)] if i >= 2 else [])], every_s=30)
        for i in range(6)
    ]
    data = build_session_data(ticks)
    agreed, other = summaries.summarise_students(data)
    assert (agreed.samples, agreed.asked, agreed.coverage) == (4, 4, 1.0)
    assert (other.samples, other.asked, other.readings) == (6, 0, 0)
    assert math.isnan(other.coverage)
    minutes = summaries.summarise_minutes(data)
    assert math.isnan(minutes.coverage[0])
    assert minutes.coverage[1:].tolist() == [0.5, 0.5]
    assert minutes.asked.tolist() == [0, 2, 2]
    assert summaries.summarise_class(data).coverage == 0.5
    bins = summaries.summarise_student_bins(data, bin_s=60)
    assert bins.asked.tolist() == [[0, 2, 2], [0, 0, 0]]


@pytest.mark.parametrize("status", [Status.NO_CONSENT, Status.PRESENT])
def test_a_class_that_is_not_read_has_no_coverage(status: Status) -> None:
    ticks = [build_tick(i, [build_reading(1, None, status=status)]) for i in range(4)]
    data = build_session_data(ticks)
    whole = summaries.summarise_class(data)
    assert (whole.samples, whole.asked) == (4, 0)
    assert math.isnan(whole.coverage)
    assert np.isnan(summaries.summarise_minutes(data).coverage).all()
    (stretch,) = segments(data)
    assert math.isnan(stretch.summary.coverage)


def test_a_session_without_a_sample_is_empty() -> None:
    data = build_session_data([])
    assert summaries.summarise_students(data) == []
    assert len(summaries.summarise_minutes(data)) == 0
    assert math.isnan(summaries.summarise_class(data).coverage)


def test_minutes_hold_what_falls_into_them() -> None:
    ticks = [
        build_tick(0, [build_reading(1, one_hot("happy"))]),
        build_tick(1, [build_reading(1, one_hot("sad")), build_reading(2, None)]),
        # Nothing in the second minute; the third has one sample.
        build_tick(4, [build_reading(2, one_hot("neutral"))]),
    ]
    ticks = [build_tick(t.index, t.readings, every_s=30) for t in ticks]
    minutes = summaries.summarise_minutes(build_session_data(ticks))
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
    per_class = summaries.summarise_bins(data, bin_s=30)
    per_student = summaries.summarise_student_bins(data, bin_s=30)
    assert per_student.readings.sum(axis=0).tolist() == per_class.readings.tolist()
    assert per_student.sightings.sum(axis=0).tolist() == per_class.sightings.tolist()
    weighted = np.nansum(per_student.shares * per_student.readings[:, :, None], axis=0)
    assert weighted / per_class.readings[:, None] == pytest.approx(per_class.shares)


def test_the_class_is_the_sum_of_its_students() -> None:
    data = build_session_data(plausible_ticks(students=7, minutes=4))
    students = summaries.summarise_students(data)
    whole = summaries.summarise_class(data)
    assert whole.readings == sum(student.readings for student in students)
    assert whole.samples == sum(student.samples for student in students)
    assert 0 < whole.coverage < 1
    assert sum(whole.shares) == pytest.approx(1)


def facing_class() -> SessionData:
    # Student 1: happy and facing, neutral and away, unreadable and facing, neutral
    # and not known. Student 2 is only ever not known.
    first = [
        build_reading(1, one_hot("happy"), facing=True),
        build_reading(1, one_hot("neutral"), facing=False),
        build_reading(1, None, facing=True),
        build_reading(1, one_hot("neutral"), facing=None),
    ]
    return build_session_data(
        [build_tick(i, [r, build_reading(2)]) for i, r in enumerate(first)]
    )


def test_facing_and_engagement_are_means_over_what_is_known() -> None:
    first, second = summaries.summarise_students(facing_class())
    assert first.facing == pytest.approx(2 / 3)
    # happy and facing 0.6 * 5 / 4.5, neutral and away 0.9 * 2 / 4.5
    assert first.engagement == pytest.approx((2 / 3 + 0.4) / 2)
    assert math.isnan(second.facing)
    assert math.isnan(second.engagement)


def test_the_class_and_its_minutes_agree_on_facing_and_engagement() -> None:
    data = facing_class()
    whole = summaries.summarise_class(data)
    minutes = summaries.summarise_minutes(data)
    students = summaries.summarise_student_bins(data, bin_s=60)
    for at in (whole.facing, minutes.facing[0], students.facing[0, 0]):
        assert at == pytest.approx(2 / 3)
    for at in (whole.engagement, minutes.engagement[0], students.engagement[0, 0]):
        assert at == pytest.approx((2 / 3 + 0.4) / 2)
    assert np.isnan(students.facing[1, 0])
    assert np.isnan(students.engagement[1, 0])


def test_the_weights_of_the_index_can_be_given() -> None:
    only_happy = IndexWeights(2, expressions=(0, 0, 0, 1, 0, 0, 0), facing=1, away=1)
    first, _ = summaries.summarise_students(facing_class(), only_happy)
    assert first.engagement == 0.5


def test_presence_mode_knows_facing_and_no_engagement() -> None:
    seen = build_reading(1, None, status=Status.PRESENT, facing=True)
    (student,) = summaries.summarise_students(
        build_session_data([build_tick(0, [seen])])
    )
    assert student.facing == 1.0
    assert math.isnan(student.engagement)
