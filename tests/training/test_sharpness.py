"""With torch too: ``KERAS_BACKEND=torch pytest`` this file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training.networks import (  # noqa: E402
    HEADS,
    as_input,
    expression_network,
)
from models.training.optimizers import ConvolutionMuon  # noqa: E402
from models.training.sharpness import at_worst  # noqa: E402
from models.training.targets import Targets  # noqa: E402
from models.training.train import _Run  # noqa: E402
from tests.training import made, runs  # noqa: E402

if TYPE_CHECKING:
    from keras import Model

Faces = npt.NDArray[np.float32]


@pytest.fixture
def model() -> Model:
    keras.utils.set_random_seed(1)
    model = expression_network(runs.SMALL.shape)
    model.compile(
        optimizer=ConvolutionMuon(0.01, 0.0),
        loss={
            head: keras.losses.CategoricalCrossentropy(from_logits=True)
            for head in HEADS
        },
    )
    return model


@pytest.fixture
def batch() -> tuple[Faces, Targets]:
    images, labels = made.faces(24)
    wanted = np.eye(7, dtype=np.float32)[labels]
    return as_input(images, 48), dict.fromkeys(HEADS, wanted)


def loss(model: Model, faces: Faces, wanted: Targets) -> float:
    found = model(faces, training=True)
    return float(model.compute_loss(x=faces, y=wanted, y_pred=found))


def weights(model: Model) -> npt.NDArray[np.float32]:
    return np.concatenate(
        [np.ravel(keras.ops.convert_to_numpy(w)) for w in model.trainable_weights]
    )


def test_the_worst_place_nearby_is_worse_the_farther_it_may_be(
    model: Model, batch: tuple[Faces, Targets]
) -> None:
    losses = []
    for radius in (0.0, 0.1, 0.5):
        with at_worst(model, *batch, radius):
            losses.append(loss(model, *batch))

    assert losses[0] == pytest.approx(loss(model, *batch), rel=1e-4)
    assert losses[0] < losses[1] < losses[2]


def test_it_is_as_far_as_it_may_be_in_shares_of_the_weights(
    model: Model, batch: tuple[Faces, Targets]
) -> None:
    before = weights(model)

    with at_worst(model, *batch, 0.5):
        moved = weights(model) - before

    # 0.01: what a weight near 0 counts as.
    assert np.linalg.norm(moved / (abs(before) + 0.01)) == pytest.approx(0.5, rel=1e-3)


def test_the_way_there_is_undone_and_the_step_kept(
    model: Model, batch: tuple[Faces, Targets]
) -> None:
    before = weights(model)

    with at_worst(model, *batch, 0.5):
        away = weights(model)
        model.train_on_batch(*batch)
        stepped = weights(model) - away

    assert np.abs(stepped).max() > 1e-4
    assert weights(model) == pytest.approx(before + stepped, abs=1e-5)


def test_nothing_is_left_moved_when_a_step_fails(
    model: Model, batch: tuple[Faces, Targets]
) -> None:
    before = weights(model)

    with pytest.raises(KeyboardInterrupt), at_worst(model, *batch, 0.5):
        raise KeyboardInterrupt

    assert weights(model) == pytest.approx(before, abs=1e-6)


def test_no_radius_changes_nothing(model: Model, batch: tuple[Faces, Targets]) -> None:
    everything = model.get_weights()

    with at_worst(model, *batch, 0.0):
        pass

    for before, after in zip(everything, model.get_weights(), strict=True):
        assert np.array_equal(before, after)


def test_the_averages_are_those_of_the_place_between(
    model: Model, batch: tuple[Faces, Targets]
) -> None:
    averages = [weight.numpy().copy() for weight in model.non_trainable_weights]
    loss(model, *batch)
    wanted = [weight.numpy().copy() for weight in model.non_trainable_weights]
    for weight, value in zip(model.non_trainable_weights, averages, strict=True):
        weight.assign(value)

    with at_worst(model, *batch, 0.5):
        model.train_on_batch(*batch)

    found = [weight.numpy() for weight in model.non_trainable_weights]
    assert not np.allclose(wanted[0], averages[0])
    assert all(np.allclose(a, b) for a, b in zip(found, wanted, strict=True))


def test_a_run_takes_its_steps_so(batch: tuple[Faces, Targets], tmp_path: Path) -> None:
    stepped = []
    for sharpness in (0.0, 0.5):
        settings = replace(runs.SMALL, sharpness=sharpness)
        run = _Run.begin(tmp_path / str(sharpness), settings, {}, None)
        run.model.optimizer.learning_rate = settings.rate
        run._learn(*batch)
        stepped.append(weights(run.model))

    assert np.abs(stepped[0] - stepped[1]).max() > 1e-3
