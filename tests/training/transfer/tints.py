"""A tiny network, and pictures that it can learn: colour tells the class."""

from __future__ import annotations

from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from keras import layers

from models.training.readers import open_data
from models.training.readers.data import Data
from models.training.transfer import applications

TINTS = {"blue": 0, "green": 1, "red": 2}
"""Classes, and the channel of BGR that is bright."""


def write(folder: Path, each: int = 10, side: int = 24, part: str = "") -> Path:
    """Folders of ``each`` pictures a class, noise with a tint, no two alike."""
    rng = np.random.default_rng(len(part))
    for name, channel in TINTS.items():
        into = folder / part / name
        into.mkdir(parents=True, exist_ok=True)
        for number in range(each):
            picture = rng.integers(0, 140, (side, side, 3), dtype=np.uint8)
            picture[..., channel] += 110
            cv2.imwrite(str(into / f"{number}.png"), picture)
    return folder


def data(folder: Path, each: int = 10) -> Data:
    """The same, read."""
    return open_data(write(folder, each))


def tiny(side: int) -> keras.Model:
    """A base of one convolution and batch normalisation."""
    picture = keras.Input((side, side, 3))
    x = layers.Conv2D(8, 3, strides=2, name="first")(picture)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.5)(x))
    return keras.Model(picture, x, name="tiny")


def offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets `--network tiny` be chosen."""
    base = applications.Base(tiny, 16, 8, "signed", rate=0.02)
    monkeypatch.setitem(applications.BASES, "tiny", base)
