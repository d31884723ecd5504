"""A release of a tiny run: the file, its card, and what they say of each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training import export  # noqa: E402
from models.training.networks import HEADS, LABELS, VOTES, predict  # noqa: E402
from models.training.readers.shipped import load  # noqa: E402
from models.training.release import shipping  # noqa: E402
from models.training.unmixing import MOST, take_off  # noqa: E402
from monitor.emotion.network import Network  # noqa: E402
from monitor.emotion.registry import shipped  # noqa: E402
from monitor.errors import ExportError, UsageError  # noqa: E402
from tests.training import made  # noqa: E402


@pytest.fixture
def looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of looks at PublicTest; a made set's look belongs in no other."""
    monkeypatch.setattr(shipping, "LOOKS", tmp_path / "looks.jsonl")
    return tmp_path / "looks.jsonl"


@pytest.mark.parametrize("weights", ["float16", "int8"])
def test_a_release_ships_a_file_whose_card_says_what_it_says(
    data: Path, trained: Path, looks: Path, tmp_path: Path, weights: export.Weights
) -> None:
    out = tmp_path / "emotion.tflite"

    figures = shipping.release(trained, data, out, "7.0", weights)

    network = Network(out)
    about = network.metadata.raw
    assert (network.version, about["figures"]) == ("7.0", figures)
    assert about["weights"] == weights
    assert figures["speed"]["bytes"] == out.stat().st_size
    assert figures["agreement"]["same_answer"] >= shipping.SAME
    assert 0 <= about["unmixed"] <= MOST
    for head in network.metadata.heads:
        assert about["calibration"][head]["temperature"] != 1
        assert sum(about["priors"][head]) == pytest.approx(1)
        assert "direct" in figures["cross_validated"][head]
    card = (tmp_path / "CARD.md").read_text("utf-8")
    assert card.startswith("# expression 7.0\n")
    assert said_of(figures) in card
    assert "PublicTest has been looked at" in card
    assert len(looks.read_text("utf-8").splitlines()) == 1
    assert json.loads((trained / "figures.json").read_text("utf-8")) == figures
    assert not (tmp_path / "draft.tflite").exists()


def test_what_is_taken_off_the_labels_head_is_what_is_told(trained: Path) -> None:
    model = export.load_network(trained)
    choose = load(made.write(trained.parent / "more.npz", n=700)).training
    # As if it had learned too much of the votes.
    take_off(model, -0.4)
    before = predict(model, choose.images)

    share = shipping.unmixed(model, choose)

    after = predict(model, choose.images)
    assert share > 0
    assert after[LABELS] == pytest.approx(
        before[LABELS] - share * before[VOTES], abs=1e-3
    )
    assert after[VOTES] == pytest.approx(before[VOTES], abs=1e-4)


def test_the_shipped_file_fits_its_budget() -> None:
    assert shipped().stat().st_size <= 4 * 2**20


def test_the_shipped_card_is_that_of_the_shipped_file() -> None:
    about = Network.load(shipped()).metadata.raw

    card = shipped().with_name("CARD.md").read_text("utf-8")

    assert card.startswith(f"# {about['name']} {about['version']}\n")
    assert said_of(about["figures"]) in card
    assert f"reads *{about['reads']}*" in card
    for height, least in zip(*about["thresholds"].values(), strict=True):
        assert not least or f"{least:.0%} at {height:.0f} px" in card
    test = about["figures"]["public_test"]
    assert f"| macro-F1 | {test['macro_f1']:.1%} |" in card
    assert f"| accuracy | {test['accuracy']:.1%} |" in card
    right = sum(row[i] for i, row in enumerate(test["confusion"]))
    assert f"**{right / test['faces']:.1%}**" in card
    for scene in about["figures"]["path"].values():
        assert f"{scene['found']:.1%}" in card


def said_of(figures: dict[str, Any]) -> str:
    """The card's first figures."""
    votes, labels = figures["public_test_votes"], figures["public_test"]
    return (
        f"**{labels['accuracy']:.1%}**; of the {votes['faces']:,} on which most "
        f"annotators agree, what they saw in **{votes['accuracy']:.1%}**. It takes "
        f"{figures['speed']['bytes'] / 2**20:.2f} MiB, and "
        f"{figures['speed']['ms_per_face']:.2f} ms a face"
    )


def test_a_file_that_answers_otherwise_is_not_shipped(
    trained: Path, tmp_path: Path
) -> None:
    model = export.load_network(trained)
    run = json.loads((trained / "run.json").read_text("utf-8"))
    content = export.to_litert(model, (48, 48, 1))
    file = export.write(content, tmp_path / "a.tflite", export.describe("1.0", run))
    for head in HEADS:
        layer = model.get_layer(head)
        layer.set_weights([-weight for weight in layer.get_weights()])

    with pytest.raises(ExportError, match="expected 97% or more: nothing was shipped"):
        shipping.agreement(Network(file), model, made.faces(30)[0])


def test_other_data_than_the_runs_is_refused(
    trained: Path, looks: Path, tmp_path: Path
) -> None:
    other = made.write(tmp_path / "other.npz", n=63)

    with pytest.raises(UsageError) as caught:
        shipping.release(trained, other, tmp_path / "emotion.tflite", "7.0", "int8")

    assert str(caught.value) == f"{other} is not the file that {trained} learned from."
    assert not looks.exists()
    assert list(tmp_path.iterdir()) == [other]
