from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training.augment import Damage  # noqa: E402
from models.training.card import card  # noqa: E402
from models.training.export import describe, export, rewrite  # noqa: E402
from models.training.networks import Shape, expression_network, mirrored  # noqa: E402
from models.training.train import Settings, _Run, predict, train  # noqa: E402
from monitor.emotion.network import Network  # noqa: E402
from monitor.errors import UsageError  # noqa: E402
from tests.training import made  # noqa: E402

SMALL = Settings(
    epochs=2,
    batch=16,
    compile=False,
    shape=Shape(widths=(4, 8), blocks=(1, 1), dropout=0),
    damage=Damage(small=0, codec=0, blur=0, erase=0),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.write(tmp_path_factory.mktemp("data") / "faces.npz")


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two epochs."""
    out = tmp_path_factory.mktemp("runs") / "one"
    train(data, out, SMALL)
    return out


def record(run: Path) -> dict[str, list[dict[str, float]]]:
    read: dict[str, list[dict[str, float]]] = json.loads((run / "run.json").read_text())
    return read


def test_a_run_writes_down_what_it_depended_on(trained: Path) -> None:
    run = json.loads((trained / "run.json").read_text())

    assert [epoch["epoch"] for epoch in run["epochs"]] == [1, 2]
    assert all(0 <= epoch["validation_accuracy"] <= 1 for epoch in run["epochs"])
    assert run["settings"]["seed"] == SMALL.seed
    assert run["data"]["learned_from"] + run["data"]["chosen_on"] == 60
    assert len(run["data"]["sha256"]) == 64
    assert set(run["versions"]) == {"python", "tensorflow", "keras", "numpy"}


def test_a_run_that_was_cut_off_goes_on(
    data: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(self: _Run) -> None:
        if int(self.model.optimizer.iterations) > 5:
            raise KeyboardInterrupt
        averaged(self)

    averaged, out = _Run._average, tmp_path / "cut"
    with monkeypatch.context() as patch:
        patch.setattr(_Run, "_average", step)
        with pytest.raises(KeyboardInterrupt):
            train(data, out, SMALL)
    assert len(record(out)["epochs"]) == 1

    train(data, out, SMALL, resume=True)

    assert len(record(out)["epochs"]) == 2
    whole, resumed = (
        keras.saving.load_model(run / "network.keras") for run in (trained, out)
    )
    images, _ = made.faces(12)
    assert np.allclose(predict(whole, images), predict(resumed, images), atol=1e-4)


def test_a_folder_that_holds_a_run_is_not_overwritten(
    data: Path, trained: Path
) -> None:
    with pytest.raises(UsageError, match="holds a run already: add --resume"):
        train(data, trained, SMALL)


def test_a_run_does_not_go_on_with_other_settings(data: Path, trained: Path) -> None:
    with pytest.raises(UsageError, match="was begun with other settings"):
        train(data, trained, replace(SMALL, rate=1e-4), resume=True)


def test_the_file_answers_as_the_trained_network(trained: Path, tmp_path: Path) -> None:
    model = keras.saving.load_model(trained / "network.keras")
    run = json.loads((trained / "run.json").read_text())
    images, _ = made.faces(21)

    model = mirrored(model)
    file = export(model, tmp_path / "made.tflite", describe("9.9", run))
    network = Network(file)

    assert network.version == "9.9"
    assert network.metadata.raw["data"] == run["data"]
    assert np.allclose(network.logits(images), predict(model, images), atol=1e-4)
    assert np.allclose(
        network.logits(images[:3]), predict(model, images[:3]), atol=1e-4
    )

    rewrite(file, {"temperature": 0.5})
    assert Network(file).metadata.temperature == 0.5
    assert np.allclose(Network(file).logits(images), network.logits(images))


def test_the_shipped_shape_fits_its_budget() -> None:
    model = expression_network()

    assert model.output_shape == (None, 7)
    assert model.count_params() * 4 < 4 * 2**20


def test_a_run_starts_from_another(data: Path, trained: Path, tmp_path: Path) -> None:
    still = replace(SMALL, epochs=1, rate=0.0)

    train(data, tmp_path, still, first=trained)

    before, after = (
        keras.saving.load_model(run / "network.keras").trainable_weights
        for run in (trained, tmp_path)
    )
    assert all(np.allclose(a, b) for a, b in zip(before, after, strict=True))
    run = json.loads((tmp_path / "run.json").read_text())
    assert run["settings"]["begins_with"]
    assert run["first"]["settings"]["begins_with"] == ""


def test_a_run_starts_from_nothing_that_is_none(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no trained network to start from"):
        train(data, tmp_path / "run", SMALL, first=tmp_path)


def test_a_face_and_its_mirror_image_are_answered_alike(trained: Path) -> None:
    model = mirrored(keras.saving.load_model(trained / "network.keras"))
    images, _ = made.faces(5)
    assert np.allclose(
        predict(model, images), predict(model, images[:, :, ::-1]), atol=1e-4
    )


def test_the_card_says_figures_and_limits(trained: Path) -> None:
    run = json.loads((trained / "run.json").read_text())
    measured = {
        "faces": 10,
        "accuracy": 0.6543,
        "balanced": 0.6,
        "ece": 0.021,
        "brier": 0.48,
        "recall": dict.fromkeys(describe("1", run)["labels"], 0.5),
        "confusion": [[1] * 7] * 7,
    }
    path = {"faces": 500, "height": 120, "found": 0.95, "direct": 0.65}
    about = describe("1.2", run) | {
        "figures": {
            "public_test": measured,
            "validation": measured,
            "path": path | {"through": 0.64, "points": 1.0},
        }
    }

    text = card(about, run, looks=3)

    assert "**65.4%**" in text
    assert "Looks at PublicTest so far: 3" in text
    assert "loss +1.0 points" in text
    assert "An expression is not an emotion" in text
    assert "--out run-1" in text
    assert "release --data fer2013.npz --run run-1 --version 1.2" in text
    assert "Not for grading" in text
