"""The networks that the project trains, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from models.training.datasets import SIDE
from monitor.records import EMOTIONS


@dataclass(frozen=True, slots=True)
class Shape:
    """A residual network's size.

    Attributes:
        widths: channels of each stage; a stage halves height and width, the first
            through the stem (24, 12, 6, 3 pixels).
        blocks: residual blocks of each stage.
        dropout: share of the pooled features dropped while training.
    """

    widths: tuple[int, ...] = (16, 40, 96, 160)
    blocks: tuple[int, ...] = (1, 2, 2, 1)
    dropout: float = 0.3


def expression_network(shape: Shape = Shape()) -> keras.Model:
    """A residual network from a grey face to seven logits.

    Plain convolutions, which TensorFlow's kernels for processors run fastest. Light is
    evened out inside the network, so that the one who calls it cannot do it
    differently.

    Args:
        shape: how wide and how deep.

    Returns:
        A model from (n, 48, 48, 1) float32 in [0, 255] to (n, 7) float32 logits in
        the order of `EMOTIONS`.
    """
    face = keras.Input((SIDE, SIDE, 1), name="face")
    x = layers.Rescaling(1 / 255, name="unit")(face)
    x = layers.LayerNormalization(
        axis=(1, 2, 3), epsilon=1e-3, center=False, scale=False, name="light"
    )(x)
    x = layers.ReLU()(_convolution(x, shape.widths[0], kernel=5, stride=2))
    for stage, (width, blocks) in enumerate(
        zip(shape.widths, shape.blocks, strict=True)
    ):
        for block in range(blocks):
            x = _residual(x, width, stride=2 if stage and not block else 1)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dropout(shape.dropout)(x)
    return keras.Model(face, layers.Dense(len(EMOTIONS), name="logits")(x))


def mirrored(model: keras.Model) -> keras.Model:
    """The mean answer to a face and to its mirror image, at twice the cost.

    A face and its mirror image show the same expression; their errors differ a little.

    Args:
        model: as `expression_network` makes it.

    Returns:
        A model with the same input and output.
    """
    face = keras.Input((SIDE, SIDE, 1), name="face")
    answers = [model(face), model(keras.ops.flip(face, axis=2))]
    return keras.Model(face, layers.average(answers))


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds for one face, convolutions only."""
    return sum(
        int(np.prod(layer.output.shape[1:3]) * np.prod(layer.kernel.shape))
        for layer in model.layers
        if isinstance(layer, layers.Conv2D)
    )


def _convolution(
    x: keras.KerasTensor, width: int, kernel: int = 3, stride: int = 1
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.97)(x)


def _residual(x: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    y = layers.ReLU()(_convolution(x, width, stride=stride))
    y = _convolution(y, width)
    if stride != 1 or x.shape[-1] != width:
        x = _convolution(x, width, kernel=1, stride=stride)
    return layers.ReLU()(layers.add([x, y]))
