"""The networks of the field's tutorials: a known base, a new head for the faces.

Every network here takes plain RGB pixels in [0, 255]: what a base wants done to its
pixels is done inside, so that the one who calls the network cannot do it differently.
"""

from __future__ import annotations

import re
import socket
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import layers

from models.training.importing import hdf5
from models.training.transfer import classics
from monitor.errors import UsageError

IMAGENET, NOTHING = "imagenet", "none"
"""What `weights` may say besides the path of a file."""

PATIENCE_S = 20
"""Seconds for which a silent server is waited for."""

MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
"""ImageNet's, of red, green and blue in [0, 1]."""
CAFFE_MEAN = np.array([103.939, 116.779, 123.68])
"""ImageNet's, of blue, green and red in [0, 255], as VGG's authors took it."""


@dataclass(frozen=True, slots=True)
class Base:
    """One of the known networks.

    Attributes:
        build: its name in `keras.applications`, or a function from the side to it.
        side: height and width in pixels that it was made for.
        least: the smallest that it can take.
        pixels: what is done to them first, one of `PREPARED`.
        rate: learning rate at which all of it learns from nothing.
    """

    build: str | Callable[[int], keras.Model]
    side: int
    least: int
    pixels: str
    rate: float = 1e-3

    @property
    def published(self) -> bool:
        """Whether Keras offers ImageNet weights for it."""
        return isinstance(self.build, str)

    def __call__(self, side: int, weights: str | None = None) -> keras.Model:
        """The base without its top for pictures of ``side`` pixels."""
        if not isinstance(self.build, str):
            return self.build(side)
        make = getattr(keras.applications, self.build)
        return make(weights=weights, include_top=False, input_shape=(side, side, 3))


BASES = {
    "vgg16": Base("VGG16", 224, 32, "caffe", rate=1e-4),
    "vgg19": Base("VGG19", 224, 32, "caffe", rate=1e-4),
    "resnet50": Base("ResNet50", 224, 32, "caffe"),
    "inceptionv3": Base("InceptionV3", 299, 75, "signed"),
    "xception": Base("Xception", 299, 71, "signed"),
    "mobilenetv2": Base("MobileNetV2", 224, 32, "signed"),
    "mobilenetv3": Base("MobileNetV3Large", 224, 32, "inside"),
    "efficientnet": Base("EfficientNetB0", 224, 32, "efficientnet"),
    "alexnet": Base(classics.alexnet, 227, 67, "signed"),
    "googlenet": Base(classics.googlenet, 224, 32, "signed"),
}
"""By the name that `classpulse models train --network` takes."""


def check(network: str, side: int | None, weights: str, goes_on: bool = False) -> int:
    """The side of the pictures that a network will get, in pixels.

    Args:
        network: a key of `BASES`.
        side: what the user wants; None is the network's own.
        weights: `IMAGENET`, `NOTHING` or the path of a file.
        goes_on: with a run that has a network already; the file may be gone then.

    Raises:
        UsageError: no such network, too small for it, or no such weights.
    """
    if network not in BASES:
        raise UsageError(
            f"No network is called {network}: choose one of {', '.join(BASES)}."
        )
    base = BASES[network]
    if side is not None and side < base.least:
        raise UsageError(
            f"{network} needs pictures of {base.least} pixels or more, got {side}; "
            f"it was made for {base.side}."
        )
    if weights == IMAGENET and not base.published:
        raise UsageError(
            f"Nobody offers ImageNet weights of {network} for Keras: use "
            "--weights none, or --weights FILE with weights of your own."
        )
    needed = weights not in {IMAGENET, NOTHING} and not goes_on
    if needed and not Path(weights).is_file():
        raise UsageError(
            f"No weights at {weights}: give a file, or --weights imagenet or none."
        )
    return side or base.side


def build(
    network: str, classes: int, side: int, weights: str, dropout: float = 0.3
) -> keras.Model:
    """A base with its pixels prepared, and pooling, dropout and a dense layer on it.

    Args:
        network: a key of `BASES`.
        classes: how many the head tells apart.
        side: height and width of the pictures in pixels.
        weights: `IMAGENET`, `NOTHING`, or a file: Keras's own of the base without
            top (``.h5``), or a ``network.keras`` that was trained here.
        dropout: share of the features dropped while the head learns.

    Returns:
        A model from (n, side, side, 3) float32 RGB in [0, 255] to (n, classes) float32
        logits.

    Raises:
        UsageError: the weights cannot be had or are of another network.
    """
    check(network, side, weights)
    base = BASES[network](side)
    if weights == IMAGENET:
        # Built apart and copied, so that the network is the same whatever it knows:
        # Keras's EfficientNet has a layer more with these weights than without.
        base.set_weights(published(network, side).get_weights())
    elif weights != NOTHING and not _is_whole(weights):
        _read(base, weights, network)
    picture = keras.Input((side, side, 3), name="picture")
    ready = PREPARED[BASES[network].pixels](picture)
    x = base(ready)
    if len(x.shape) == 4:
        x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(classes, name="classes", dtype="float32")(x)
    model = keras.Model(picture, logits, name=network)
    if _is_whole(weights):
        _read(model, weights, network)
    return model


def published(network: str, side: int) -> keras.Model:
    """A base with Keras's ImageNet weights, downloaded when they are not kept yet.

    Raises:
        UsageError: they cannot be downloaded.
    """
    try:
        with _impatient():
            return BASES[network](side, weights=IMAGENET)
    except Exception as exc:  # as Keras does without a network
        # A download that breaks off is an OSError, a damaged one a ValueError.
        failed = re.fullmatch(r"URL fetch failure on (\S+): \S+ -- (.*)", str(exc))
        damaged = str(exc).startswith("Incomplete or corrupted file")
        if not (failed or damaged or isinstance(exc, OSError)):
            raise
        url, reason = failed.groups() if failed else ("the file", _short(exc))
        raise UsageError(
            f"The ImageNet weights of {network} could not be downloaded ({reason}): "
            f"use --weights none to learn from nothing, or fetch {url} elsewhere and "
            "give --weights FILE."
        ) from exc


def base_of(model: keras.Model) -> keras.Model:
    """The base inside a network that `build` made."""
    return next(layer for layer in model.layers if isinstance(layer, keras.Model))


def let_learn(model: keras.Model, frozen: bool, knows: bool) -> None:
    """Says what of a network that `build` made learns from now on; compile it then.

    A base that knows something keeps its batch normalisation, also when the rest of it
    is fine-tuned: a few thousand faces would spoil its statistics. (To call the base
    with ``training=False``, as for older Kerases, is without effect in Keras 3.)

    Args:
        model: its head always learns.
        frozen: whether the base learns nothing.
        knows: whether the base began with weights.
    """
    base = base_of(model)
    base.trainable = not frozen
    for layer in base.layers:
        if knows and isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def _is_whole(weights: str) -> bool:
    return Path(weights).suffix == ".keras"


@contextmanager
def _impatient() -> Iterator[None]:
    """Lets no server keep a download waiting for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _read(model: keras.Model, weights: str, network: str) -> None:
    """Weights alone, by place: no code in the file is looked at, let alone run."""
    if h5py.is_hdf5(weights):
        # A file of weights may point at other files of this computer.
        hdf5.check(weights, Path(weights))
    try:
        with warnings.catch_warnings():
            # Of what does not fit Keras tells a hundred parts before it gives up.
            warnings.simplefilter("ignore")
            model.load_weights(weights)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        zipfile.BadZipFile,
    ) as exc:
        raise UsageError(
            f"{weights} does not hold weights of {network}{_reason(exc)}: give "
            "Keras's .h5 file of the network without top, or the network.keras of a "
            "run with the same network and as many classes."
        ) from exc


def _reason(exc: Exception) -> str:
    """What ails a file; of one whose layers are others Keras tells only its insides."""
    file = isinstance(exc, OSError | zipfile.BadZipFile)
    return f" ({_short(exc)})" if file else ""


def _short(exc: Exception) -> str:
    """The first sentence of what a library says, in one line."""
    text = " ".join(str(exc).split())
    return (text if len(text) <= 160 else text[:157] + "...") or type(exc).__name__


def _caffe(picture: keras.KerasTensor) -> keras.KerasTensor:
    """Blue, green, red, each less its mean; as a layer that every converter knows."""
    swapped = layers.Conv2D(3, 1, trainable=False, name="prepared")
    x = swapped(picture)
    swapped.set_weights([np.eye(3)[::-1].reshape(1, 1, 3, 3), -CAFFE_MEAN])
    return x


def _signed(picture: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Rescaling(1 / 127.5, -1.0, name="prepared")(picture)


def _efficientnet(picture: keras.KerasTensor) -> keras.KerasTensor:
    """What Keras's EfficientNet adds behind its own normalisation with ImageNet.

    There (p / 255 - mean) / deviation is divided by the root of the deviation once
    more, as its weights were learned. Here the same is done in front of it.
    """
    scale = 1 / np.sqrt(DEVIATION)
    offset = 255 * MEAN * (1 - scale)
    layer = layers.Rescaling(scale.tolist(), offset.tolist(), name="prepared")
    return layer(picture)


PREPARED: dict[str, Callable[[keras.KerasTensor], keras.KerasTensor]] = {
    "caffe": _caffe,
    "signed": _signed,
    "inside": lambda picture: picture,
    "efficientnet": _efficientnet,
}
