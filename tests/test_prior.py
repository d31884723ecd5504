from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from monitor.emotion.network import Network
from monitor.emotion.registry import shipped
from monitor.prior import LEVEL, class_shares, corrected_shares
from monitor.records import EMOTIONS, GapReason
from tests.builders import (
    HAPPY,
    NEUTRAL as NEUTRAL_FACE,
    build_reading,
    build_session_data,
    build_session_row,
    build_tick,
)

Floats = npt.NDArray[np.float64]

SAD, NEUTRAL = EMOTIONS.index("sad"), EMOTIONS.index("neutral")
EVEN = np.full(7, 1 / 7)
MOSTLY_NEUTRAL = np.array([0.01, 0.0, 0.01, 0.04, 0.02, 0.02, 0.9])

ROWS = arrays.arrays(
    float, st.tuples(st.integers(1, 30), st.just(7)), elements=st.floats(0.001, 1)
).map(lambda raw: raw / raw.sum(1, keepdims=True))
PRIORS = arrays.arrays(float, 7, elements=st.floats(0.01, 1)).map(
    lambda raw: raw / raw.sum()
)


def confused() -> Floats:
    """(7, 7) faces by truth and answer, as the shipped network confuses them."""
    about = Network(shipped()).metadata
    measured = {"labels": "validation", "votes": "validation_votes"}[about.reads]
    figures = about.raw["figures"][measured]
    return np.asarray(figures["confusion"], dtype=np.float64)


def stream(confusion: Floats, truth: Floats, n: int, seed: int = 0) -> Floats:
    """(n, 7) what a calibrated network says of n faces with these true shares.

    It tells no more than which answer it gives: the probabilities of an answer are
    the shares of the labels that got it.
    """
    rng = np.random.default_rng(seed)
    faces = rng.multinomial(n, truth)
    answers = sum(
        rng.multinomial(count, row / row.sum())
        for count, row in zip(faces, confusion, strict=True)
    )
    meant = (confusion / confusion.sum(0)).T
    return np.asarray(np.repeat(meant, answers, axis=0))


@settings(deadline=None)
@given(ROWS, PRIORS)
def test_shares_are_shares(rows: Floats, prior: Floats) -> None:
    found = corrected_shares(rows, prior)

    assert found.mean.sum() == pytest.approx(1)
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()


@settings(deadline=None)
@given(ROWS, PRIORS, st.randoms(use_true_random=False))
def test_the_order_of_the_faces_does_not_matter(
    rows: Floats, prior: Floats, random: np.random.Generator
) -> None:
    mixed = list(rows)
    random.shuffle(mixed)

    again = corrected_shares(np.array(mixed), prior)

    assert np.allclose(again.mean, corrected_shares(rows, prior).mean, atol=1e-4)


@settings(deadline=None)
@given(PRIORS, st.integers(1, 60))
def test_faces_that_tell_nothing_leave_the_prior(prior: Floats, n: int) -> None:
    found = corrected_shares(np.tile(prior, (n, 1)), prior)

    assert np.allclose(found.mean, prior, atol=1e-5)


def test_faces_beyond_doubt_are_counted() -> None:
    rows = np.repeat(np.eye(7), [0, 10, 20, 30, 40, 0, 900], axis=0)

    found = corrected_shares(rows, EVEN)

    assert np.allclose(found.mean, rows.mean(0), atol=0.002)
    assert found.high[0] < 0.01
    assert found.low[0] == 0


def test_no_face_says_nothing() -> None:
    for rows in (np.empty((0, 7)), np.full((3, 7), np.nan)):
        found = corrected_shares(rows, EVEN)
        assert np.isnan(found.mean).all()
        assert (found.low == 0).all()
        assert (found.high == 1).all()


def test_faces_not_read_are_left_out() -> None:
    rows = stream(confused(), MOSTLY_NEUTRAL, 50)
    gaps = np.insert(rows, 7, np.nan, axis=0)

    with_gaps, without = corrected_shares(gaps, EVEN), corrected_shares(rows, EVEN)

    assert np.allclose(with_gaps.mean, without.mean)


def test_stored_probabilities_may_be_rounded_to_0() -> None:
    rows = np.tile([0.0, 0, 0, 0.9999, 0, 0, 0.0001], (9, 1))

    found = corrected_shares(rows, np.array([0.1, 0.0, 0.1, 0.2, 0.2, 0.1, 0.3]))

    assert found.mean[3] > 0.8
    assert np.isfinite(found.high).all()


@pytest.mark.parametrize("stray", [0.0005, 0.006, 0.05])
def test_what_is_said_of_an_expression_without_a_prior_is_left_out(
    stray: float,
) -> None:
    # Of a network that learned three expressions: the rest of each row is an error.
    row = np.array([stray, stray, stray, 0.1, 0.1, stray, 0.0])
    row[NEUTRAL] = 1 - row.sum()
    prior = np.array([0, 0, 0, 0.3, 0.2, 0, 0.5])

    found = corrected_shares(np.tile(row, (300, 1)), prior, people=25)

    assert found.mean[NEUTRAL] > row[NEUTRAL]
    assert found.mean[[0, 1, 2, 5]].tolist() == [0] * 4
    assert (found.low[0], found.high[0]) == (0, 1)
    assert found.mean.sum() == pytest.approx(1)


def test_faces_that_are_only_of_expressions_without_a_prior_say_nothing() -> None:
    prior = np.array([0, 0, 0, 0.5, 0.5, 0, 0])

    found = corrected_shares(np.eye(7)[:1], prior)

    assert np.isnan(found.mean).all()


def test_few_faces_make_wide_intervals() -> None:
    confusion = confused()
    prior = confusion.sum(1) / confusion.sum()
    widths = []
    for n in (1, 5, 25, 100, 1000):
        found = corrected_shares(stream(confusion, MOSTLY_NEUTRAL, n), prior)
        widths.append((found.high - found.low)[NEUTRAL])

    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0.8
    assert widths[-1] < 0.2


def test_looking_again_at_the_same_people_tells_little() -> None:
    confusion = confused()
    prior = confusion.sum(1) / confusion.sum()
    rows = stream(confusion, MOSTLY_NEUTRAL, 25)
    once = corrected_shares(rows, prior)

    again = corrected_shares(np.tile(rows, (20, 1)), prior, people=25)

    assert np.allclose(again.mean, once.mean, atol=1e-4)
    assert np.allclose(again.high - again.low, once.high - once.low, atol=1e-4)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    confusion = confused()
    prior = confusion.sum(1) / confusion.sum()
    truth = np.array([0.05, 0.01, 0.04, 0.25, 0.15, 0.1, 0.4])
    held = []
    for seed in range(80):
        found = corrected_shares(stream(confusion, truth, 200, seed), prior)
        held.append((found.low <= truth) & (truth <= found.high))

    assert np.mean(held) > LEVEL - 0.1


def test_a_class_that_is_mostly_neutral_is_not_sad() -> None:
    confusion = confused()
    prior = confusion.sum(1) / confusion.sum()
    rows = stream(confusion, MOSTLY_NEUTRAL, 1500)

    found = corrected_shares(rows, prior)

    # Without correction sad is there all the time.
    assert rows.mean(0)[SAD] > 0.1
    assert abs(found.mean[SAD] - MOSTLY_NEUTRAL[SAD]) <= 0.05
    assert abs(found.mean[NEUTRAL] - 0.9) <= 0.1
    # The shipped network's confusions are themselves counted on some hundred faces.
    assert found.low[SAD] <= MOSTLY_NEUTRAL[SAD] <= found.high[SAD] + 0.005


def test_real_faces_that_are_mostly_neutral_are_not_sad() -> None:
    root = os.environ.get("CLASSPULSE_DATA")
    if not root:
        pytest.skip("CLASSPULSE_DATA is not set: no real faces here")
    from models.training.readers.shipped import load

    network = Network(shipped())
    about = network.metadata.raw
    # Of faces that the network learned from it is surer than it may be.
    archive = load(Path(root) / "fer2013.npz")
    _, held_back = archive.split(about["validation"], about["seed"])
    head = network.metadata.reads
    if head == "votes":
        truth, clear = held_back.votes.argmax(1), held_back.votes.max(1) >= 6
    else:
        truth, clear = held_back.labels, np.ones(len(held_back), bool)
    rng = np.random.default_rng(0)
    there = np.flatnonzero(clear)
    counts = (MOSTLY_NEUTRAL * 1500).round().astype(int)
    chosen = [
        rng.choice(there[truth[there] == kind], count)
        for kind, count in enumerate(counts)
    ]
    rows = network.classify(held_back.images[np.concatenate(chosen)])

    found = corrected_shares(rows, np.array(network.metadata.priors[head]))

    assert abs(found.mean[SAD] - MOSTLY_NEUTRAL[SAD]) <= 0.05
    assert found.mean[NEUTRAL] > rows.mean(0)[NEUTRAL]


@pytest.mark.parametrize(
    ("rows", "prior", "says"),
    [
        (np.ones((2, 6)) / 6, EVEN, r"got \(2, 6\) and \(7,\)"),
        (EVEN, EVEN, r"got \(7,\) and \(7,\)"),
        (np.ones((2, 7)), EVEN, "expected rows of probabilities that sum to 1"),
        (EVEN[None], EVEN * 2, "expected shares that sum to 1"),
    ],
)
def test_what_are_no_probabilities(rows: Floats, prior: Floats, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        corrected_shares(rows, prior)


def test_a_class_is_corrected_from_its_trusted_readings_and_its_people() -> None:
    ticks = [
        build_tick(0, [build_reading(1, NEUTRAL_FACE), build_reading(2, None)]),
        build_tick(1, [build_reading(1, HAPPY)], gap=GapReason.FROZEN),
        build_tick(2, [build_reading(1, NEUTRAL_FACE), build_reading(2, HAPPY)]),
    ]
    row = replace(build_session_row(), prior=tuple(EVEN))
    found = class_shares(build_session_data(ticks, session=row))
    assert found is not None
    by_hand = np.array([NEUTRAL_FACE, NEUTRAL_FACE, HAPPY])
    assert found.mean == pytest.approx(corrected_shares(by_hand, EVEN, 2).mean)


def test_a_class_without_a_reading_or_a_known_prior_is_not_corrected() -> None:
    row = replace(build_session_row(), prior=tuple(EVEN))
    unread = [build_tick(0, [build_reading(1, None)])]
    for ticks in ([], unread):
        assert class_shares(build_session_data(ticks, session=row)) is None
    assert class_shares(build_session_data([build_tick(0)])) is None
