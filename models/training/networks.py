"""The expression network, in any size, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import keras
import numpy as np
import numpy.typing as npt
from keras import layers, ops

from models.training.datasets import SIDE
from models.training.shape import SMALL, Shape
from monitor.records import EMOTIONS

LABELS = "labels"
VOTES = "votes"
HEADS = (LABELS, VOTES)
"""What each head learned: FER2013's label, or how FER+'s ten annotators voted."""


def expression_network(shape: Shape = SMALL) -> keras.Model:
    """A network from a grey face to two times seven logits; residual unless plain.

    Plain convolutions, which the kernels for processors run fastest. Light is evened
    out inside the network, so that the one who calls it cannot do it differently.
    Height and width are open: the first epochs learn from smaller faces.

    Args:
        shape: how wide and how deep.

    Returns:
        A model from (n, h, w, 1) float32 in [0, 255] to a dictionary of (n, 7)
        float32 logits for each of `HEADS`, in the order of `EMOTIONS`.
    """
    face = keras.Input((None, None, 1), name="face")
    x = (_plain_stages if shape.plain else _residual_stages)(_evened(face), shape)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dropout(shape.dropout)(x)
    heads = {name: layers.Dense(len(EMOTIONS), name=name)(x) for name in HEADS}
    return keras.Model(face, heads, name="expression")


def in_precision(model: keras.Model, precision: str) -> keras.Model:
    """The same network, its stages computing in another precision.

    Args:
        model: as `expression_network` makes it, in float32.
        precision: one of `settings.PRECISIONS`. Weights, the evening out of light and
            answers stay float32.

    Returns:
        A copy; the network itself where nothing would change.
    """
    if precision == keras.config.dtype_policy().name:
        return model
    answers = (layers.GlobalAveragePooling2D, layers.Dropout, layers.Dense)

    def made(layer: layers.Layer) -> layers.Layer:
        settings = layer.get_config()
        # What evens out the light is no layer and has no precision of its own.
        if "dtype" in settings and not isinstance(layer, answers):
            settings["dtype"] = precision
        return type(layer).from_config(settings)

    copy = keras.models.clone_model(model, clone_function=made)
    copy.set_weights(model.get_weights())
    return copy


def telling(model: keras.Model, classes: Sequence[str]) -> keras.Model:
    """A network whose heads answer some of the seven expressions alone.

    Args:
        model: as `expression_network` makes it.
        classes: of `EMOTIONS`, in the order that they are answered in.

    Returns:
        One with the same stages; the network itself where it answers just those.
    """
    if list(classes) == list(EMOTIONS):
        return model
    columns = [EMOTIONS.index(name) for name in classes]
    answers = {}
    for name in HEADS:
        head = model.get_layer(name)
        less = layers.Dense(len(columns), name=name)
        answers[name] = less(head.input)
        less.set_weights([weights[..., columns] for weights in head.get_weights()])
    return keras.Model(model.input, answers, name=model.name)


def multiply_adds(model: keras.Model, side: int = SIDE) -> int:
    """Multiply-adds for one face of ``side`` pixels, convolutions only."""
    shape = (1, side, side, model.input_shape[-1])
    total = 0
    # The shapes inside are open, so a face is followed through.
    probe = keras.Model(
        model.inputs,
        [layer.output for layer in model.layers if isinstance(layer, layers.Conv2D)],
    )
    found = probe.compute_output_spec(keras.KerasTensor(shape))
    convolutions = [x for x in model.layers if isinstance(x, layers.Conv2D)]
    for layer, spec in zip(convolutions, found, strict=True):
        total += int(np.prod(spec.shape[1:3]) * np.prod(layer.kernel.shape))
    return total


def predict(
    model: keras.Model,
    images: npt.NDArray[np.uint8],
    side: int = SIDE,
    batch: int = 256,
) -> dict[str, npt.NDArray[np.float64]]:
    """(n, 7) float64 logits of each head for (n, 48, 48) uint8 faces.

    Args:
        model: as `expression_network` makes it.
        images: the faces.
        side: pixels that they are shrunk to first.
        batch: faces at once.
    """
    parts = [
        model.predict_on_batch(as_input(images[i : i + batch], side))
        for i in range(0, len(images), batch)
    ]
    return {
        head: np.concatenate([np.asarray(part[head]) for part in parts]).astype(
            np.float64
        )
        for head in HEADS
    }


def as_input(images: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.float32]:
    """(n, side, side, 1) float32 of (n, 48, 48) uint8 faces, shrunk where needed."""
    faces = np.empty((len(images), side, side, 1), np.float32)
    for face, image in zip(faces, images, strict=True):
        shrunk = (
            image
            if side == SIDE
            else cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        )
        face[..., 0] = shrunk
    return faces


@keras.saving.register_keras_serializable("classpulse")
class Normalisation(layers.BatchNormalization):  # type: ignore[misc]  # untyped
    """Batch normalisation, by torch's own kernel on torch.

    Keras adds it up from single operations there, which measured 15% of a step, and as
    much of an answer.
    """

    def call(
        self,
        inputs: keras.KerasTensor,
        training: bool | None = None,
        mask: keras.KerasTensor | None = None,
    ) -> keras.KerasTensor:
        """(n, h, w, c) of mean 0 and variance 1, then scaled and shifted."""
        if keras.backend.backend() != "torch":
            return super().call(inputs, training=training, mask=mask)
        from torch.nn.functional import batch_norm

        normed = batch_norm(
            ops.transpose(inputs, (0, 3, 1, 2)),
            self.moving_mean.value,
            self.moving_variance.value,
            self.gamma.value,
            self.beta.value,
            training=bool(training),
            momentum=1 - self.momentum,
            eps=self.epsilon,
        )
        return ops.transpose(normed, (0, 2, 3, 1))


def _evened(face: keras.KerasTensor) -> keras.KerasTensor:
    """Each face with mean 0 and, unless it is flat, deviation 1."""
    mean = ops.mean(face, axis=(1, 2, 3), keepdims=True)
    apart = face - mean
    spread = ops.sqrt(ops.mean(ops.square(apart), axis=(1, 2, 3), keepdims=True))
    return apart / (spread + 8.0)


def _residual_stages(x: keras.KerasTensor, shape: Shape) -> keras.KerasTensor:
    x = _stem(x, shape)
    for stage, (width, blocks) in enumerate(
        zip(shape.widths, shape.blocks, strict=True)
    ):
        halved = not stage and not shape.fine
        for block in range(blocks):
            x = _residual(x, width, shrink=not block and not halved)
    return x


def _plain_stages(x: keras.KerasTensor, shape: Shape) -> keras.KerasTensor:
    for stage, (width, blocks) in enumerate(
        zip(shape.widths, shape.blocks, strict=True)
    ):
        x = layers.MaxPooling2D(2)(x) if stage else x
        for _ in range(2 * blocks):
            x = layers.ReLU()(_convolution(x, width))
    return x


def _stem(face: keras.KerasTensor, shape: Shape) -> keras.KerasTensor:
    width = shape.widths[0]
    if not shape.fine:
        return layers.ReLU()(_convolution(face, width, kernel=6, stride=2))
    x = layers.ReLU()(_convolution(face, width))
    for _ in range(shape.fine):
        x = _residual(x, width, shrink=False)
    return x


def _convolution(
    x: keras.KerasTensor, width: int, kernel: int = 3, stride: int = 1
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False)(x)
    return Normalisation(momentum=0.9)(x)


def _residual(x: keras.KerasTensor, width: int, shrink: bool) -> keras.KerasTensor:
    y = layers.ReLU()(_convolution(x, width, stride=2 if shrink else 1))
    y = _convolution(y, width)
    if shrink:
        x = layers.AveragePooling2D(2)(x)
    if x.shape[-1] != width:
        x = _convolution(x, width, kernel=1)
    return layers.ReLU()(layers.add([x, y]))
