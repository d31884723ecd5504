from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from models.training.calibration import (
    ENOUGH_FACES,
    Answers,
    answers,
    cross_validated,
    fit,
    priors,
    risk_coverage,
    threshold,
    thresholds,
)
from models.training.evaluate import calibration_error
from monitor.emotion import metadata
from monitor.emotion.calibration import Calibration, softmax
from monitor.emotion.network import Network
from monitor.prior import corrected_shares
from monitor.records import EMOTIONS
from tests.emotion import networks
from tests.training import made

Floats = npt.NDArray[np.float64]

BIAS = np.array([0.4, -0.4, 0.0, 0.0, 0.0, 0.3, -0.3])


def drawn(n: int, temperature: float, seed: int = 0, skill: float = 2.0) -> Answers:
    """Answers of a network that is right after `BIAS` and this temperature."""
    rng = np.random.default_rng(seed)
    meant = rng.normal(0, skill, (n, 7))
    truth = (softmax(meant).cumsum(1) < rng.random((n, 1))).sum(1).clip(0, 6)
    return Answers(meant * temperature - BIAS, truth)


def test_bias_and_temperature_are_found_again() -> None:
    entry = fit(drawn(20_000, 1.7))

    assert entry["temperature"] == pytest.approx(1.7, rel=0.05)
    assert np.allclose(entry["bias"], BIAS, atol=0.1)
    assert entry["heights"] == []


def test_each_height_gets_its_temperature() -> None:
    heights = {96: drawn(3000, 1.7, 1), 20: drawn(3000, 2.6, 2), 48: drawn(3000, 1.5)}

    entry = fit(drawn(6000, 1.7), heights)

    assert entry["heights"] == [20, 48, 96]
    assert entry["temperatures"] == pytest.approx([2.6, 1.5, 1.7], rel=0.08)


def test_few_faces_of_a_height_keep_the_direct_temperature() -> None:
    few, many = drawn(4, 5.0, 1), drawn(4000, 5.0, 1)

    entry = fit(drawn(6000, 1.7), {20: few, 32: many})

    assert entry["temperatures"][0] < 2.5
    assert entry["temperatures"][1] == pytest.approx(5.0, rel=0.1)


def test_a_height_without_faces_is_passed_over() -> None:
    nobody = drawn(3, 1.0).take(np.zeros(3, bool))

    assert fit(drawn(50, 1.0), {20: nobody})["heights"] == []


def test_a_network_that_is_never_wrong_stays_within_bounds() -> None:
    entry = fit(Answers(10 * np.eye(7), np.arange(7)), {20: drawn(3, 1.0)})

    assert 0.04 < entry["temperature"] < 1.5
    Calibration.read(entry, 7)


def test_what_was_fitted_is_calibrated_and_can_be_written(tmp_path: Path) -> None:
    seen = drawn(8000, 2.2)
    entry = fit(seen, {32: seen})
    file = networks.write(tmp_path / "a", calibration={"labels": entry})

    calibration = metadata.read(file).calibration["labels"]

    raw = calibration_error(softmax(seen.logits), seen.truth)
    fitted = calibration_error(calibration.probabilities(seen.logits), seen.truth)
    assert fitted < 0.02 < raw


def test_the_error_of_halves_does_not_flatter() -> None:
    seen, small = drawn(4000, 1.7), drawn(3000, 2.6, 1)
    numbered = Answers(small.logits, small.truth, faces=np.arange(3000) + 500)

    found = cross_validated(seen, {20: numbered})

    assert found["direct"] < 0.04
    assert found["20"] < 0.05
    few = drawn(60, 1.7)
    own = Calibration.read(fit(few), 7).probabilities(few.logits)
    assert cross_validated(few)["direct"] > calibration_error(own, few.truth)


def test_answers_of_a_network_come_in_its_own_order(tmp_path: Path) -> None:
    file = networks.write(tmp_path / "a", classes=["sad", "happy", "angry"])
    faces, labels = made.faces(21)
    truth = labels.astype(np.int64)
    truth[:7] = -1

    seen = answers(Network(file), faces, truth, "labels")

    assert seen.faces is not None
    assert [EMOTIONS[label] for label in labels[seen.faces]] == [
        *("angry", "happy", "sad"),
        *("angry", "happy", "sad"),
    ]
    assert seen.truth.tolist() == [2, 1, 0, 2, 1, 0]
    assert (seen.logits.argmax(1) == seen.truth).all()


def test_what_are_no_answers() -> None:
    with pytest.raises(ValueError, match="expected finite logits"):
        Answers(np.array([[0.0, -np.inf]]), np.array([0]))
    with pytest.raises(ValueError, match=r"truth: expected \(2,\), got \(3,\)"):
        Answers(np.zeros((2, 7)), np.zeros(3, np.int64))


PROBABILITIES = arrays.arrays(
    float, st.tuples(st.integers(1, 300), st.just(4)), elements=st.floats(0.01, 1)
).map(lambda raw: (raw / raw.sum(1, keepdims=True)).round(2))


@settings(deadline=None)
@given(PROBABILITIES, st.integers(0, 3))
def test_a_curve_from_the_surest_to_all(rows: Floats, label: int) -> None:
    truth = np.full(len(rows), label)

    confidence, read, right = risk_coverage(rows, truth)

    assert read[0] == 1
    assert right[0] == pytest.approx((rows.argmax(1) == truth).mean())
    assert (np.diff(confidence) > 0).all()
    assert (np.diff(read) < 0).all()
    for c, share in zip(confidence, read, strict=True):
        assert share == pytest.approx((rows.max(1) >= c).mean())


@settings(deadline=None)
@given(PROBABILITIES, st.floats(0, 1), st.floats(0, 0.5))
def test_a_threshold_never_costs_more_than_it_may(
    rows: Floats, target: float, most: float
) -> None:
    truth = rows.argmax(1)
    truth[::3] = (truth[::3] + 1) % 4

    needed = threshold(rows, truth, target, most)

    kept = rows.max(1) >= needed
    assert kept.mean() >= 1 - most
    if len(rows) < ENOUGH_FACES or (rows.argmax(1) == truth).mean() >= target:
        assert needed == 0


def sure(shares: list[float]) -> Floats:
    """Rows whose first class has these probabilities."""
    first = np.array(shares)[:, None]
    return np.hstack([first, np.repeat((1 - first) / 6, 6, axis=1)])


def test_the_smallest_threshold_that_reaches_the_target() -> None:
    # 5 unsure faces that are wrong, 15 that are half wrong, 80 surer ones.
    rows = sure([0.3] * 5 + [0.5] * 15 + [0.9] * 80)
    truth = np.zeros(100, np.int64)
    truth[:13] = 1

    assert threshold(rows, truth, 0.87, 0.3) == 0
    assert threshold(rows, truth, 0.90, 0.3) == pytest.approx(0.5)
    assert threshold(rows, truth, 0.95, 0.3) == pytest.approx(0.9)
    # Beyond reach: as far as the faces that may be given up go.
    assert threshold(rows, truth, 0.95, 0.1) == pytest.approx(0.5)
    assert threshold(rows, truth, 0.95, 0.04) == pytest.approx(0.3)
    assert threshold(rows[:50], truth[:50], 0.95) == 0


def test_thresholds_by_height() -> None:
    good, poor = drawn(2000, 1.7, 1, skill=8.0), drawn(2000, 2.6, 2)
    entry = fit(good, {96: good, 20: poor})

    found = thresholds(entry, {96: good, 20: poor}, target=0.8)

    assert found["heights"] == [20.0, 96.0]
    assert found["confidence"][0] > 0.2
    assert found["confidence"][1] == 0


def test_priors() -> None:
    truth = np.array([3, 3, 6, -1, 4])

    three = priors(truth, ["neutral", "happy", "sad"])

    assert three == [0, 0, 0, 0.428572, 0.285714, 0, 0.285714]
    assert sum(priors(np.array([0, 1, 2]))) == pytest.approx(1, abs=1e-9)


def test_a_class_that_is_missing_among_few_faces_is_not_impossible() -> None:
    few = np.repeat([0, 2, 3, 4, 5, 6], 10)  # nobody disgusted among sixty
    prior = np.array(priors(few))
    # What a network says that sees disgust in one face of seventy, by mistake.
    row = np.array([0.02, 0.006, 0.02, 0.05, 0.05, 0.02, 0.834])

    found = corrected_shares(np.tile(row, (300, 1)), prior, people=25)

    assert found.mean[EMOTIONS.index("disgust")] < 0.02
    assert found.mean[EMOTIONS.index("neutral")] > 0.834
