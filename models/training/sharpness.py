"""Steps that look for a flat place: what is learned by heart lies in a steep one.

Foret et al. 2021 (arXiv 2010.01412) take the gradient not where the weights stand, but
at the worst place near them; Kwon et al. 2021 (arXiv 2102.11600) measure *near* in
shares of each weight, since a network with batch normalisation answers alike whatever
the scale of its kernels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

_LEAST = 0.01
"""Added to each weight's size, so that those at 0 move too (Kwon et al., their eta)."""


@contextmanager
def at_worst(
    model: keras.Model,
    faces: npt.NDArray[np.float32],
    wanted: Mapping[str, npt.NDArray[np.float32]],
    radius: float,
) -> Iterator[None]:
    """Moves the weights to where the loss is worst nearby, and back at the end.

    A step taken inside is learned from there and kept: only the way there is undone.
    The averages of batch normalisation are those of the place between.

    Args:
        model: compiled.
        faces: (n, h, w, 1) float32. A part of the step's faces costs less.
        wanted: (n, 7) float32 probabilities for each head.
        radius: how far: the Euclidean length, over all weights together, of the moves
            in shares of each weight; 0 stays.
    """
    if not radius:
        yield
        return
    weights = model.trainable_weights
    away = _uphill(weights, _gradients(model, faces, wanted), radius)
    # As they are here: the network is used where the weights stand, not where the
    # loss is worst. Copies, since torch changes them in place.
    averages = model.non_trainable_weights
    here = [np.array(ops.convert_to_numpy(average)) for average in averages]
    for weight, way in zip(weights, away, strict=True):
        weight.assign_add(way)
    try:
        yield
    finally:
        for weight, way in zip(weights, away, strict=True):
            weight.assign_sub(way)
        for average, value in zip(averages, here, strict=True):
            average.assign(value)


def _uphill(
    weights: list[keras.Variable], gradients: list[keras.KerasTensor], radius: float
) -> list[keras.KerasTensor]:
    sizes = [ops.add(ops.abs(ops.stop_gradient(w)), _LEAST) for w in weights]
    scaled = [
        ops.multiply(size, gradient)
        for size, gradient in zip(sizes, gradients, strict=True)
    ]
    squares = [ops.sum(ops.square(each)) for each in scaled]
    step = radius / (float(ops.sqrt(sum(squares))) + 1e-12)
    return [
        ops.multiply(ops.multiply(size, each), step)
        for size, each in zip(sizes, scaled, strict=True)
    ]


def _gradients(
    model: keras.Model,
    faces: npt.NDArray[np.float32],
    wanted: Mapping[str, npt.NDArray[np.float32]],
) -> list[keras.KerasTensor]:
    """The loss's gradient for each trainable weight; Keras has no call for both."""
    x = ops.convert_to_tensor(faces)
    y = {head: ops.convert_to_tensor(share) for head, share in wanted.items()}
    if keras.backend.backend() == "torch":
        model.zero_grad()
        _loss(model, x, y).backward()
        # Taken along, not copied: what clears them lets go of them.
        gradients = [weight.value.grad for weight in model.trainable_weights]
        model.zero_grad()
        return gradients
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = _loss(model, x, y)
    return list(
        tape.gradient(loss, [weight.value for weight in model.trainable_weights])
    )


def _loss(
    model: keras.Model, x: keras.KerasTensor, y: Mapping[str, keras.KerasTensor]
) -> keras.KerasTensor:
    return model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
