from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.training.datasets import Faces
from models.training.evaluate import (
    calibration_error,
    figures,
    fit_temperature,
    note_look,
)
from models.training.path_loss import COLUMNS, GAP, ROWS, gallery, path_loss
from monitor.emotion.calibration import softmax
from monitor.emotion.network import Network, shipped
from monitor.emotion.preprocess import canonical_points
from monitor.records import Image
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


def test_calibration_error_of_an_honest_network_is_small() -> None:
    rng = np.random.default_rng(0)
    probabilities = softmax(rng.normal(0, 2, (20_000, 7)))
    draws = rng.random((20_000, 1))
    labels = (probabilities.cumsum(1) < draws).sum(1).clip(0, 6)

    assert calibration_error(probabilities, labels) < 0.02


def test_temperature_is_found_again() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(0, 2, (20_000, 7))
    draws = rng.random((20_000, 1))
    labels = (softmax(true).cumsum(1) < draws).sum(1).clip(0, 6)

    assert fit_temperature(true * 1.7, labels) == pytest.approx(1.7, rel=0.05)


def test_looks_are_counted(tmp_path: Path) -> None:
    log = tmp_path / "looks.jsonl"
    found = {"accuracy": 0.65, "ece": 0.02}

    assert note_look(log, shipped(), found, "first") == 1
    assert note_look(log, shipped(), found, "second") == 2
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["why"] for line in lines] == ["first", "second"]
    assert lines[0]["accuracy"] == 0.65


def test_a_perfect_detector_loses_nearly_nothing() -> None:
    images, labels = made.faces(30)
    faces = Faces(images, labels.astype(int), np.zeros((30, 7), np.float32))
    height = 96
    pictures = []

    def find(picture: Image) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        pictures.append(picture)
        corners = [
            (GAP + column * (height + GAP), GAP + row * (height + GAP))
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
        return [canonical_points(height) + corner for corner in corners[:20]]

    loss = path_loss(Network(shipped()), faces, find, height)

    assert len(pictures) == 2
    assert loss.faces == 30
    assert loss.found == pytest.approx(26 / 30, abs=1e-4)
    assert abs(loss.points) <= 12


def test_the_gallery_holds_the_faces() -> None:
    images, _ = made.faces(7)

    picture = gallery(images, 48)

    tile = picture[GAP + 48 + GAP :, GAP:][:48, :48, 0]
    assert np.array_equal(tile, images[6])
