from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models.training.datasets import split
from models.training.readers import open_data
from models.training.readers.shipped import ANNOTATORS, archive, load
from monitor.errors import UsageError
from monitor.records import EMOTIONS
from tests.training import made
from tests.training.readers import sets
from tests.training.readers.test_archive import rewrite


def message_for(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pictures_labels_and_votes_come_back(tmp_path: Path) -> None:
    images, labels = made.faces(70)

    held = load(made.write(tmp_path / "faces.npz"))

    assert np.array_equal(held.training.images, images[:60])
    assert np.array_equal(held.public_test.labels, labels[60:])
    assert held.training.votes.shape == (60, 7)
    assert held.training.votes[8].argmax() == labels[8]


def test_copies_of_public_test_are_not_learned(tmp_path: Path) -> None:
    images, _ = made.faces(70)
    images[3], images[5] = images[65], images[66][:, ::-1]

    held = load(made.write(tmp_path / "faces.npz", images=images))

    assert held.shared == 2
    assert len(held.training) == 58
    assert held.copies.tolist() == [row in {5, 6} for row in range(10)]


def test_labels_are_known_by_name(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    with np.load(path) as file:
        named, labels = file["label_names"][::-1], file["labels"]
    _, before = made.faces(70)

    held = load(rewrite(path, label_names=named, labels=len(EMOTIONS) - 1 - labels))

    assert np.array_equal(held.training.labels, before[:60])


def test_a_wrong_join_is_caught_whatever_the_order_of_the_labels(
    tmp_path: Path,
) -> None:
    path = made.write(tmp_path / "faces.npz", n=700)
    with np.load(path) as file:
        named = file["label_names"][::-1]

    assert "expected about 72%: labels and votes were joined wrongly" in message_for(
        rewrite(path, label_names=named)
    )


def test_what_is_not_all_of_fer2013_is_refused(tmp_path: Path) -> None:
    path = made.write(tmp_path / "faces.npz")
    assert message_for(tmp_path / "gone.npz").startswith("No data at")

    with np.load(path) as file:
        labels = file["labels"]
    bad = rewrite(made.write(tmp_path / "bad.npz"), labels=np.r_[9, labels[1:]])
    assert message_for(bad) == (
        "bad.npz, face 0: class 9, expected 0 to 6; expected all of FER2013."
    )
    wanted = "lacks FER+'s votes or PublicTest: not all of FER2013."
    for missing in ({"votes": None, "vote_names": None}, {"public_test": None}):
        part = rewrite(made.write(tmp_path / "part.npz"), **missing)
        assert wanted in message_for(part)


def test_copies_of_other_parts_are_not_learned_from(tmp_path: Path) -> None:
    pictures = sets.pictures(5)
    file = sets.write_csv(
        tmp_path / "fer2013.csv",
        np.concatenate([pictures, pictures[:1, :, ::-1]]),
        usage=["Training"] * 4 + ["PublicTest", "PrivateTest"],
    )

    handed = archive(open_data(file))

    assert np.array_equal(handed.training.images, pictures[1:4])
    assert np.array_equal(handed.public_test.images, pictures[4:])
    assert handed.shared == 1


def test_a_label_stands_for_votes_that_nobody_cast(tmp_path: Path) -> None:
    file = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(4))

    training = archive(open_data(file)).training

    assert training.counted.all()
    assert np.array_equal(training.votes.argmax(1), training.labels)
    assert np.array_equal(training.votes.sum(1), np.full(4, ANNOTATORS))


def test_classes_that_are_none_of_the_seven_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of the seven"):
        archive(open_data(sets.write_folders(tmp_path, {"red": sets.pictures(2)})))


def test_a_validation_part_that_is_there_is_taken(tmp_path: Path) -> None:
    images = sets.pictures(9)
    images[4], images[5] = images[0], images[7, :, ::-1]
    parts = ["train"] * 7 + ["validation"] * 2
    named = [f"{part}/sad/{row}.png" for row, part in enumerate(parts)]
    named[6] = "train/surprise/6.png"
    for name, image in zip(named, images, strict=True):
        sets.write_picture(tmp_path / name, image)

    held = archive(open_data(tmp_path))
    learn, choose = held.split(0.5, seed=1)

    assert np.array_equal(choose.images, images[7:])
    assert np.array_equal(learn.images, images[[0, 1, 2, 3, 4, 6]])
    assert held.shared == 1


def test_without_a_validation_part_one_is_drawn(tmp_path: Path) -> None:
    held = load(made.write(tmp_path / "faces.npz"))

    learn, choose = held.split(0.2, seed=4)

    assert held.validation is None
    wanted = split(held.training, 0.2, seed=4)
    assert np.array_equal(learn.images, wanted[0].images)
    assert np.array_equal(choose.images, wanted[1].images)


def test_pictures_that_are_all_one_cannot_be_split(tmp_path: Path) -> None:
    images = sets.pictures(1).repeat(3, axis=0)
    held = archive(open_data(sets.write_csv(tmp_path / "fer2013.csv", images)))

    with pytest.raises(UsageError, match="leaves 0 pictures to learn from and 3 to"):
        held.split(0.2, seed=1)


@pytest.mark.skipif(
    "CLASSPULSE_DATA" not in os.environ, reason="CLASSPULSE_DATA is not set"
)
def test_the_real_file() -> None:
    held = load(Path(os.environ["CLASSPULSE_DATA"]) / "fer2013.npz")

    assert len(held.public_test) == 3579
    assert len(held.training) + held.shared == 28709
