from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from models.training.augment import Damage, augment
from models.training.datasets import split
from models.training.readers.shipped import load
from monitor.records import EMOTIONS
from tests.training import made

Pixels = npt.NDArray[np.float64]


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


NOTHING = Damage(0, 0, 0, 0, small=0, codec=0, blur=0, erase=0)


def changed_by(damage: Damage) -> tuple[Pixels, Pixels]:
    """Faces before and after a damage; mirrored ones are left out."""
    before = made.faces(40)[0]

    def each(how: Damage) -> npt.NDArray[np.uint8]:
        # A chance of its own each: a damage draws more, after the mirroring.
        faces = enumerate(before)
        seen = [augment(face[None], np.random.default_rng(i), how) for i, face in faces]
        return np.concatenate(seen)

    # Where nothing is done, light still rounds a grey level.
    apart = np.abs(each(NOTHING).astype(float) - before)
    as_they_were = apart.max((1, 2)) <= 1
    assert 10 < as_they_were.sum() < 30
    after = each(damage)
    return before[as_they_were].astype(float), after[as_they_were].astype(float)


def sharpness(faces: Pixels) -> float:
    return float(np.square(np.diff(faces, axis=2)).mean())


def test_a_shrunken_or_blurred_face_loses_its_edges() -> None:
    for damage in (replace(NOTHING, small=1.0), replace(NOTHING, blur=1.0)):
        before, after = changed_by(damage)
        assert sharpness(after) < 0.8 * sharpness(before)


def test_a_face_through_the_codec_is_nearly_the_same() -> None:
    before, after = changed_by(replace(NOTHING, codec=1.0))

    assert (np.abs(before - after).max((1, 2)) > 1).all()
    assert np.abs(before - after).mean() < 20


def test_light_changes_the_whole_face_in_its_order() -> None:
    before, after = changed_by(replace(NOTHING, light=0.4))

    for one, other in zip(before, after, strict=True):
        order = np.argsort(one.ravel(), kind="stable")
        assert (np.diff(other.ravel()[order]) >= 0).all()
    assert np.abs(before - after).mean() > 5


def test_a_covered_face_is_covered_by_one_even_rectangle() -> None:
    before, after = changed_by(replace(NOTHING, erase=1.0))

    for one, other in zip(before, after, strict=True):
        rows, columns = np.nonzero(np.abs(one - other) > 1)
        hidden = other[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert len(np.unique(hidden)) == 1
        assert hidden.size < one.size / 3


@pytest.mark.parametrize(
    "damage",
    [
        replace(NOTHING, turn=10.0),
        replace(NOTHING, zoom=0.2),
        replace(NOTHING, shift=0.2),
    ],
)
def test_a_face_is_placed_otherwise(damage: Damage) -> None:
    before, after = changed_by(damage)

    assert (np.abs(before - after).max((1, 2)) > 1).mean() > 0.9
    # The same face still: its mean brightness stays.
    assert np.abs(before.mean((1, 2)) - after.mean((1, 2))).max() < 30


def test_without_damage_a_face_is_only_mirrored() -> None:
    images, _ = made.faces(20)
    for before, after in zip(
        images, augment(images, np.random.default_rng(0), NOTHING), strict=True
    ):
        kept = min(np.abs(after - 1.0 * b).max() for b in (before, before[:, ::-1]))
        assert kept <= 1
