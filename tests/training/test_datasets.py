from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models.training.augment import Damage, augment
from models.training.datasets import load, split
from monitor.errors import UsageError
from monitor.records import EMOTIONS
from tests.training import made


def message_for(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pictures_labels_and_votes_come_back(tmp_path: Path) -> None:
    images, labels = made.faces(70)

    archive = load(made.write(tmp_path / "faces.npz"))

    assert np.array_equal(archive.training.images, images[:60])
    assert np.array_equal(archive.public_test.labels, labels[60:])
    assert archive.training.votes.shape == (60, 7)
    assert archive.training.votes[8].argmax() == labels[8]


def test_copies_of_public_test_are_not_learned(tmp_path: Path) -> None:
    images, _ = made.faces(70)
    images[3], images[5] = images[65], images[66][:, ::-1]

    archive = load(made.write(tmp_path / "faces.npz", images=images))

    assert archive.shared == 2
    assert len(archive.training) == 58


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


def test_a_wrong_join_is_caught(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz", n=700, agreed=0.4)

    assert "expected about 72%: labels and votes were joined wrongly" in message_for(
        path
    )


def test_the_right_join_passes(tmp_path: Path) -> None:
    load(made.write(tmp_path / "faces.npz", n=700, agreed=0.72))


def test_a_missing_file(tmp_path: Path) -> None:
    assert message_for(tmp_path / "gone.npz").startswith("No training data at")


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "faces.npz"
    path.write_bytes(b"emotion,pixels,Usage")

    assert "is not a readable .npz file" in message_for(path)


def test_an_array_that_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "faces.npy"
    np.save(path, np.zeros(3))

    assert "is not a readable .npz file" in message_for(path)


def test_an_archive_that_was_spoiled(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    content = bytearray(path.read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)

    assert "is not a readable .npz file" in message_for(path)


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", images=np.zeros(3))

    assert "lacks webp, offsets, labels" in message_for(tmp_path / "other.npz")


def test_other_labels(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    with np.load(path) as file:
        arrays = dict(file)
    arrays["label_names"] = arrays["label_names"][::-1]
    np.savez(path, **arrays)

    assert f"expected {EMOTIONS} in that order" in message_for(path)


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


@pytest.mark.skipif(
    "CLASSPULSE_DATA" not in os.environ, reason="CLASSPULSE_DATA is not set"
)
def test_the_real_file() -> None:
    archive = load(Path(os.environ["CLASSPULSE_DATA"]) / "fer2013.npz")

    assert len(archive.public_test) == 3579
    assert len(archive.training) + archive.shared == 28709
