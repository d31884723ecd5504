"""What a network answers is taken for what it is, whatever its last layers are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from monitor.emotion.network import Network
from monitor.records import EMOTIONS
from tests.training.importing.builders import CLASSES

pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

import keras

from models.training.importing.convert import Request, import_model
from tests.training.importing.marks import ON_TENSORFLOW
from tests.training.importing.refusals import refusal

pytestmark = ON_TENSORFLOW


def network(seed: int) -> keras.Model:
    """A small one that answers by softmax, and not the same for every face."""
    keras.utils.set_random_seed(seed)
    normal = keras.initializers.RandomNormal(stddev=3.0)
    return keras.Sequential(
        [
            keras.Input((48, 48, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 8, strides=8, kernel_initializer=normal),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(7, activation="softmax"),
        ]
    )


def test_the_average_of_two_networks(tmp_path: Path) -> None:
    face = keras.Input((48, 48, 1))
    both = [network(1)(face), network(2)(face)]
    model = keras.Model(face, keras.layers.Average()(both))
    model.save(tmp_path / "both.keras")

    request = Request(tmp_path / "both.keras", classes=CLASSES)
    made = import_model(request, lambda _: ())

    faces = np.random.default_rng(3).integers(0, 256, (5, 48, 48), np.uint8)
    expected = np.asarray(model(faces[..., None].astype(np.float32)))
    columns = [EMOTIONS.index(name) for name in CLASSES]
    found = Network(made.path).classify(faces)[:, columns]
    assert made.about["output"] == "probabilities"
    assert np.allclose(found, expected, atol=5e-3)
    assert expected.std(0).max() > 0.01


def test_an_answer_that_sums_to_one_is_not_taken_for_logits(tmp_path: Path) -> None:
    last = keras.layers.Dense(7)
    model = keras.Sequential([network(1), last])
    last.set_weights([np.eye(7), np.zeros(7)])
    model.save(tmp_path / "a.keras")

    text = refusal(tmp_path / "a.keras")

    assert text == (
        "a.keras: what it answers sums to 1 already, though it does not end in "
        "softmax; end it in softmax, or in the plain numbers before it"
    )
