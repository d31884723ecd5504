from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.training.augment import Damage, augment
from models.training.datasets import split
from models.training.readers.shipped import load
from monitor.records import EMOTIONS
from tests.training import made


def test_no_picture_stands_on_both_sides_of_the_split(tmp_path: Path) -> None:
    images, _ = made.faces(70)
    images[20:40] = images[0:20]
    images[40:60] = images[0:20, :, ::-1]
    training = load(made.write(tmp_path / "faces.npz", images=images)).training

    learn, choose = split(training, 0.3, seed=5)

    assert len(learn) + len(choose) == 60
    assert len(choose) == 18
    assert not set(learn.groups) & set(choose.groups)
    again, _ = split(training, 0.3, seed=5)
    assert np.array_equal(again.images, learn.images)


def test_targets_say_the_label_and_the_votes(tmp_path: Path) -> None:
    training = load(made.write(tmp_path / "faces.npz", agreed=0.0)).training
    training.votes[1] = 0

    stated, voted = training.stated(smoothing=0.07), training.voted()

    assert np.allclose(stated.sum(1), 1)
    assert stated[0] == pytest.approx([0.94, *[0.01] * 6], abs=1e-6)
    assert voted[0].argmax() == (training.labels[0] + 1) % len(EMOTIONS)
    assert training.counted.tolist() == [row != 1 for row in range(60)]
    assert voted[1].tolist() == [0] * 7


def test_damage_keeps_shape_and_is_drawn_from_the_seed() -> None:
    images, _ = made.faces(20)

    one = augment(images, np.random.default_rng(3))
    same = augment(images, np.random.default_rng(3))

    assert one.shape == images.shape
    assert one.dtype == np.uint8
    assert np.array_equal(one, same)
    assert not np.array_equal(one, images)


def test_without_damage_a_face_is_only_mirrored() -> None:
    images, _ = made.faces(20)
    none = Damage(0, 0, 0, 0, small=0, codec=0, blur=0, erase=0)

    for before, after in zip(
        images, augment(images, np.random.default_rng(0), none), strict=True
    ):
        kept = min(np.abs(after - 1.0 * b).max() for b in (before, before[:, ::-1]))
        assert kept <= 1
