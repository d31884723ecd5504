"""What is told while a class runs, on classes that say why by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from monitor.records import GapReason, Mode, Reading, SessionStatus, Status, Tick
from monitor.signals import Signal, SignalKind, signals
from tests.builders import (
    HAPPY,
    NEUTRAL,
    SAD,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)

MINUTE = 20
"""Samples."""


def class_of(
    students: int, minutes: int, face: Callable[[int, float], Iterable[float] | None]
) -> list[Tick]:
    """Students whose faces are given by number and minute into class."""

    def readings(index: int) -> list[Reading]:
        return [
            build_reading(n, face(n, index / MINUTE)) for n in range(1, students + 1)
        ]

    return [build_tick(index, readings(index)) for index in range(minutes * MINUTE)]


def told(ticks: list[Tick], mode: Mode = Mode.STUDENT) -> tuple[Signal, ...]:
    row = build_session_row(mode=mode, status=SessionStatus.RUNNING)
    return signals(build_session_data(ticks, session=row))


def kinds(ticks: list[Tick], mode: Mode = Mode.STUDENT) -> list[SignalKind]:
    return [signal.kind for signal in told(ticks, mode)]


def test_a_mood_that_fell_for_two_minutes() -> None:
    (signal,) = told(class_of(8, 10, lambda _, m: NEUTRAL if m < 8 else SAD))
    assert signal.kind is SignalKind.MOOD
    assert (signal.from_s, signal.to_s) == (480, 600)
    assert (signal.part, signal.whole, signal.coverage) == (8, 8, 1.0)
    assert signal.before > signal.now
    assert signal.low <= signal.now - signal.before <= signal.high < 0


@pytest.mark.parametrize(
    "face",
    [
        lambda _, m: NEUTRAL if m < 9 else SAD,
        lambda _, m: NEUTRAL if m < 8 else HAPPY,
        lambda n, m: SAD if n == 1 and m >= 8 else NEUTRAL,
        lambda n, m: (HAPPY, SAD)[(n % 2) ^ (m >= 8)],
        lambda _, m: SAD if 8 <= m < 9 else NEUTRAL,
    ],
    ids=["for a minute", "risen", "one alone", "up and down", "over again"],
)
def test_a_mood_that_did_not_fall(
    face: Callable[[int, float], Iterable[float] | None],
) -> None:
    assert kinds(class_of(8, 10, face)) == []


def test_four_students_are_too_few_for_a_mood() -> None:
    assert kinds(class_of(4, 10, lambda _, m: NEUTRAL if m < 8 else SAD)) == []


def test_who_comes_and_goes_changes_no_mood() -> None:
    def readings(index: int) -> list[Reading]:
        late = index >= 8 * MINUTE
        happy = [] if late else [build_reading(n, HAPPY) for n in range(9, 17)]
        return [*(build_reading(n, NEUTRAL) for n in range(1, 9)), *happy]

    assert kinds([build_tick(i, readings(i)) for i in range(10 * MINUTE)]) == []


def test_many_who_cannot_be_read() -> None:
    def face(n: int, _: float) -> Iterable[float] | None:
        return None if n <= 3 else HAPPY

    (signal,) = told(class_of(6, 3, face))
    assert signal.kind is SignalKind.UNREADABLE
    assert (signal.part, signal.whole) == (3, 6)
    assert kinds(class_of(10, 3, face)) == []


def test_who_did_not_agree_is_not_unreadable() -> None:
    def reading(number: int) -> Reading:
        return build_reading(number, None, status=Status.NO_CONSENT)

    ticks = [build_tick(i, [reading(1), build_reading(2)]) for i in range(60)]
    assert kinds(ticks) == []


@pytest.mark.parametrize(
    "gap",
    [GapReason.FROZEN, GapReason.COVERED, GapReason.BLACK, GapReason.SOURCE_LOST],
)
def test_a_picture_that_is_not_to_be_trusted(gap: GapReason) -> None:
    ticks = [build_tick(i, gap=gap if i >= 30 else None) for i in range(40)]
    for mode in (Mode.STUDENT, Mode.PRESENCE):
        (signal,) = told(ticks, mode)
        assert (signal.kind.value, signal.from_s, signal.to_s) == (gap.value, 90, 120)
    assert kinds([*ticks, build_tick(40)]) == []


def test_looks_that_came_too_late() -> None:
    late = [build_tick(i) for i in range(100) if i < 60 or i % 2]
    (signal,) = told(late)
    assert signal.kind is SignalKind.LATE
    assert signal.part / signal.whole == pytest.approx(0.5, abs=0.03)
    assert kinds([build_tick(i) for i in range(100) if i % 10]) == []


def test_a_pause_is_not_late() -> None:
    paused = build_tick(61, (), gap=GapReason.PAUSED)
    ticks = [*(build_tick(i) for i in range(60)), paused]
    assert kinds([*ticks, *(build_tick(i) for i in range(80, 90))]) == []


def test_a_calm_class_is_left_alone() -> None:
    for seed in range(3):
        assert kinds(plausible_ticks(students=20, minutes=12, seed=seed)) == []


def test_before_the_first_sample_there_is_nothing_to_tell() -> None:
    assert told([]) == ()
