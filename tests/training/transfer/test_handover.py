from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training.calibration import ENOUGH_TO_FIT  # noqa: E402
from models.training.datasets import Faces  # noqa: E402
from models.training.networks import predict  # noqa: E402
from models.training.readers import open_data  # noqa: E402
from models.training.readers.shipped import archive  # noqa: E402
from models.training.settings import Settings  # noqa: E402
from models.training.shape import Shape  # noqa: E402
from models.training.transfer import elsewhere  # noqa: E402
from models.training.transfer.elsewhere import export_elsewhere  # noqa: E402
from models.training.transfer.handover import train_expression  # noqa: E402
from monitor.emotion.calibration import uncalibrated  # noqa: E402
from monitor.emotion.network import Network  # noqa: E402
from monitor.errors import ExportError, UsageError  # noqa: E402
from monitor.records import EMOTIONS  # noqa: E402
from tests.training import made  # noqa: E402
from tests.training.readers import sets  # noqa: E402

SMALL = Settings(epochs=1, cool=1, small=0, batch=16, shape=Shape((4, 8), (1, 1), 0))


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
    network = Network.load(out / "expression.tflite")
    assert network.metadata.name == "my-run"
    assert network.classify(images[:3]).shape == (3, 7)
    for head in network.metadata.heads:
        # So few faces held back would be fitted by heart.
        entry = network.metadata.raw["calibration"][head]
        assert entry == uncalibrated(len(EMOTIONS))
        assert sum(network.metadata.raw["priors"][head]) == pytest.approx(1)
    measured = network.metadata.raw["figures"]
    assert measured["validation"]["faces"] == found["images"]
    assert measured["validation"]["accuracy"] == pytest.approx(found["accuracy"])
    # Nobody voted: labels stood for votes, and are no measure of those.
    assert "validation_votes" not in measured
    assert all("validation_votes" not in epoch for epoch in record["epochs"])
    with pytest.raises(UsageError, match="holds a run already"):
        train_expression(open_data(file), out, SMALL)
    other = sets.write_csv(tmp_path / "other.csv", images[:21], labels[:21].tolist())
    with pytest.raises(UsageError, match=r"other pictures or votes\. Go on with"):
        train_expression(open_data(other), out, SMALL, resume=True)


def test_the_shipped_network_chooses_on_the_part_that_is_there(tmp_path: Path) -> None:
    images, labels = made.faces(28)
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        part = "validation" if row % 4 == 0 else "train"
        name = Path("set", part, EMOTIONS[label], f"{row}.png")
        sets.write_picture(tmp_path / name, image)

    train_expression(open_data(tmp_path / "set"), tmp_path / "run", SMALL)

    run = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert (run["data"]["learned_from"], run["data"]["chosen_on"]) == (21, 7)
    assert run["validation"]["images"] == 7


def test_what_a_run_had_no_face_of_its_network_does_not_tell(tmp_path: Path) -> None:
    images, labels = made.faces(70)
    three = ["happy", "sad", "neutral"]
    some = np.isin(np.array(EMOTIONS)[labels], three)
    file = sets.write_csv(tmp_path / "a.csv", images[some], labels[some].tolist())
    out = tmp_path / "run"

    trained = train_expression(open_data(file), out, SMALL)

    network = Network.load(out / "expression.tflite")
    columns = [EMOTIONS.index(name) for name in three]
    assert network.metadata.classes == tuple(three)
    said = network.classify(images)
    assert said[:, columns].sum(1) == pytest.approx(1)
    for head, logits in predict(keras.saving.load_model(trained), images).items():
        told = network.logits(images, head)[:, columns]
        assert told == pytest.approx(logits[:, columns], abs=0.02)
        assert np.flatnonzero(network.metadata.raw["priors"][head]).tolist() == columns
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run["classes"] == run["data"]["classes"] == three
    assert np.shape(run["validation"]["confusion"]) == (3, 3)


def test_one_class_is_not_learned(tmp_path: Path) -> None:
    images, _ = made.faces(20)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, [4] * 20)

    with pytest.raises(UsageError, match="leaves pictures of one class to learn from"):
        train_expression(open_data(file), tmp_path / "run", SMALL)


def test_a_network_that_learned_on_is_another_version(tmp_path: Path) -> None:
    images, labels = made.faces(28)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    ready = tmp_path / "run" / "expression.tflite"
    train_expression(open_data(file), tmp_path / "run", SMALL)
    before = Network.load(ready).version

    longer = replace(SMALL, epochs=2)
    train_expression(open_data(file), tmp_path / "run", longer, resume=True)

    assert re.fullmatch("[0-9a-f]{8}", before)
    assert Network.load(ready).version != before


def test_an_export_that_is_stopped_leaves_no_half_of_it(
    tmp_path: Path, held_back: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.training.transfer import ready

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ready, "_calibrated", stopped)
    with pytest.raises(KeyboardInterrupt):
        train_expression(open_data(tmp_path / "fer2013.csv"), tmp_path / "run", SMALL)

    assert (tmp_path / "run" / "network.keras").exists()
    assert not list((tmp_path / "run").glob("*.tflite"))


def test_no_room_to_export_in_is_one_line(
    tmp_path: Path, held_back: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    train_expression(open_data(tmp_path / "fer2013.csv"), run, SMALL)
    # As when it is removed under a program that runs.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "removed"))

    with pytest.raises(ExportError) as caught:
        export_elsewhere(run, held_back, voted=False)

    assert str(caught.value) == (
        f"The network in {run} is trained and kept: what TensorFlow makes of it cannot "
        "be written (No such file or directory): make room, or name another "
        "folder in TMPDIR"
    )


def test_confidence_is_fitted_where_enough_is_held_back(tmp_path: Path) -> None:
    images, labels = made.faces(28 + ENOUGH_TO_FIT)
    parts = ["train"] * 28 + ["validation"] * ENOUGH_TO_FIT
    named = zip(parts, labels, images, strict=True)
    for row, (part, label, image) in enumerate(named):
        name = Path("set", part, EMOTIONS[label], f"{row}.png")
        sets.write_picture(tmp_path / name, image)

    train_expression(open_data(tmp_path / "set"), tmp_path / "run", SMALL)

    about = Network.load(tmp_path / "run" / "expression.tflite").metadata.raw
    for head in ("labels", "votes"):
        assert about["calibration"][head]["temperature"] != 1
        assert about["calibration"][head]["heights"] == []
    run = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    told = about["figures"]["validation"]
    # As it answered before: what it was fitted on would flatter it.
    assert told["accuracy"] == pytest.approx(run["validation"]["accuracy"])
    assert 0 <= told["ece"] <= 1


@pytest.fixture
def held_back(tmp_path: Path) -> Faces:
    """The faces of fer2013.csv, written here, that a run would choose on."""
    images, labels = made.faces(28)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    return archive(open_data(file)).split(SMALL.validation, SMALL.seed)[1]


def test_another_process_exports_what_another_backend_trained(
    tmp_path: Path, held_back: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, _ = made.faces(28)
    train_expression(open_data(tmp_path / "fer2013.csv"), tmp_path / "run", SMALL)
    ready = tmp_path / "run" / "expression.tflite"
    here = Network.load(ready)
    ready.unlink()
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    monkeypatch.setenv("KERAS_BACKEND", "torch")

    export_elsewhere(tmp_path / "run", held_back, voted=False)

    there = Network.load(ready)
    assert there.metadata.raw == here.metadata.raw
    assert there.classify(images) == pytest.approx(here.classify(images), abs=1e-5)


def killed(*_: object) -> None:
    os._exit(9)


def test_an_exporting_process_that_is_killed_is_told_in_a_line(
    tmp_path: Path, held_back: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    monkeypatch.setattr(elsewhere, "_make_ready", killed)

    with pytest.raises(ExportError, match="is trained and kept, but TensorFlow could"):
        export_elsewhere(tmp_path, held_back, voted=False)


def test_votes_are_measured_where_there_are_any(tmp_path: Path) -> None:
    images, labels = made.faces(28)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    sets.write_votes(tmp_path / "fer2013new.csv", sets.votes_for(labels.tolist()))

    train_expression(open_data(file), tmp_path / "run", SMALL)

    network = Network.load(tmp_path / "run" / "expression.tflite")
    assert {"validation", "validation_votes"} == set(network.metadata.raw["figures"])
    (epoch,) = json.loads((tmp_path / "run" / "run.json").read_text())["epochs"]
    assert 0 <= epoch["validation_votes"] <= 1


def test_without_tensorflow_nothing_is_exported(
    tmp_path: Path, held_back: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    monkeypatch.setattr(elsewhere, "find_spec", lambda _: None)
    (tmp_path / "expression.tflite").write_bytes(b"of fewer epochs")
    export_elsewhere(tmp_path, held_back, voted=False)

    assert [entry.name for entry in tmp_path.iterdir()] == ["fer2013.csv"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    images, labels = made.faces(28)
    file = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    out = tmp_path / "run"
    out.mkdir()
    (out / "run.partial.json").symlink_to("/dev/full")

    with pytest.raises(ExportError, match="No space left on device"):
        train_expression(open_data(file), out, SMALL)
