from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training import datasets  # noqa: E402
from models.training.networks import Shape  # noqa: E402
from models.training.readers import open_data  # noqa: E402
from models.training.settings import Settings  # noqa: E402
from models.training.transfer.handover import ANNOTATORS, archive, train_expression  # noqa: E402
from monitor.errors import ExportError, UsageError  # noqa: E402
from tests.training import made  # noqa: E402
from tests.training.readers import sets  # noqa: E402
from tests.training.transfer import tints  # noqa: E402

SMALL = Settings(epochs=1, cool=1, small=0, batch=16, shape=Shape((4, 8), (1, 1), 0))


def test_an_archive_is_handed_over_as_it_is(tmp_path: Path) -> None:
    file = made.write(tmp_path / "faces.npz")

    ours, theirs = archive(open_data(file)), datasets.load(file)

    for part in ("training", "public_test"):
        one, other = getattr(ours, part), getattr(theirs, part)
        for name in ("images", "labels", "votes", "groups"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert (ours.sha256, ours.shared) == (theirs.sha256, theirs.shared)


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
        archive(tints.data(tmp_path, each=2))


def test_the_shipped_network_learns_from_a_csv(tmp_path: Path) -> None:
    images, labels = made.faces(28)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    out = tmp_path / "my run"

    trained = train_expression(open_data(file), out, SMALL)

    record = json.loads((out / "run.json").read_text("utf-8"))
    found = record["validation"]
    assert trained.exists()
    assert record["data"]["file"] == "fer2013.csv"
    assert found["images"] == record["data"]["chosen_on"]
    assert found["accuracy"] == record["epochs"][-1]["validation_accuracy"]
    if keras.backend.backend() == "tensorflow":
        from monitor.emotion.network import Network

        network = Network.load(out / "expression.tflite")
        assert network.metadata.name == "my-run"
        assert network.classify(images[:3]).shape == (3, 7)
    else:
        assert not (out / "expression.tflite").exists()
    with pytest.raises(UsageError, match="holds a run already"):
        train_expression(open_data(file), out, SMALL)
    other = sets.write_csv(tmp_path / "other.csv", images[:21], labels[:21].tolist())
    with pytest.raises(UsageError, match=r"other settings \(data\)"):
        train_expression(open_data(other), out, SMALL, resume=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    images, labels = made.faces(28)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    out = tmp_path / "run"
    out.mkdir()
    (out / "run.partial.json").symlink_to("/dev/full")

    with pytest.raises(ExportError, match="No space left on device"):
        train_expression(open_data(file), out, SMALL)
