"""How much of the votes is taken off the labels' head, and that it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.networks import HEADS, LABELS, VOTES, expression_network, predict
from models.training.teacher import describe, load_network
from models.training.unmixing import MOST, main, share_of_votes, take_off, write_unmixed
from monitor.emotion.calibration import softmax
from tests.training import made
from tests.training.runs import SMALL

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def drawn(rng: np.random.Generator, logits: Floats) -> Ints:
    """Labels as likely as the logits say."""
    return np.asarray([rng.choice(7, p=row) for row in softmax(logits)])


def test_what_was_mixed_in_is_found() -> None:
    rng = np.random.default_rng(0)
    labels, votes = rng.normal(0, 1.5, (2, 6000, 7))
    truth = drawn(rng, labels)

    assert share_of_votes(labels + 0.2 * votes, votes, truth) == pytest.approx(
        0.2, abs=0.05
    )


def test_where_nothing_was_mixed_in_little_is_taken() -> None:
    rng = np.random.default_rng(1)
    labels, votes = rng.normal(0, 1.5, (2, 6000, 7))
    truth = drawn(rng, labels)

    assert share_of_votes(labels, votes, truth) < 0.05
    # What the labels lack of the votes is not put in.
    assert share_of_votes(labels - 0.2 * votes, votes, truth) == 0


def test_a_few_faces_move_it_little() -> None:
    rng = np.random.default_rng(2)
    labels, votes = rng.normal(0, 1.5, (2, 8, 7))
    truth = drawn(rng, labels - MOST * votes)

    assert 0 <= share_of_votes(labels, votes, truth) < 0.15


def test_a_network_answers_without_it_afterwards() -> None:
    model = expression_network(SMALL.shape)
    images = made.faces(5)[0]
    before = predict(model, images)

    take_off(model, 0.25)

    after = predict(model, images)
    assert set(after) == set(HEADS)
    assert after[VOTES] == pytest.approx(before[VOTES], abs=1e-5)
    assert after[LABELS] == pytest.approx(
        before[LABELS] - 0.25 * before[VOTES], abs=1e-4
    )


def test_a_run_s_network_without_it_can_teach(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "unmixed"
    asked = ["unmixing", "--run", str(trained), "--share", "0.25", "--out", str(out)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", asked)
        main()
        with pytest.raises(SystemExit) as again:
            main()

    images = made.faces(5)[0]
    before, after = (
        predict(load_network(run / "network.keras", "--teacher"), images)
        for run in (trained, out)
    )
    assert after[LABELS] == pytest.approx(
        before[LABELS] - 0.25 * before[VOTES], abs=1e-4
    )
    told = describe(out / "network.keras")
    assert told["unmixed"] == 0.25
    assert "validation" not in json.loads((out / "run.json").read_text())
    write_unmixed(out, 0.125, tmp_path / "again")
    assert describe(tmp_path / "again" / "network.keras")["unmixed"] == 0.375
    assert told["settings"] == describe(trained / "network.keras")["settings"]
    assert again.value.code == 2
    assert f"{out} holds a run already" in capsys.readouterr().err


@pytest.mark.parametrize("share", ["0.51", "-1", "nan"])
def test_a_share_that_cannot_be_is_one_line(
    share: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["x", "--run", run, "--share", share, "--out", run])
        with pytest.raises(SystemExit) as ended:
            main()

    assert ended.value.code == 2
    assert f"--share: {share}: expected from 0 to 0.5" in capsys.readouterr().err
