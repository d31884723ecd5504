"""`models import`, `models list` and `--model`, as a user meets them."""

from __future__ import annotations

import json
import math
import shlex
import subprocess
from pathlib import Path

import pytest

from monitor.emotion import metadata, registry
from monitor.prior import class_shares
from monitor.session_data import SessionData
from monitor.store.store import Store
from tests.cli.conftest import Run
from tests.commands import AGREED, PROGRAM, classpulse, environment
from tests.emotion import networks
from tests.training import made
from tests.training.readers import sets

SEVEN = "angry,disgust,fear,happy,sad,surprise,neutral"


pytestmark = pytest.mark.usefixtures("models")


@pytest.mark.slow
def test_a_users_own_model_reads_a_class(
    model: Path, picture: Path, models: Path, db: Path
) -> None:
    pytest.importorskip("tensorflow", reason="the extra `train` is not installed")
    env = {registry.VARIABLE: str(models)}

    told = classpulse_models("import", model, "--classes", SEVEN, env=env)

    assert "my-model " in told
    assert "48x48 grey" in told
    assert "divided by 255" in told
    assert "Its error was not measured" in told
    assert "evaluate --data PATH --model my-model" in told
    shipped, mine = json.loads(classpulse_models("list", "--json", env=env))
    assert shipped["name"] == "expression"
    assert shipped["accuracy"] > 0.6
    assert (mine["name"], mine["from"]) == ("my-model", f"imported from {model.name}")
    assert (mine["accuracy"], mine["ece"]) == (None, None)
    classpulse("analyze", picture, "--model", "my-model", *AGREED, db=db, env=env)
    with Store.open(str(db)) as store:
        data = store.load(store.session("last").id)
    assert data.session.model == f"my-model {mine['version']}"
    assert data.session.students == 4
    # It is not known what its readings lean towards, so nothing is corrected by it.
    assert data.session.prior is None
    assert_read(data)


def train(tmp_path: Path, models: Path, *asked: object) -> tuple[str, dict[str, str]]:
    """The command that a run of one epoch ends with, and where it is understood."""
    pytest.importorskip("tensorflow", reason="the extra `train` is not installed")
    pytest.importorskip("matplotlib", reason="the extra `train` is not installed")
    env = {registry.VARIABLE: str(models), "KERAS_BACKEND": "tensorflow"}
    images, labels = made.faces(42)
    data = sets.write_csv(tmp_path / "fer2013.csv", images, labels.tolist())
    place = ("--epochs", 1, "--out", tmp_path / "my run")
    told = classpulse_models("train", "--data", data, *asked, *place, env=env)
    return told.splitlines()[-1], env


@pytest.mark.slow
def test_a_network_trained_here_is_imported_and_reads_a_class(
    tmp_path: Path, picture: Path, models: Path, db: Path
) -> None:
    asked = ("--network", "mobilenetv2", "--weights", "none", "--size", 32)

    told, env = train(tmp_path, models, *asked)
    command = shlex.split(told.removeprefix("Use it: "))
    classpulse_models(*command[2:], env=env)

    assert command[:3] == ["classpulse", "models", "import"]
    name = "mobilenetv2"
    classpulse("analyze", picture, "--model", name, *AGREED, db=db, env=env)
    with Store.open(str(db)) as store:
        loaded = store.load(store.session("last").id)
    assert loaded.session.model.startswith(f"{name} ")
    assert loaded.session.students == 4
    assert loaded.session.prior is None
    assert_read(loaded)


@pytest.mark.slow
def test_the_shipped_kind_trained_anew_reads_a_class(
    tmp_path: Path, picture: Path, models: Path, db: Path
) -> None:
    told, env = train(tmp_path, models, "--batch", 8)
    used = shlex.split(told.rpartition(": ")[2])
    classpulse_models("import", used[3], "--name", "mine", env=env)
    listed = json.loads(classpulse_models("list", "--json", env=env))

    assert used[:3] == ["classpulse", "start", "--model"]
    (mine,) = [each for each in listed if each["name"] == "mine"]
    assert (mine["from"], 0 <= mine["accuracy"] <= 1) == ("trained here", True)
    for name in (used[3], "mine"):
        classpulse("analyze", picture, "--model", name, *AGREED, db=db, env=env)
        with Store.open(str(db)) as store:
            loaded = store.load(store.session("last").id)
        assert loaded.session.model.endswith(f" {mine['version']}")
        assert loaded.session.students == 4
        assert loaded.observations.is_read.any()


def assert_read(data: SessionData) -> None:
    """That the network answered, and no share is corrected by a made-up prior."""
    seen = data.observations
    assert seen.is_read.any()
    assert seen.probabilities[seen.is_read].sum(1) == pytest.approx(1, abs=0.01)
    assert class_shares(data) is None


def classpulse_models(*args: object, env: dict[str, str]) -> str:
    """A process of its own: Keras may run on something else in this one."""
    done = subprocess.run(
        [*PROGRAM, "models", *map(str, args)],
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--classes", "angry,grumpy"), "--classes: 'grumpy' is none of angry"),
        (("--classes", "sad"), "expected two or more classes"),
        (("--classes", "sad,happy"), "tells 7 classes apart, but --classes names 2"),
        (("--scale", "half"), "--scale half: expected a number such as 1/255"),
        (("--scale", "0"), "--scale 0: every face would look the same"),
        (("--offset", "1/0"), "--offset 1/0: expected a number"),
        (("--name", "expression"), "--name expression: expected up to 60"),
        (("--name", "../x"), "--name ../x: expected up to 60 small letters"),
    ],
)
def test_wrong_options(
    run: Run, model: Path, models: Path, args: tuple[str, ...], message: str
) -> None:
    result = run("models", "import", model, *args)

    assert result.status == 2
    assert message in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert not models.exists()


def test_a_file_with_code_is_refused(run: Run, tmp_path: Path, models: Path) -> None:
    builders = pytest.importorskip(
        "tests.training.importing.builders", reason="the extra `train` is not installed"
    )
    config = builders.sequential(builders.tiny(builders.lambda_3()))
    file = builders.write_keras(tmp_path / "a.keras", config)

    result = run("models", "import", file, "--classes", SEVEN)

    assert result.status == 1
    assert "'lambda' holds a Lambda, which carries code" in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert not models.exists()


def test_without_the_extra_a_line_says_what_to_install(
    tmp_path: Path, models: Path
) -> None:
    hidden = tmp_path / "h5py.py"
    hidden.write_text("raise ModuleNotFoundError('gone', name='h5py')")
    env = environment({"PYTHONPATH": str(tmp_path)})

    done = subprocess.run(
        [*PROGRAM, "models", "import", "a.keras"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert (
        'h5py is not installed: in ClassPulse\'s folder, pip install ".[train]"'
        in done.stderr
    )
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_list_as_a_table(run: Run, models: Path) -> None:
    models.mkdir()
    (models / "broken.tflite").write_bytes(b"hello")
    (models / "My own.tflite").write_bytes(b"hello")

    result = run("models", "list")

    assert result.status == 0
    assert "expression" in result.out
    assert "shipped" in result.out
    assert "cannot be used" in result.out
    (why,) = [x for x in result.out.splitlines() if x.startswith("broken: ")]
    assert "is damaged or no ClassPulse network" in why
    assert "not measured" in result.out
    assert f"Your own lie in {models}" in result.out
    left_out = (
        "Left out: My own.tflite. Expected as a name, before .tflite: up to 60 small"
    )
    assert left_out in result.out


@pytest.mark.parametrize("columns", [60, 80])
def test_the_legend_is_as_wide_as_the_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    lines = run("models", "list").out.splitlines()

    first = next(i for i, line in enumerate(lines) if line.startswith("labels: how"))
    last = next(i for i, line in enumerate(lines) if line.endswith("held back"))
    legend = lines[first : last + 1]
    # Broken between words, and no sooner than it must be.
    assert all(len(line) <= columns for line in legend)
    assert "Trained here: on the faces held back" in " ".join(legend)
    assert len(legend[0]) + 1 + len(legend[1].split()[0]) > columns


@pytest.mark.parametrize(("faces", "shown"), [(49, False), (50, True)])
def test_a_figure_of_a_few_faces_is_no_figure_in_the_list(
    run: Run, models: Path, faces: int, shown: bool
) -> None:
    models.mkdir()
    figures = {"faces": faces, "accuracy": 0.875, "ece": 0.125}
    networks.write(models / "mine.tflite", figures={"validation": figures})

    table, listed = run("models", "list"), run("models", "list", "--json")

    assert ("87.5%" in table.out) == ("12.5%" in table.out) == shown
    assert "or on fewer than 50 faces" in table.out
    _, mine = json.loads(listed.out)
    assert (mine["faces"], mine["accuracy"], mine["ece"]) == (faces, 0.875, 0.125)


def test_without_thresholds_every_face_is_read(
    run: Run, tmp_path: Path, models: Path
) -> None:
    pytest.importorskip("h5py", reason="the extra `train` is not installed")
    figures = {"validation": {"faces": 90, "accuracy": 0.5}}
    file = networks.write(tmp_path / "expression.tflite", figures=figures)

    result = run("models", "import", file, "--name", "mine")

    assert result.status == 0, result.err
    assert "Every face is read, however unsure it is." in result.out


def test_a_file_of_somebody_elses_may_say_anything(run: Run, models: Path) -> None:
    models.mkdir()
    figures = {"accuracy": 10**400, "ece": math.nan}
    networks.write(
        models / "theirs.tflite",
        name="theirs",
        figures={"public_test": figures, "public_test_votes": {"accuracy": True}},
        data={"imported_from": "x\x1b[31m\x1b]0;mine\x07"},
    )

    table, listed = run("models", "list"), run("models", "list", "--json")

    assert table.status == listed.status == 0
    assert "\x1b" not in table.out
    _, theirs = json.loads(listed.out)
    assert theirs["accuracy"] is theirs["ece"] is theirs["votes_accuracy"] is None
    # Whatever it was measured on, it was not released.
    assert theirs["from"].startswith("imported from ")
    assert "imported" in table.out


@pytest.mark.parametrize("command", [("start",), ("analyze", "x.png")])
def test_a_name_too_long_for_a_file(run: Run, command: tuple[str, ...]) -> None:
    name = "x" * 300 + ".tflite"

    result = run(*command, "--model", name)

    assert result.status == 2
    assert f"--model {name}: no such file" in result.err.replace("\n", "")


@pytest.mark.parametrize(
    "command", [("start",), ("analyze", "x.png"), ("demo", "--no-dashboard")]
)
def test_an_unknown_network_names_those_there_are(
    run: Run, command: tuple[str, ...]
) -> None:
    result = run(*command, "--model", "gone")

    assert result.status == 2
    assert "--model gone: no network of that name; known here: expression" in result.err


@pytest.mark.parametrize("command", [("start",), ("analyze", "x.png")])
def test_presence_mode_takes_no_network(run: Run, command: tuple[str, ...]) -> None:
    agreed = ("--accept-notice", "--mode", "presence")

    result = run(*command, "--model", "expression", *agreed)

    assert result.status == 2
    assert "no expression is read in presence mode; leave --model out" in result.err


def test_presence_mode_that_was_agreed_on_before_takes_none_either(
    run: Run, picture: Path
) -> None:
    run("analyze", picture, "--accept-notice", "--mode", "presence")

    result = run("analyze", picture, "--model", "expression")

    assert result.status == 2
    assert "no expression is read in presence mode" in result.err


def test_a_network_that_was_trained_here_is_used_as_it_is(
    run: Run, tmp_path: Path, models: Path
) -> None:
    pytest.importorskip("h5py", reason="the extra `train` is not installed")
    file = networks.write(tmp_path / "expression.tflite", version="7.0")

    result = run("models", "import", file, "--name", "mine")
    refused = [
        run("models", "import", file, "--name", "other", option, value)
        for option, value in (("--classes", SEVEN), ("--offset", "-1"))
    ]

    assert result.status == 0, result.err
    assert "mine 7.0: 48x48 grey" in result.out
    assert "It was trained here, so it is used as it is." in result.out
    assert "Its error was not measured; `classpulse models evaluate" in result.out
    measured = run("models", "import", registry.find(), "--name", "shipped")
    assert "not measured" not in measured.out
    assert "It was released with ClassPulse" in measured.out
    listed = json.loads(run("models", "list", "--json").out)
    assert {each["name"]: each["from"] for each in listed} == {
        "expression": "shipped",
        "mine": "trained here",
        "shipped": "released",
    }
    before, after = metadata.read(file), metadata.read(models / "mine.tflite")
    assert after.raw == before.raw | {"name": "mine"}
    assert [each.status for each in refused] == [2, 2]
    for each in refused:
        assert "leave --weights, --classes, --scale and --offset out" in each.err
    assert {file.name for file in models.iterdir()} == {"mine.tflite", "shipped.tflite"}


def test_a_network_that_was_imported_before_keeps_what_is_not_known_of_it(
    run: Run, tmp_path: Path, models: Path
) -> None:
    pytest.importorskip("h5py", reason="the extra `train` is not installed")
    told = {"imported_from": "theirs.keras"}
    file = networks.write(tmp_path / "theirs.tflite", data=told)

    result = run("models", "import", file, "--name", "mine")

    assert result.status == 0, result.err
    assert "It was imported before, so it is used as it is." in result.out
    assert (
        "not measured, its probabilities are not calibrated, and every face"
        in result.out
    )
