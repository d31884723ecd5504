"""Who is worth a look, on classes of one or two students that say why by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from monitor.attention import Look, LookReason, worth_a_look
from monitor.past import Past
from monitor.records import (
    Absence,
    AbsenceReason,
    GapReason,
    Mode,
    Reading,
    SessionData,
    Tick,
)
from monitor.segments import between
from tests.builders import (
    HAPPY,
    NEUTRAL,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)

MINUTE = 20
"""Samples."""

Face = Iterable[float] | None


def ticks_of(minutes: int, face: Callable[[float], Face]) -> list[Tick]:
    """One student, whose face is given by the minute into class."""
    return [
        build_tick(index, [build_reading(1, face(index / MINUTE))])
        for index in range(minutes * MINUTE)
    ]


def looks_at(data: SessionData) -> list[Look]:
    return worth_a_look(data, Past.of(data))


def reasons(ticks: list[Tick], **more: object) -> list[LookReason]:
    data = build_session_data(ticks, **more)  # type: ignore[arg-type]
    return [look.reason for look in looks_at(data)]


def test_an_expression_that_left_its_own_usual_for_five_minutes() -> None:
    data = build_session_data(
        ticks_of(15, lambda minute: NEUTRAL if minute < 10 else HAPPY)
    )
    (look,) = looks_at(data)
    assert look == Look(
        student=1,
        name="Student 1",
        reason=LookReason.CHANGED,
        from_s=600,
        to_s=900,
        coverage=1.0,
        before="neutral",
        now="happy",
    )


@pytest.mark.parametrize("minutes", [10.7, 11, 12])
def test_four_minutes_are_not_enough(minutes: float) -> None:
    ticks = ticks_of(15, lambda minute: NEUTRAL if minute < minutes else HAPPY)
    assert reasons(ticks) == []


def test_a_minute_as_before_breaks_the_five() -> None:
    def face(minute: float) -> Face:
        return HAPPY if minute >= 10 and not 12 <= minute < 13 else NEUTRAL

    assert reasons(ticks_of(15, face)) == []


def test_who_always_changes_is_as_usual() -> None:
    ticks = ticks_of(25, lambda minute: HAPPY if int(minute) % 2 else NEUTRAL)
    assert reasons(ticks) == []


def test_nobody_has_a_usual_look_in_the_first_minutes() -> None:
    ticks = ticks_of(9, lambda minute: NEUTRAL if minute < 4 else HAPPY)
    assert reasons(ticks) == []


def test_one_who_was_never_read_has_no_usual_look() -> None:
    ticks = ticks_of(15, lambda minute: None if minute < 10 else HAPPY)
    assert reasons(ticks) == []


def test_what_was_seen_while_the_picture_stood_still_counts_nowhere() -> None:
    ticks = [
        build_tick(
            index,
            [build_reading(1, NEUTRAL if index < 10 * MINUTE else HAPPY)],
            gap=GapReason.FROZEN if index >= 10 * MINUTE else None,
        )
        for index in range(15 * MINUTE)
    ]
    assert reasons(ticks) == []


def test_a_face_that_became_unreadable() -> None:
    data = build_session_data(
        ticks_of(10, lambda minute: NEUTRAL if minute < 8 else None)
    )
    (look,) = looks_at(data)
    assert (look.reason, look.from_s, look.to_s) == (LookReason.UNREADABLE, 480, 600)
    assert look.coverage == 0
    assert look.before is look.now is None


@pytest.mark.parametrize(
    "face",
    [
        lambda _: None,
        lambda minute: NEUTRAL if minute < 8.6 else None,
        lambda minute: NEUTRAL if int(minute * MINUTE) % 2 else None,
    ],
    ids=["never was readable", "for a minute and a half", "every second look"],
)
def test_a_face_that_did_not_become_unreadable(face: Callable[[float], Face]) -> None:
    assert reasons(ticks_of(10, face)) == []


def away(from_s: float, to_s: float, reason: AbsenceReason) -> Absence:
    return Absence(1, from_s, to_s, reason)


def absent_from(minute: float, minutes: int) -> list[Tick]:
    def readings(index: int) -> list[Reading]:
        return [build_reading(1)] if index < minute * MINUTE else []

    return [build_tick(index, readings(index)) for index in range(minutes * MINUTE)]


def test_a_camera_that_went_off() -> None:
    ticks = absent_from(8, 10)
    off = away(480, 600, AbsenceReason.CAMERA_OFF)
    data = build_session_data(ticks, absences=[off])
    (look,) = looks_at(data)
    assert (look.reason, look.from_s, look.to_s) == (LookReason.CAMERA_OFF, 480, 600)
    assert look.coverage == 0


@pytest.mark.parametrize(
    "absence",
    [
        away(480, 600, AbsenceReason.OFF_PAGE),
        away(480, 600, AbsenceReason.LEFT),
        away(580, 600, AbsenceReason.CAMERA_OFF),
        away(300, 500, AbsenceReason.CAMERA_OFF),
    ],
    ids=["another page", "left", "for 20 s", "on again"],
)
def test_an_absence_that_is_no_reason_to_look(absence: Absence) -> None:
    assert reasons(absent_from(8, 10), absences=[absence]) == []


def test_a_camera_counts_in_presence_mode_too_and_nobody_in_class_mode() -> None:
    off = away(480, 600, AbsenceReason.CAMERA_OFF)
    for mode, expected in ((Mode.PRESENCE, [LookReason.CAMERA_OFF]), (Mode.CLASS, [])):
        row = build_session_row(mode=mode)
        assert reasons(absent_from(8, 10), absences=[off], session=row) == expected


def test_each_student_once_in_the_order_of_names() -> None:
    def readings(index: int) -> list[Reading]:
        late = index >= 10 * MINUTE
        return [
            build_reading(1, HAPPY if late else NEUTRAL),
            build_reading(2, NEUTRAL),
            build_reading(3, None if late else NEUTRAL),
        ]

    ticks = [build_tick(index, readings(index)) for index in range(15 * MINUTE)]
    found = looks_at(build_session_data(ticks, names=["Ana", "Ben", "Cem"]))
    assert [(look.name, look.reason) for look in found] == [
        ("Ana", LookReason.CHANGED),
        ("Cem", LookReason.UNREADABLE),
    ]


def test_nobody_is_told_of_in_a_calm_class() -> None:
    ticks = plausible_ticks(students=25, minutes=20, seed=3)
    told = reasons(ticks, session=build_session_row(students=25))
    assert len(told) <= 2


def test_before_the_first_sample_there_is_nobody() -> None:
    assert looks_at(build_session_data([])) == []


def same(one: Past, other: Past) -> bool:
    order, others = np.argsort(one.ids), np.argsort(other.ids)
    return all(
        np.array_equal(a[order], b[others], equal_nan=True)
        for a, b in (
            (one.ids, other.ids),
            (one.sightings, other.sightings),
            (one.readings, other.readings),
            (one.shares, other.shares),
        )
    )


def test_a_past_that_is_carried_along_is_the_whole_past() -> None:
    whole = build_session_data(plausible_ticks(students=4, minutes=14))
    carried: Past | None = Past.of(between(whole, 0, 90))
    for end in range(120, 14 * 60 + 1, 45):
        assert carried is not None
        carried = carried.extended(between(whole, end - 300, end))
    assert carried is not None
    assert same(carried, Past.of(whole))


def test_a_past_that_does_not_follow_begins_anew() -> None:
    whole = build_session_data(plausible_ticks(students=4, minutes=14))
    early = Past.of(between(whole, 0, 120))
    assert early.extended(between(whole, 400)) is None


def test_a_past_of_somebody_who_is_gone_is_not_kept() -> None:
    both = build_session_data(plausible_ticks(students=2, minutes=3))
    one = build_session_data(plausible_ticks(students=1, minutes=3))
    assert Past.of(both).extended(one) is None
    later = Past.of(one).extended(both)
    assert later is not None
    assert later.sightings[later.ids == 2].sum() == 0
