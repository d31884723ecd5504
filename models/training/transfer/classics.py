"""AlexNet and GoogLeNet, which the tutorials name and Keras does not bring.

Both are given without their last layer, and every convolution is followed by batch
normalisation, unlike in the papers: AlexNet's local response normalisation and
GoogLeNet's two auxiliary heads were ways of 2012 and 2014 to make a deep network learn
at all, which normalisation does better (Ioffe and Szegedy 2015, arXiv 1502.03167).
Neither are AlexNet's two halves, one for each of two GPUs. Keras brings no weights of
these: they learn from nothing, or go on from a file of your own.
"""

from __future__ import annotations

import keras
from keras import layers

INCEPTIONS = (
    ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    (
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
    ),
    ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
)
"""Table 1 of the paper: channels of 1x1, 3x3 (reduced, then full), 5x5 (reduced, then
full) and of the pooled branch; a height and width of their own for each row."""


def alexnet(side: int) -> keras.Model:
    """Krizhevsky, Sutskever and Hinton 2012, without its last layer.

    Args:
        side: height and width of the picture, 67 pixels or more; 227 in the paper.

    Returns:
        A model from (n, side, side, 3) to (n, 4096) float32.
    """
    picture = keras.Input((side, side, 3))
    x = _convolution(picture, 96, 11, stride=4, padding="valid")
    x = layers.MaxPooling2D(3, 2)(x)
    x = _convolution(x, 256, 5)
    x = layers.MaxPooling2D(3, 2)(x)
    for width in (384, 384, 256):
        x = _convolution(x, width, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = layers.Dense(4096, activation="relu")(layers.Flatten()(x))
    x = layers.Dense(4096, activation="relu")(layers.Dropout(0.5)(x))
    return keras.Model(picture, x, name="alexnet")


def googlenet(side: int) -> keras.Model:
    """Szegedy et al. 2014 (Inception v1, arXiv 1409.4842), without heads.

    Args:
        side: height and width of the picture, 32 pixels or more; 224 in the paper.

    Returns:
        A model from (n, side, side, 3) to (n, side / 32, side / 32, 1024) float32.
    """
    picture = keras.Input((side, side, 3))
    x = _convolution(picture, 64, 7, stride=2)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = _convolution(_convolution(x, 64, 1), 192, 3)
    for stage in INCEPTIONS:
        x = layers.MaxPooling2D(3, 2, padding="same")(x)
        for widths in stage:
            x = _inception(x, *widths)
    return keras.Model(picture, x, name="googlenet")


def _inception(x: keras.KerasTensor, *widths: int) -> keras.KerasTensor:
    one, reduced3, three, reduced5, five, pooled = widths
    branches = [
        _convolution(x, one, 1),
        _convolution(_convolution(x, reduced3, 1), three, 3),
        _convolution(_convolution(x, reduced5, 1), five, 5),
        _convolution(layers.MaxPooling2D(3, 1, padding="same")(x), pooled, 1),
    ]
    return layers.Concatenate()(branches)


def _convolution(
    x: keras.KerasTensor,
    width: int,
    kernel: int,
    stride: int = 1,
    padding: str = "same",
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, stride, padding, use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
