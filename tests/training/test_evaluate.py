from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.training.datasets import majority
from models.training.evaluate import (
    AT_ONCE,
    answers,
    calibration_error,
    figures,
    ms_per_face,
    note_look,
)
from models.training.readers import open_data
from models.training.scores import wilson_interval
from monitor.emotion.calibration import softmax
from monitor.emotion.network import Network
from monitor.emotion.registry import shipped
from tests.emotion import networks
from tests.training import made


def test_figures_of_a_small_case() -> None:
    probabilities = np.full((4, 7), 0.05)
    probabilities[[0, 1, 2, 3], [0, 0, 3, 6]] = 0.7

    found = figures(probabilities, np.array([0, 1, 3, 6]))

    assert found.faces == 4
    assert found.accuracy == 0.75
    assert found.recall["disgust"] == 0
    assert found.confusion[1][0] == 1
    assert found.ece == pytest.approx(0.05)
    assert found.brier == pytest.approx((3 * 0.105 + 1.405) / 4)


def test_a_share_is_rounded_once_by_whoever_shows_it() -> None:
    probabilities = np.full((3579, 7), 0.05)
    probabilities[:, 0] = 0.7
    labels = (np.arange(3579) >= 2500).astype(int)

    # With four decimals it would be 0.6985, and be shown as 69.8%.
    assert f"{figures(probabilities, labels).accuracy:.1%}" == "69.9%"


def test_few_faces_leave_much_open() -> None:
    # Wilson's interval: (p + z2/2n -+ z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n).
    assert wilson_interval(1, 1) == pytest.approx((0.206549, 1), abs=1e-6)
    assert wilson_interval(0, 3) == pytest.approx((0, 0.561497), abs=1e-6)
    low, high = wilson_interval(2506, 3579)
    # As SciPy's binomtest has it.
    assert (low, high) == pytest.approx((0.684977, 0.714985), abs=1e-6)


def test_calibration_error_of_an_honest_network_is_small() -> None:
    rng = np.random.default_rng(0)
    probabilities = softmax(rng.normal(0, 2, (20_000, 7)))
    draws = rng.random((20_000, 1))
    labels = (probabilities.cumsum(1) < draws).sum(1).clip(0, 6)

    assert calibration_error(probabilities, labels) < 0.02


def test_macro_f1_is_over_the_expressions_that_were_met() -> None:
    answers = [0, 0, 1, 3, 3, 3]
    probabilities = np.full((6, 7), 0.05)
    probabilities[np.arange(6), answers] = 0.7

    found = figures(probabilities, np.array([0, 1, 1, 3, 3, 0]))

    # angry 1/2, disgust 2/3, happy 4/5; nobody is or is called anything else.
    assert found.macro_f1 == pytest.approx((1 / 2 + 2 / 3 + 4 / 5) / 3, abs=1e-4)


def test_every_picture_is_answered_in_order(tmp_path: Path) -> None:
    data = open_data(made.write(tmp_path / "faces.npz", AT_ONCE + 40))
    rows = np.arange(len(data))[::-1].copy()
    file = networks.write(
        tmp_path / "a", (0.1, 0.02), heads=["labels", "votes"], input=[96, 96, 3]
    )
    steps: list[int] = []

    said = answers(Network(file), data, rows, steps.append)

    assert (said["labels"].argmax(1) == data.emotions()[rows]).all()
    assert said["labels"].max(1).min() > said["votes"].max(1).max()
    assert steps == [AT_ONCE, 40]
    assert answers(Network(file), data, rows[:0], steps.append)["votes"].shape == (0, 7)


def test_the_majority_of_all_ten_columns_decides() -> None:
    votes = np.zeros((6, 7), np.float32)
    others = np.zeros((6, 3), np.float32)
    votes[0, [3, 6]] = 6, 4
    votes[1, 4], others[1, 0] = 4, 6  # contempt
    votes[2, [4, 6]] = 5, 5  # a tie
    votes[3, 4], others[3, 1] = 5, 5  # a tie with unknown
    others[4, 2] = 10  # no face; of row 5 nobody said anything

    assert majority(votes, others).tolist() == [3, -1, -1, -1, -1, -1]
    assert majority(votes).tolist() == [3, 4, -1, 4, -1, -1]


def test_time_is_measured() -> None:
    assert 0 < ms_per_face(shipped(), batch=2, rounds=2) < 1000
    # Out of patience at once, a single run is measured.
    assert 0 < ms_per_face(shipped(), batch=2, rounds=10**9, patience_s=0) < 1000


def test_looks_are_counted(tmp_path: Path) -> None:
    log = tmp_path / "looks.jsonl"
    found = {"accuracy": 0.65, "ece": 0.02}

    assert note_look(log, shipped(), found, "first") == 1
    assert note_look(log, shipped(), found, "second") == 2
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["why"] for line in lines] == ["first", "second"]
    assert lines[0]["accuracy"] == 0.65
