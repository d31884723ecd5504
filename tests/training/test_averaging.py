"""The mean of a network's weights and of its first ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.averaging import main
from models.training.teacher import Forebears, load_network
from models.training.train import train
from tests.training.runs import SMALL


@pytest.fixture(scope="module")
def gone_on(
    data: Path, trained: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of a run that was begun with another's network."""
    out = tmp_path_factory.mktemp("runs") / "two"
    forebears = Forebears(begin=trained / "network.keras")
    train(data, out, replace(SMALL, epochs=1), forebears=forebears)
    return out


def call(monkeypatch: pytest.MonkeyPatch, run: Path, begun: Path, out: Path) -> None:
    asked = ["averaging", "--run", run, "--begun", begun, "--out", out]
    monkeypatch.setattr("sys.argv", [str(word) for word in asked])
    main()


def test_weights_are_half_way(
    trained: Path,
    gone_on: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun, out = trained / "network.keras", tmp_path / "mean"

    call(monkeypatch, gone_on, begun, out)

    first, last, mean = (
        load_network(file, "--run").get_weights()
        for file in (begun, gone_on / "network.keras", out / "network.keras")
    )
    for one, two, half in zip(first, last, mean, strict=True):
        assert half == pytest.approx((one + two) / 2, abs=1e-6)
    assert any((one != two).any() for one, two in zip(first, last, strict=True))
    records = (json.loads((run / "run.json").read_text()) for run in (gone_on, out))
    before, after = records
    # What was measured is another network's.
    assert before.pop("validation")["images"] > 0
    assert after == before | {"averaged": True}
    with pytest.raises(SystemExit):
        call(monkeypatch, out, begun, tmp_path / "again")
    assert f"{out} is a mean already" in capsys.readouterr().err


def test_another_beginning_is_refused(
    trained: Path,
    gone_on: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = gone_on / "network.keras"

    with pytest.raises(SystemExit) as ended:
        call(monkeypatch, gone_on, other, tmp_path / "mean")

    assert ended.value.code == 2
    said = f"{other} is not the network that {gone_on} was begun with.\n"
    assert capsys.readouterr().err == said
    assert not (tmp_path / "mean").exists()


def test_networks_of_other_shapes_have_no_mean(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    deeper = replace(SMALL, epochs=1, shape=replace(SMALL.shape, blocks=(1, 2)))
    begun = train(data, tmp_path / "deep", deeper)
    run = tmp_path / "run"
    forebears = Forebears(begin=begun)
    train(data, run, replace(SMALL, epochs=1), forebears=forebears)

    with pytest.raises(SystemExit) as ended:
        call(monkeypatch, run, begun, tmp_path / "mean")

    assert ended.value.code == 2
    assert f"{begun} has another shape than {run}: no mean" in capsys.readouterr().err


def test_a_run_is_not_overwritten(
    trained: Path,
    gone_on: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        call(monkeypatch, gone_on, trained / "network.keras", trained)

    assert f"{trained} holds a run already" in capsys.readouterr().err
