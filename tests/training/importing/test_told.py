"""What is said of a network that was imported, and under which version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

import keras

from models.training.importing.convert import Request, import_model
from monitor.errors import UsageError
from monitor.words import EMOTIONS
from tests.training.importing import builders
from tests.training.importing.marks import ON_TENSORFLOW, nobody

pytestmark = ON_TENSORFLOW


def test_what_answers_otherwise_has_another_version(tmp_path: Path) -> None:
    file = builders.write_keras(tmp_path / "mine.keras")
    request = Request(file, classes=EMOTIONS, replace=True)
    others = (
        request,
        replace(request, name="again"),
        replace(request, classes=tuple(sorted(EMOTIONS))),
        replace(request, scale=1 / 127.5, offset=-1.0),
    )

    said = [import_model(each, nobody).about["version"] for each in others]

    assert said[0] == said[1]
    assert len(set(said)) == 3


def test_pixels_that_are_scaled_twice_are_told(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((48, 48, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(7),
        ]
    )
    file = tmp_path / "mine.keras"
    model.save(file)
    request = Request(file, classes=EMOTIONS, replace=True)

    by_itself = import_model(request, nobody)
    twice = import_model(replace(request, scale=1 / 255), nobody)

    assert by_itself.notes == (
        "It brings pixels to its own scale, so they go in as 0 to 255.",
    )
    assert twice.notes == (
        "It brings pixels to its own scale as well, after --scale and --offset: if "
        "that is once too often, import it again without them, with --replace.",
    )


def test_weights_beside_a_model_json(tmp_path: Path) -> None:
    model = keras.Sequential(
        [keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7)]
    )
    file = tmp_path / "model.json"
    file.write_text(model.to_json())
    request = Request(file, classes=EMOTIONS)

    with pytest.raises(UsageError) as caught:
        import_model(replace(request, weights=tmp_path / "gone.h5"), nobody)
    model.save_weights(tmp_path / "model.weights.h5")
    made = import_model(request, nobody)

    assert str(caught.value) == (
        f"--weights {tmp_path / 'gone.h5'}: no such file; expected the .h5 file of "
        "weights that goes with model.json"
    )
    assert made.notes[-1] == "Its weights come from model.weights.h5 beside it."
