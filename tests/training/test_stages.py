"""A network takes over another's weights, stage by stage."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")

import keras

from models.training.networks import Normalisation, expression_network, predict
from models.training.shape import Shape
from models.training.stages import take_over
from tests.training import made

WIDTHS = (4, 4, 8)
"""Two stages of one width: only the halving tells where one ends."""


def network(*blocks: int, fine: int = 0) -> keras.Model:
    return expression_network(Shape(WIDTHS, blocks, dropout=0, fine=fine))


def unsettle(model: keras.Model) -> None:
    """Lets no two normalisations be alike, as after training."""
    rng = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, Normalisation):
            kept = [rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()]
            layer.set_weights(kept)


def silence(model: keras.Model, *names: str) -> None:
    """Lets these normalisations answer nothing: their blocks add nothing then."""
    for name in names:
        layer = model.get_layer(name)
        layer.set_weights([0 * weight for weight in layer.get_weights()])


def ends_of_blocks(model: keras.Model) -> list[str]:
    """The last normalisation of each residual block, the way around left aside."""
    return [
        layer.input[1]._keras_history.operation.name
        for layer in model.layers
        if isinstance(layer, keras.layers.Add)
    ]


@pytest.mark.parametrize(
    ("deep", "fine", "left_out"),
    [
        ((1, 2, 1), 0, ()),
        ((2, 2, 1), 0, (1,)),
        ((1, 3, 2), 0, (3, 5)),
        ((1, 2, 1), 2, ()),
        ((1, 2, 1), 3, (2,)),
        ((2, 2, 2), 2, (3, 7)),
    ],
)
def test_only_the_last_blocks_of_a_stage_are_left_out(
    deep: tuple[int, ...], fine: int, left_out: tuple[int, ...]
) -> None:
    keras.utils.set_random_seed(3)
    other = network(*deep, fine=fine)
    unsettle(other)
    silence(other, *(ends_of_blocks(other)[place] for place in left_out))
    model = network(1, 2, 1, fine=min(fine, 2))
    images, _ = made.faces(12)

    take_over(model, other)

    wanted = predict(other, images)
    for head, found in predict(model, images).items():
        assert found == pytest.approx(wanted[head], abs=1e-5)


def test_a_plain_network_takes_over_one_of_its_own_shape() -> None:
    keras.utils.set_random_seed(3)
    shape = Shape(WIDTHS, (1, 2, 1), dropout=0, plain=True)
    model, other = expression_network(shape), expression_network(shape)
    unsettle(other)
    images, _ = made.faces(12)

    take_over(model, other)

    for head, wanted in predict(other, images).items():
        assert predict(model, images)[head] == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (Shape(WIDTHS, (1, 1, 1)), "shorter"),
        (Shape((4, 4, 12), (1, 2, 1)), "weight shape"),
        (Shape((4, 4), (1, 2)), "weight list of length"),
        (Shape(WIDTHS, (1, 2, 1), fine=1), "weight shape"),
        (Shape(WIDTHS, (1, 2, 1), plain=True), "shorter"),
    ],
)
def test_another_shape_is_refused(other: Shape, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        take_over(network(1, 2, 1), expression_network(other))
