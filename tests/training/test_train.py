from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training import export  # noqa: E402
from models.training.networks import (  # noqa: E402
    HEADS,
    expression_network,
    multiply_adds,
    predict,
)
from models.training.settings import Settings  # noqa: E402
from models.training.teacher import Teacher  # noqa: E402
from models.training.train import _Run, main, train  # noqa: E402
from monitor.emotion.network import Network  # noqa: E402
from monitor.errors import UsageError  # noqa: E402
from tests.training import made, runs  # noqa: E402
from tests.training.nearness import apart  # noqa: E402
from tests.training.some import some_faces  # noqa: E402

SMALL = runs.SMALL


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
    assert set(run["versions"]) == {"python", keras.backend.backend(), "keras", "numpy"}


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
    one, other = predict(whole, images), predict(resumed, images)
    assert all(np.allclose(one[head], other[head], atol=1e-3) for head in HEADS)


def test_a_folder_that_holds_a_run_is_not_overwritten(
    data: Path, trained: Path
) -> None:
    with pytest.raises(UsageError, match="holds a run already: add --resume"):
        train(data, trained, SMALL)


def test_a_run_does_not_go_on_with_other_settings(data: Path, trained: Path) -> None:
    with pytest.raises(UsageError, match="was begun with other settings"):
        train(data, trained, replace(SMALL, decay=1e-4), resume=True)


def test_a_run_does_not_go_back(data: Path, trained: Path) -> None:
    before = (trained / "run.json").read_bytes()

    with pytest.raises(UsageError, match=r"other settings \(epochs\)"):
        train(data, trained, replace(SMALL, epochs=1), resume=True)

    assert (trained / "run.json").read_bytes() == before


def test_a_run_may_compute_in_half_the_bytes(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    half = replace(SMALL, epochs=1, precision="mixed_bfloat16")

    train(data, out, half)
    train(data, out, replace(half, epochs=2), resume=True)

    learns = keras.saving.load_model(out / "checkpoint.keras")
    kept = export.load_network(out)
    computes = [
        {layer.name: layer.compute_dtype for layer in model.layers if layer.weights}
        for model in (learns, kept)
    ]
    # The heads answer in full, and what is kept knows nothing of it.
    in_full = {name for name, dtype in computes[0].items() if dtype == "float32"}
    assert in_full == set(HEADS)
    assert set(computes[0].values()) == {"bfloat16", "float32"}
    assert set(computes[1].values()) == {"float32"}
    assert {weight.dtype for weight in learns.weights} == {"float32"}
    assert len(record(out)["epochs"]) == 2
    with pytest.raises(UsageError, match=r"other settings \(precision\)"):
        train(data, out, replace(SMALL, epochs=3), resume=True)


@pytest.mark.parametrize("name", ["checkpoint.keras", "average.npz"])
def test_a_run_whose_files_are_damaged_does_not_go_on(
    data: Path, trained: Path, tmp_path: Path, name: str
) -> None:
    out = Path(shutil.copytree(trained, tmp_path / "run"))
    (out / name).write_bytes(b"PK\x03\x04 cut off")
    before = (out / "run.json").read_bytes()

    with pytest.raises(UsageError) as caught:
        train(data, out, replace(SMALL, epochs=3), resume=True)

    assert str(caught.value) == (
        f"{out / name} is damaged, so the run cannot go on: choose another folder "
        "with --out."
    )
    assert (out / "run.json").read_bytes() == before


def test_a_file_of_a_run_that_cannot_be_read_is_not_called_damaged(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(trained, tmp_path / "run"))
    (out / "average.npz").unlink()
    (out / "average.npz").mkdir()

    with pytest.raises(UsageError) as caught:
        train(data, out, replace(SMALL, epochs=3), resume=True)

    assert (
        str(caught.value) == f"{out / 'average.npz'} cannot be read (Is a directory)."
    )


def test_a_run_without_its_checkpoint_is_not_begun_anew(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(trained, tmp_path / "run"))
    (out / "checkpoint.keras").unlink()

    with pytest.raises(UsageError) as caught:
        train(data, out, replace(SMALL, epochs=3), resume=True)

    assert str(caught.value) == (
        f"{out} holds a run without its checkpoint.keras, which going on needs: put "
        "it back, or choose another folder with --out."
    )
    assert len(record(out)["epochs"]) == 2


def test_a_run_does_not_go_on_with_other_faces(trained: Path, tmp_path: Path) -> None:
    other = made.write(tmp_path / "other.npz", n=63)
    before = (trained / "run.json").read_bytes()

    with pytest.raises(UsageError) as caught:
        train(other, trained, replace(SMALL, epochs=3), resume=True)

    first = json.loads(before)["data"]["sha256"]
    second = hashlib.sha256(other.read_bytes()).hexdigest()
    assert str(caught.value) == (
        f"The run in {trained} learned from faces.npz (sum {first[:16]}); what --data "
        f"names now has the sum {second[:16]}: other pictures or votes. Go on with the "
        "first, or choose another folder with --out."
    )

    assert (trained / "run.json").read_bytes() == before


def test_the_rate_rises_is_held_and_falls() -> None:
    settings = Settings(epochs=10, cool=4)

    shares = [settings.share_of_rate(done) for done in (0, 0.5, 1, 6, 7, 9, 10)]

    assert shares == [0, 0.5, 1, 1, 0.75, 0.25, 0]


def test_the_last_epochs_show_faces_alone_and_whole() -> None:
    settings = Settings(epochs=10, clear=3)

    assert [settings.mixup_in(epoch) for epoch in (0, 6, 7, 9)] == [0.3, 0.3, 0, 0]
    erased = [settings.damage_in(epoch).erase for epoch in (0, 6, 7, 9)]
    assert erased == [0.25, 0.25, 0, 0]
    assert settings.damage_in(9).small == settings.damage.small


def test_a_finished_run_goes_on_for_more_epochs(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(trained, tmp_path / "more"))

    train(data, out, replace(SMALL, epochs=3), resume=True)

    run = json.loads((out / "run.json").read_text())
    assert [epoch["epoch"] for epoch in run["epochs"]] == [1, 2, 3]
    assert run["epochs"][:2] == record(trained)["epochs"]
    before = {"epochs": 2, "cool": 1, "rate": 0.02, "clear": 0, "until": 2}
    assert run["schedules"] == [before]


@pytest.mark.parametrize("weights", ["float32", "float16", "int8"])
def test_the_file_answers_as_the_trained_network(
    trained: Path, tmp_path: Path, weights: export.Weights
) -> None:
    model = export.load_network(trained)
    run = json.loads((trained / "run.json").read_text())
    faces = some_faces(140)
    images, examples = faces[::2], faces[1::2, ..., None].astype(np.float32)

    content = export.to_litert(model, (48, 48, 1), weights, examples)
    file = export.write(content, tmp_path / "made.tflite", export.describe("9.9", run))
    network = Network(file)

    assert network.version == "9.9"
    assert network.metadata.raw["data"] == run["data"]
    # Nobody calibrated it yet: it has no prior, and none is made up.
    assert network.metadata.priors == dict.fromkeys(HEADS)
    wanted = predict(model, images)
    near = {"float32": 1e-3, "float16": 0.02, "int8": 0.4}[weights]
    for head in HEADS:
        found = network.logits(images, head)
        assert apart(found, wanted[head]) < near
        assert np.allclose(network.logits(images[:3], head), found[:3], atol=1e-4)


def test_another_backend_writes_no_litert_file(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = export.load_network(trained)
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")

    with pytest.raises(UsageError) as caught:
        export.to_litert(model, (48, 48, 1))

    assert str(caught.value) == (
        "LiteRT files are written through TensorFlow, but Keras runs on torch here: "
        "start again without KERAS_BACKEND."
    )


def test_what_a_file_says_of_itself_can_be_changed(
    trained: Path, tmp_path: Path
) -> None:
    run = json.loads((trained / "run.json").read_text())
    content = export.to_litert(export.load_network(trained), (48, 48, 1))
    file = export.write(content, tmp_path / "made.tflite", export.describe("9.9", run))
    images, _ = made.faces(5)
    before = Network(file).logits(images)

    export.rewrite(file, {"version": "10"})

    assert Network(file).version == "10"
    assert np.allclose(Network(file).logits(images), before)


def test_a_folder_without_a_network_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no trained network: train one first"):
        export.load_network(tmp_path)


def test_the_usual_shape_is_quick_to_train() -> None:
    model = expression_network()

    assert {head: tuple(model.output[head].shape) for head in HEADS} == {
        "labels": (None, 7),
        "votes": (None, 7),
    }
    assert multiply_adds(model) < 60e6
    assert multiply_adds(model, side=24) < multiply_adds(model) / 3


def test_a_network_with_fine_blocks_halves_later(data: Path, tmp_path: Path) -> None:
    shape = replace(SMALL.shape, fine=1)
    fine, plain = expression_network(shape), expression_network(SMALL.shape)

    # The first convolutions see four times as many pixels.
    assert multiply_adds(fine) > 2 * multiply_adds(plain)
    train(data, tmp_path / "run", replace(SMALL, shape=shape, epochs=1))
    taught = Teacher.load([tmp_path / "run" / "network.keras"])
    assert taught.answers(made.faces(3)[0])["labels"].shape == (3, 7)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_the_command_says_in_one_line_what_went_wrong(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / "run.partial.json").symlink_to("/dev/full")
    small = ("--widths", "4", "8", "--blocks", "1", "1", "--epochs", "1")
    typed = ("train", "--data", data, "--out", out, "--small", 0, *small)
    monkeypatch.setattr(sys, "argv", [str(part) for part in typed])

    with pytest.raises(SystemExit) as caught:
        main()

    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"The run in {out} cannot be written (No space left on dev")
