"""The indices against examples that were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from monitor import engagement
from monitor.engagement import FACING_SIGHTINGS, IndexWeights
from monitor.records import EMOTIONS, GapReason, HeadPose
from tests.builders import build_reading, build_session_data, build_tick

distributions = st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
    lambda weights: np.array(weights) / sum(weights)
)


def one_hot(name: str) -> np.ndarray:
    return np.array([float(emotion == name) for emotion in EMOTIONS])


@pytest.mark.parametrize(("name", "expected"), engagement.VALENCE.items())
def test_a_sure_expression_has_its_own_valence(name: str, expected: float) -> None:
    assert float(engagement.valence(one_hot(name))) == expected


def test_valence_is_the_weighted_sum() -> None:
    # happy 0.5, sad 0.25, neutral 0.25: 0.5 * 0.81 - 0.25 * 0.63 = 0.2475
    shares = np.array([0, 0, 0, 0.5, 0.25, 0, 0.25])
    assert float(engagement.valence(shares)) == pytest.approx(0.2475)


@given(distributions)
def test_valence_stays_within_its_range(shares: np.ndarray) -> None:
    assert -1 <= float(engagement.valence(shares)) <= 1


@pytest.mark.parametrize(
    ("name", "facing", "expected"),
    [
        ("neutral", 1, 1.0),  # 0.9 * 5 / 4.5
        ("neutral", 0, 0.4),  # 0.9 * 2 / 4.5
        ("happy", 1, 2 / 3),  # 0.6 * 5 / 4.5
        ("surprise", 0, 4 / 15),  # 0.6 * 2 / 4.5
        ("sad", 1, 1 / 3),  # 0.3 * 5 / 4.5
        ("angry", 0, 1 / 9),  # 0.25 * 2 / 4.5
        ("disgust", 1, 2 / 9),  # 0.2 * 5 / 4.5
    ],
)
def test_a_sure_expression_has_its_own_engagement(
    name: str, facing: float, expected: float
) -> None:
    index = engagement.engagement(one_hot(name), np.array(facing))
    assert float(index) == pytest.approx(expected)


def test_engagement_takes_the_expected_weight_of_the_expression() -> None:
    # happy 0.5, sad 0.25, neutral 0.25: 0.3 + 0.075 + 0.225 = 0.6; 0.6 * 5 / 4.5
    shares = np.array([0, 0, 0, 0.5, 0.25, 0, 0.25])
    index = engagement.engagement(shares, np.array(1.0))
    assert float(index) == pytest.approx(2 / 3)


def test_engagement_is_not_known_without_both_parts() -> None:
    read, unread = one_hot("neutral"), np.full(7, np.nan)
    shares = np.stack([read, read, unread, unread])
    facing = np.array([1, np.nan, 1, np.nan])
    index = engagement.engagement(shares, facing)
    assert np.isnan(index).tolist() == [False, True, True, True]


@given(distributions, st.sampled_from([0.0, 1.0]))
def test_engagement_stays_within_its_range(shares: np.ndarray, facing: float) -> None:
    assert 0 <= float(engagement.engagement(shares, np.array(facing))) <= 1 + 1e-12


def test_other_weights_make_another_index() -> None:
    weights = IndexWeights(2, expressions=(0, 0, 0, 1, 0, 0, 0.5), facing=1, away=0)
    index = engagement.engagement(
        np.stack([one_hot("neutral")] * 2), np.array([1.0, 0.0]), weights
    )
    assert index.tolist() == [0.5, 0.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"expressions": (1, 1, 1)},
        {"expressions": (0.25, 0.2, 0.3, 0.6, 0.3, 0.6, -0.1)},
        {"facing": float("nan")},
    ],
)
def test_weights_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected 7 weights of expressions"):
        IndexWeights(**wrong)  # type: ignore[arg-type]


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="a weight above 0"):
        IndexWeights(expressions=(0,) * 7)


def test_facing_is_measured_from_the_own_usual_pose() -> None:
    # One looks at a screen 30 degrees aside, the other straight ahead; both look away
    # once. The absolute angle would say the opposite of the first.
    n = FACING_SIGHTINGS
    yaw = np.array([30.0] * n + [0.0] + [0.0] * n + [30.0])
    student = np.array([1] * (n + 1) + [2] * (n + 1))
    facing = engagement.facing(yaw, np.zeros(len(yaw)), student)
    assert facing.tolist() == [1.0] * n + [0.0] + [1.0] * n + [0.0]


def test_a_lowered_head_is_turned_away() -> None:
    pitch = np.array([5.0] * FACING_SIGHTINGS + [45.0])
    facing = engagement.facing(np.zeros(len(pitch)), pitch, np.ones(len(pitch), int))
    assert facing.tolist() == [1.0] * FACING_SIGHTINGS + [0.0]


def test_facing_is_not_known_before_enough_sightings() -> None:
    few = FACING_SIGHTINGS - 1
    yaw = np.array([0.0] * few + [np.nan])
    facing = engagement.facing(yaw, np.zeros(len(yaw)), np.ones(len(yaw), int))
    assert np.isnan(facing).all()
    yaw[-1] = 0.0
    facing = engagement.facing(yaw, np.zeros(len(yaw)), np.ones(len(yaw), int))
    assert facing.tolist() == [1.0] * FACING_SIGHTINGS


def test_a_direction_that_is_not_known_is_not_turned_away() -> None:
    yaw = np.array([0.0] * FACING_SIGHTINGS + [np.nan, 0.0])
    pitch = np.array([0.0] * FACING_SIGHTINGS + [0.0, np.nan])
    facing = engagement.facing(yaw, pitch, np.ones(len(yaw), int))
    assert np.isnan(facing).tolist() == [False] * FACING_SIGHTINGS + [True, True]


def test_a_whole_session_is_judged_by_all_of_it() -> None:
    # The first half was spent turned aside: live it looked usual, in the end it is
    # what the longer second half makes of it.
    ticks = [
        build_tick(i, [build_reading(facing=True, pose=HeadPose(yaw, 0))])
        for i, yaw in enumerate([60.0] * 10 + [0.0] * 30)
    ]
    data = engagement.with_facing(build_session_data(ticks))
    assert data.observations.facing.tolist() == [0.0] * 10 + [1.0] * 30


def test_what_a_frozen_picture_shows_says_nothing_of_facing() -> None:
    ticks = [build_tick(i, [build_reading(pose=HeadPose(0, 0))]) for i in range(21)]
    frozen = [
        build_tick(i, [build_reading(pose=HeadPose(60, 0))], gap=GapReason.FROZEN)
        for i in range(21, 60)
    ]
    facing = engagement.with_facing(build_session_data(ticks + frozen))
    assert facing.observations.facing[:21].tolist() == [1.0] * 21
    assert np.isnan(facing.observations.facing[21:]).all()
