from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.readers import open_data  # noqa: E402
from models.training.readers.data import Data  # noqa: E402
from models.training.transfer import applications  # noqa: E402
from models.training.transfer.changes import Changes  # noqa: E402
from models.training.transfer.classifier import Settings, train  # noqa: E402
from monitor.errors import ExportError, UsageError  # noqa: E402
from tests.training.transfer import tints  # noqa: E402

WHOLE = Settings(
    network="tiny",
    side=16,
    weights="none",
    epochs=2,
    fine_tune=0,
    batch=8,
    dropout=0,
    validation=0.2,
    changes=Changes(shear=0.1, zoom=0.1, rotate=10),
)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    tints.offer(monkeypatch)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return tints.data(tmp_path_factory.mktemp("tints"))


@pytest.fixture(scope="module")
def trained(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole run."""
    out = tmp_path_factory.mktemp("runs") / "one"
    with pytest.MonkeyPatch.context() as patch:
        tints.offer(patch)
        train(data, out, WHOLE)
    return out


def record(run: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((run / "run.json").read_text("utf-8"))
    return read


def weights(run: Path, name: str = "checkpoint.keras") -> list[np.ndarray]:
    return list(keras.saving.load_model(run / name).get_weights())


def same(ones: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return all(np.allclose(a, b, atol=1e-5) for a, b in zip(ones, others, strict=True))


def test_a_run_writes_down_what_it_depended_on(trained: Path, data: Data) -> None:
    run = record(trained)

    assert run["network"] == "tiny"
    assert run["classes"] == ["blue", "green", "red"]
    assert run["data"]["sha256"] == data.sha256
    assert run["data"]["learned_from"] + run["data"]["chosen_on"] == 30
    assert run["settings"]["seed"] == 1
    assert run["settings"]["changes"]["rotate"] == 10
    assert run["backend"] in run["versions"]
    assert {"python", "keras", "numpy"} <= set(run["versions"])


def test_a_run_says_how_each_epoch_and_the_kept_network_did(trained: Path) -> None:
    run = record(trained)

    assert [epoch["epoch"] for epoch in run["epochs"]] == [1, 2]
    for epoch in run["epochs"]:
        for name in ("accuracy", "validation_accuracy"):
            assert 0 <= epoch[name] <= 1
        assert epoch["loss"] > 0
        assert epoch["validation_loss"] > 0
    found = run["validation"]
    kept = run["epochs"][found["epoch"] - 1]
    assert found["accuracy"] == kept["validation_accuracy"]
    assert found["accuracy"] == max(x["validation_accuracy"] for x in run["epochs"])
    assert np.sum(found["confusion"]) == found["images"] == run["data"]["chosen_on"]


def test_a_network_learns_and_takes_plain_pixels(data: Data, tmp_path: Path) -> None:
    out = tmp_path / "run"

    train(data, out, replace(WHOLE, epochs=12, changes=Changes()))

    model = keras.saving.load_model(out / "network.keras")
    pixels = data.colour(np.arange(30), 16).astype(np.float32)
    answers = np.asarray(model.predict_on_batch(pixels)).argmax(1)
    assert np.mean(answers == data.labels) > 0.8
    assert record(out)["epochs"][-1]["loss"] < record(out)["epochs"][0]["loss"]


def test_a_run_goes_on_as_if_it_had_not_been_cut_off(
    data: Data, trained: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cut"
    train(data, out, replace(WHOLE, epochs=1))
    assert len(record(out)["epochs"]) == 1

    train(data, out, WHOLE, resume=True)

    assert len(record(out)["epochs"]) == 2
    assert same(weights(out), weights(trained))


def test_a_run_goes_on_without_the_file_that_it_began_with(
    data: Data, trained: Path, tmp_path: Path
) -> None:
    first = tmp_path / "first.keras"
    first.write_bytes((trained / "network.keras").read_bytes())
    known = replace(WHOLE, weights=str(first), epochs=1)
    out = tmp_path / "run"
    train(data, out, known)
    first.unlink()

    train(data, out, replace(known, epochs=2), resume=True)

    assert len(record(out)["epochs"]) == 2
    with pytest.raises(UsageError, match="No weights at"):
        train(data, tmp_path / "anew", known)


def test_a_base_that_knows_something_is_frozen_and_then_fine_tuned(
    data: Data, trained: Path, tmp_path: Path
) -> None:
    known = replace(
        WHOLE, weights=str(trained / "network.keras"), epochs=1, fine_tune=0
    )
    out = tmp_path / "fine"

    def base(name: str, run: Path = out) -> list[np.ndarray]:
        model = keras.saving.load_model(run / name)
        return list(applications.base_of(model).get_weights())

    train(data, out, known)
    assert same(base("checkpoint.keras"), base("network.keras", trained))

    train(data, out, replace(known, fine_tune=1), resume=True)
    kernel, *_, mean, variance = base("checkpoint.keras")
    before, *_, old_mean, old_variance = base("network.keras", trained)
    assert not np.allclose(kernel, before, atol=1e-9)
    # Batch normalisation keeps its statistics.
    assert np.array_equal(mean, old_mean)
    assert np.array_equal(variance, old_variance)
    assert [epoch["frozen"] for epoch in record(out)["epochs"]] == [True, False]


def test_a_validation_part_that_is_there_is_taken(tmp_path: Path) -> None:
    for part, each in (("train", 4), ("validation", 3), ("test", 2)):
        tints.write(tmp_path / "set", each, part=part)
    data = open_data(tmp_path / "set")

    train(data, tmp_path / "run", replace(WHOLE, epochs=1))

    assert record(tmp_path / "run")["data"]["learned_from"] == 12
    assert record(tmp_path / "run")["data"]["chosen_on"] == 9


def test_a_folder_that_holds_a_run_is_not_overwritten(
    data: Data, trained: Path
) -> None:
    with pytest.raises(UsageError, match="holds a run already: add --resume"):
        train(data, trained, WHOLE)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"seed": 2}, r"other settings \(seed\)"),
        ({"side": 20}, r"other settings \(size\)"),
        (
            {"changes": Changes(flip=False)},
            r"other settings \(flip, rotate, shear, zoom\)",
        ),
        ({"epochs": 1}, r"other settings \(epochs\)"),
    ],
)
def test_a_run_does_not_go_on_with_other_settings(
    data: Data, trained: Path, other: dict[str, Any], named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        train(data, trained, replace(WHOLE, **other), resume=True)


def test_a_run_does_not_go_on_with_other_data(trained: Path, tmp_path: Path) -> None:
    other = tints.data(tmp_path, each=5)
    with pytest.raises(
        UsageError, match=r"learned from \w+ \(sum \w{16}\); .* other pictures or votes"
    ):
        train(other, trained, WHOLE, resume=True)


def test_a_run_does_not_go_on_with_other_classes(data: Data, trained: Path) -> None:
    more = replace(data, classes=(*data.classes, "yellow"))

    with pytest.raises(UsageError, match=r"other settings \(classes\)"):
        train(more, trained, WHOLE, resume=True)


def test_a_run_of_another_network_is_not_gone_on_with(
    data: Data, tmp_path: Path
) -> None:
    (tmp_path / "run.json").write_text('{"epochs": []}')
    with pytest.raises(UsageError, match="holds a run of expression, not of tiny"):
        train(data, tmp_path, WHOLE, resume=True)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"epochs": 3}'])
def test_a_damaged_record_is_named(data: Data, tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(UsageError, match=r"run\.json"):
        train(data, tmp_path, WHOLE, resume=True)


def test_a_record_without_its_parts_is_named(data: Data, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"network": "tiny", "epochs": []}')
    with pytest.raises(UsageError, match=r"run\.json is not the record of a run"):
        train(data, tmp_path, WHOLE, resume=True)


def test_one_class_is_not_enough(tmp_path: Path) -> None:
    tints.write(tmp_path / "set")
    for name in ("green", "red"):
        for picture in (tmp_path / "set" / name).iterdir():
            picture.rename(tmp_path / "set" / "blue" / f"{name}-{picture.name}")
    with pytest.raises(UsageError, match="class"):
        train(open_data(tmp_path / "set"), tmp_path / "run", WHOLE)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_full_disk_is_said_in_one_line(data: Data, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.partial.keras").symlink_to("/dev/full")

    with pytest.raises(ExportError, match="No space left on device") as caught:
        train(data, tmp_path, WHOLE)

    assert "--resume" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(data: Data, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportError, match="cannot be written"):
        train(data, tmp_path / "file" / "run", WHOLE)
