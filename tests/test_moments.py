"""Where a class changed, and that chance alone is never told as a change."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from monitor.moments import LEAST_CHANGE, moments
from monitor.records import EMOTIONS, GapReason, Mode, SessionData, Tick
from tests.builders import (
    HAPPY,
    NEUTRAL,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
    plausible_ticks,
)

A_MINUTE = 20
"""Samples of three seconds."""


def mixed(happy: float) -> tuple[float, ...]:
    """A smile of this share, neutral for the rest."""
    shares = dict.fromkeys(EMOTIONS, 0.0) | {"happy": happy, "neutral": 1 - happy}
    return tuple(shares[name] for name in EMOTIONS)


def class_of(
    smile: Callable[[int, int], float | None], *, students: int = 6, minutes: int = 10
) -> SessionData:
    """A class by how much student n smiles at sample i; None: not seen."""
    ticks = []
    for i in range(minutes * A_MINUTE):
        shares = {n: smile(n, i) for n in range(1, students + 1)}
        readings = [
            build_reading(n, mixed(share))
            for n, share in shares.items()
            if share is not None
        ]
        ticks.append(build_tick(i, readings))
    return build_session_data(ticks)


def test_a_jump_of_the_class_is_found_where_it_was() -> None:
    # From 20% to 60% at 5:00, each student with a little of their own.
    data = class_of(lambda n, i: (0.2 if i < 100 else 0.6) + 0.01 * ((n * i) % 3))
    (jump,) = moments(data)
    assert jump.at_s == 300
    assert jump.expression in ("happy", "neutral")
    assert jump.after - jump.before == pytest.approx(
        0.4 if jump.expression == "happy" else -0.4, abs=0.01
    )
    assert jump.low <= jump.after - jump.before <= jump.high
    assert jump.valence_after - jump.valence_before == pytest.approx(
        0.4 * 0.81, abs=0.02
    )
    assert jump.students == 6


def test_the_largest_come_and_are_told_in_time_order() -> None:
    # Steps of 15, 40, 30 and 45 points at the minutes 3, 6, 9 and 12.
    levels = (0.1, 0.25, 0.65, 0.35, 0.8)
    data = class_of(lambda _, i: levels[i // 60], minutes=15)
    assert [moment.at_s for moment in moments(data)] == [360, 540, 720]
    assert [moment.at_s for moment in moments(data, count=1)] == [720]
    assert moments(data, count=0) == []


def test_moments_lie_at_least_two_minutes_apart() -> None:
    data = class_of(lambda _, i: 0.1 if i < 100 else 0.5 if i < 120 else 0.9)
    found = moments(data)
    assert all(b.at_s - a.at_s >= 120 for a, b in pairwise(found))
    assert len(found) == 1


def test_who_joins_or_leaves_changes_nothing() -> None:
    # Five neutral students all along; five smiling ones come after five minutes.
    def smile(n: int, i: int) -> float | None:
        if n <= 5:
            return 0.1
        return 0.9 if i >= 100 else None

    assert moments(class_of(smile, students=10)) == []


def test_one_student_of_many_is_no_class() -> None:
    # Only one of six is there all the time, and that one changes.
    def smile(n: int, i: int) -> float | None:
        if n == 1:
            return 0.1 if i < 100 else 0.9
        return 0.5 if (i < 100) == (n % 2 == 0) else None

    assert moments(class_of(smile)) == []


def test_a_small_change_is_no_moment() -> None:
    step = LEAST_CHANGE - 0.01
    assert moments(class_of(lambda _, i: 0.3 if i < 100 else 0.3 + step)) == []


def test_one_student_alone_can_change() -> None:
    (jump,) = moments(class_of(lambda _, i: 0.1 if i < 100 else 0.8, students=1))
    assert (jump.at_s, jump.students) == (300, 1)


def test_nothing_is_compared_over_a_long_gap() -> None:
    ticks = [
        build_tick(
            i,
            [build_reading(n, HAPPY if i < 60 else NEUTRAL) for n in (1, 2, 3)],
            gap=GapReason.FROZEN if 60 <= i < 140 else None,
        )
        for i in range(200)
    ]
    assert moments(build_session_data(ticks)) == []


def constant(n: int, i: int) -> float:
    return 0.4


@pytest.mark.parametrize(
    "data",
    [
        build_session_data([]),
        build_session_data([build_tick(0)]),
        build_session_data([build_tick(i, ()) for i in range(200)]),
        build_session_data(
            [build_tick(i, [build_reading(1, None)]) for i in range(99)]
        ),
        build_session_data(
            [build_tick(i, [build_reading(1, None)]) for i in range(99)],
            session=build_session_row(mode=Mode.PRESENCE),
        ),
        class_of(constant),
        class_of(lambda _, i: 0.1 if i < 20 else 0.9, minutes=1),
    ],
    ids=["empty", "one", "no face", "unreadable", "presence", "constant", "too short"],
)
@pytest.mark.filterwarnings("error")
def test_nothing_to_tell_is_no_moment(data: SessionData) -> None:
    assert moments(data) == []


@pytest.mark.filterwarnings("error")
def test_gaps_and_late_students_raise_no_warning() -> None:
    ticks = plausible_ticks(students=5, minutes=8)
    moments(build_session_data([*ticks[:40], *ticks[70:]]))


def noisy_ticks(students: int, minutes: int, seed: int, drift: float) -> list[Tick]:
    """A class with nothing but chance in it: each by themselves, unsteady readings."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(0, 0.8, (students, len(EMOTIONS)))
    mood = np.zeros_like(usual)
    ticks = []
    for i in range(minutes * A_MINUTE):
        mood = 0.97 * mood + rng.normal(0, drift, mood.shape)
        logits = usual + mood + rng.normal(0, 0.6, mood.shape)
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        read = rng.random(students) < 0.7
        ticks.append(
            build_tick(
                i,
                [
                    build_reading(n + 1, shares[n])
                    for n in np.flatnonzero(read).tolist()
                ],
            )
        )
    return ticks


@settings(max_examples=12, deadline=None)
@given(st.integers(2, 16), st.integers(4, 25), st.integers(0, 10_000))
def test_chance_is_never_told(students: int, minutes: int, seed: int) -> None:
    ticks = noisy_ticks(students, minutes, seed, drift=0.15)
    assert moments(build_session_data(ticks)) == []


@settings(max_examples=8, deadline=None)
@given(st.integers(4, 25), st.integers(0, 10_000))
def test_one_steady_student_has_no_moment(minutes: int, seed: int) -> None:
    ticks = noisy_ticks(1, minutes, seed, drift=0.0)
    assert moments(build_session_data(ticks)) == []


@settings(max_examples=8, deadline=None)
@given(st.integers(5, 12), st.integers(0, 10_000))
def test_a_change_of_all_is_found_in_the_noise(students: int, seed: int) -> None:
    ticks = noisy_ticks(students, 12, seed, drift=0.05)
    changed = [
        tick
        if tick.index < 120
        else build_tick(
            tick.index,
            [build_reading(r.student, mixed(0.9)) for r in tick.readings],
        )
        for tick in ticks
    ]
    found = moments(build_session_data(changed))
    assert any(abs(moment.at_s - 360) <= 15 for moment in found)
    for moment in found:
        assert -1 <= moment.low <= moment.high <= 1
        assert not math.isnan(moment.before)
