"""`classpulse models train` as a learner meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")
pytest.importorskip("matplotlib", reason="the extra `train` is not installed")

from models.training.transfer import applications, backend  # noqa: E402
from models.training.transfer.classifier import _Run  # noqa: E402
from monitor.cli.models import train as command  # noqa: E402
from monitor.cli.models.plan import EXPRESSION, OUR_OWN  # noqa: E402
from tests.training import made  # noqa: E402
from tests.training.readers import sets  # noqa: E402
from tests.training.transfer import tints  # noqa: E402

TRAIN = ("models", "train", "--data")


def refused(result: Result, *parts: str, status: int = 2) -> None:
    """One line on stderr that holds the parts."""
    assert result.status == status, result.out + result.err
    line = result.err.strip().splitlines()[-1]
    assert line.startswith("classpulse: "), result.err
    assert "Traceback" not in result.err
    for part in parts:
        assert part in line


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> str:
    """A network of one convolution, which the command then knows."""
    tints.offer(monkeypatch)
    monkeypatch.setattr(command, "NETWORKS", (*command.NETWORKS, "tiny"))
    return "tiny"


def test_the_command_knows_every_network() -> None:
    assert (EXPRESSION, *applications.BASES) == command.NETWORKS
    unpublished = [name for name, x in applications.BASES.items() if not x.published]
    assert list(OUR_OWN) == unpublished


def test_a_run_ends_with_figures_pictures_and_the_next_command(
    run: Run, tmp_path: Path, tiny: str
) -> None:
    data, out = tints.write(tmp_path / "set"), tmp_path / "run"
    (data / "red" / "broken.png").write_bytes(b"no picture")
    options = ("--network", tiny, "--weights", "none", "--out", out, "--batch", 8)
    changes = ("--no-flip", "--shear", 0.1, "--zoom", 0.2, "--rotate", 5)

    result = run(*TRAIN, data, *options, "--epochs", 1, *changes)

    assert result.status == 0, result.err
    assert "30 pictures in 3 classes" in result.out
    assert "broken.png" in result.out
    named = (out / "bad_rows.txt").read_text("utf-8").splitlines()
    broken = data / "red" / "broken.png"
    kinds = "png, jpeg, webp, bmp, tiff, gif, ppm"
    assert named == [f"{broken}: no picture: expected one of {kinds}"]
    assert f"Left out, each by name: {out / 'bad_rows.txt'}" in result.out
    assert "epoch 1/1" in result.out
    assert "validation pictures right" in result.out
    assert f"Trained: {out / 'network.keras'}" in result.out
    unusable = "none of the seven expressions: blue, green, red"
    assert result.out.count(unusable) == 2
    assert result.out.index(unusable) < result.out.index("epoch 1/1")
    assert {"network.keras", "run.json", "curves.png", "confusion.png"} <= {
        file.name for file in out.iterdir()
    }
    settings = json.loads((out / "run.json").read_text("utf-8"))["settings"]
    assert settings["changes"] == {
        "flip": False,
        "shear": 0.1,
        "zoom": 0.2,
        "rotate": 5.0,
        "damage": False,
    }

    refused(run(*TRAIN, data, *options, "--epochs", 2, *changes), "add --resume")
    # What is not asked for again stays as it was.
    resumed = run(*TRAIN, data, *options, "--epochs", 2, "--resume")
    assert resumed.status == 0, resumed.err
    assert "epoch 2/2" in resumed.out
    assert "epoch 1/2" not in resumed.out
    again = json.loads((out / "run.json").read_text("utf-8"))["settings"]
    assert again == settings | {"epochs": 2}


def test_the_next_command_can_be_pasted() -> None:
    network = Path("my runs") / "network.keras"

    said = command._next_step("vgg16", network, ["Anger", "happy"])

    assert said == (
        "Use it: classpulse models import 'my runs/network.keras' --name vgg16 "
        "--scale 1 --classes Anger,happy"
    )


def test_a_run_goes_to_the_cache_folder_when_nobody_says(
    run: Run, tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_: str(tmp_path / "c"))
    data = tints.write(tmp_path / "set", each=5)
    options = ("--network", tiny, "--weights", "none", "--epochs", 1, "--seed", 7)

    result = run(*TRAIN, data, *options, "--damage")

    assert result.status == 0, result.err
    assert (tmp_path / "c" / "runs" / "tiny-7" / "network.keras").exists()


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--network", "lenet"), ("--network lenet", "expression, vgg16")),
        (("--network", "xception", "--size", 48), ("71 pixels or more",)),
        (("--network", "vgg16", "--weights", "no.h5"), ("No weights at no.h5",)),
        (("--network", "alexnet", "--weights", "imagenet"), ("--weights none",)),
        (("--shear", 0.2, "--fine-tune", 2), ("--fine-tune, --shear", "no effect")),
        (("--votes", "votes.csv"), ("votes.csv",)),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    run: Run, tmp_path: Path, options: tuple[object, ...], parts: tuple[str, ...]
) -> None:
    data = tints.write(tmp_path / "set", each=2)
    refused(run(*TRAIN, data, "--out", tmp_path / "run", *options), *parts)
    assert not (tmp_path / "run").exists()


def test_ctrl_c_while_keras_loads_is_answered(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backend, "start", pressed)

    result = run(*TRAIN, tints.write(tmp_path / "set", each=5))

    assert result.status == 130
    assert result.err.splitlines()[-1] == "Stopped before it began."


@pytest.mark.parametrize("named", [True, False])
def test_ctrl_c_says_how_to_go_on(
    run: Run, tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    data, out = tints.write(tmp_path / "my set", each=5), tmp_path / "run"
    options = ("--network", tiny, "--weights", "none", "--out", out, "--epochs", 3)
    save, epochs = _Run._save, 0

    def pressed(self: _Run, found: dict[str, object]) -> None:
        nonlocal epochs
        epochs += 1
        if epochs in {1, 3}:
            raise KeyboardInterrupt
        save(self, found)

    monkeypatch.setattr(_Run, "_save", pressed)
    before = ""
    if named:
        before = f"KERAS_BACKEND={keras.backend.backend()} "
        monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    else:
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
        monkeypatch.setattr(backend, "start", lambda: None)

    first = run(*TRAIN, data, *options)
    assert first.status == 130
    assert first.err.splitlines()[-1] == (
        "Stopped before the first epoch was whole: nothing is kept."
    )
    second = run(*TRAIN, data, *options)
    assert second.status == 130
    assert second.err.splitlines()[-1] == (
        f"Stopped after epoch 1. Go on with: {before}classpulse models train "
        f"--data '{data}' --network tiny --weights none --out {out} --epochs 3 --resume"
    )
    # How many epochs were asked for stands in the run.
    third = run(*TRAIN, data, *options[:-2], "--resume")
    assert third.status == 0, third.err
    assert "epoch 3/3" in third.out


@pytest.mark.parametrize(
    "option",
    [
        ("--epochs", 0),
        ("--batch", 0),
        ("--zoom", 1),
        ("--rotate", -1),
        ("--bad", "mend"),
    ],
)
def test_what_no_option_takes_is_refused(
    run: Run, tmp_path: Path, option: tuple[str, object]
) -> None:
    result = run(*TRAIN, tmp_path, "--network", "vgg16", *option)
    assert result.status == 2
    assert option[0] in result.err


def test_data_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    refused(run(*TRAIN, tmp_path / "none.csv", "--network", "vgg16"), "none.csv")


def test_a_bad_picture_stops_the_run_when_asked(
    run: Run, tmp_path: Path, tiny: str
) -> None:
    data = tints.write(tmp_path / "set", each=2)
    (data / "red" / "broken.png").write_bytes(b"no picture")
    options = ("--network", tiny, "--weights", "none", "--bad", "stop")
    refused(run(*TRAIN, data, *options), "broken.png")


@pytest.mark.parametrize("name", ["", "runs", "red/run"])
def test_a_run_is_not_kept_among_the_pictures(
    run: Run, tmp_path: Path, name: str
) -> None:
    data = tints.write(tmp_path / "set")
    before = sorted(data.rglob("*"))

    result = run(*TRAIN, data, "--out", data / name)

    refused(
        result,
        f"{data / name} lies among the data: name a folder elsewhere with --out",
    )
    assert sorted(data.rglob("*")) == before


def test_a_run_that_is_not_there_does_not_go_on(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "misspelt"

    result = run(*TRAIN, tints.write(tmp_path / "set"), "--out", out, "--resume")

    refused(
        result,
        f"{out} holds no run to go on with: name its folder with --out, or leave "
        "--resume out to begin one there.",
    )
    assert not out.exists()


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_read(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "run"

    # There is no data either, which would be told next.
    result = run(*TRAIN, tmp_path / "gone", "--out", out)

    refused(
        result,
        f"No run can be kept in {out} (Not a directory): choose another folder",
        status=1,
    )


def test_weights_that_cannot_be_downloaded_are_offered_otherwise(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(urllib.request, "_opener", None)
    monkeypatch.setattr(keras.src.backend.config, "_KERAS_DIR", str(tmp_path))
    data = tints.write(tmp_path / "set", each=5)
    options = ("--network", "vgg16", "--size", 32, "--out", tmp_path / "run")

    result = run(*TRAIN, data, *options)

    refused(result, "could not be downloaded", "--weights none", "--weights FILE")


def test_without_the_extra_a_line_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['keras'] = None; sys.argv = sys.argv[1:];"
        "from monitor.cli import main; main()"
    )
    args = ["classpulse", *TRAIN, str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0, done.stderr
    assert (
        'keras is not installed: in ClassPulse\'s folder, pip install ".[train]"'
        in done.stderr
    )


def test_a_backend_that_cannot_train_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "numpy")

    refused(
        run(*TRAIN, tmp_path, "--weights", "none", "--network", "alexnet"),
        "KERAS_BACKEND is numpy, expected tensorflow or torch: change it",
    )


def test_a_backend_chosen_for_all_programs_that_cannot_train_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text('{"backend": "jax"}')

    refused(
        run(*TRAIN, tmp_path, "--weights", "none", "--network", "alexnet"),
        f"{tmp_path / 'keras.json'} names the backend jax, expected tensorflow or",
        "or set KERAS_BACKEND",
    )


@pytest.mark.parametrize("content", ["[]", "3"])
def test_a_file_of_keras_own_that_is_damaged_is_named(
    content: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(content)

    refused(
        run(*TRAIN, tmp_path, "--weights", "none", "--network", "alexnet"),
        f"{tmp_path / 'keras.json'} holds no settings of Keras: mend it, or remove it",
    )


@pytest.mark.parametrize("content", ["", "{", "{}", '{"backend": "torch"}'])
def test_keras_own_file_need_not_name_a_backend(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(content)

    backend.start()


@pytest.mark.slow
def test_the_shipped_network_is_trained_anew(run: Run, tmp_path: Path) -> None:
    images, labels = made.faces(21)
    data = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    out = tmp_path / "run"

    result = run(*TRAIN, data, "--epochs", 1, "--batch", 8, "--out", out)

    assert result.status == 0, result.err
    assert re.search(r"epoch 1: \d+\.\d% of the validation part right", result.out)
    assert "validation pictures right" in result.out
    assert (out / "curves.png").exists()
    ready = out / "expression.tflite"
    assert f"classpulse start --model {ready}" in result.out.splitlines()[-1]
    assert ready.exists()
