"""What `classpulse models train` says of a network's use, before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.readers import open_data
from models.training.transfer.elsewhere import READY
from monitor.cli.models import train as command
from monitor.cli.models.plan import EXPRESSION
from monitor.emotion.calibration import uncalibrated
from monitor.records import EMOTIONS
from tests.emotion import networks
from tests.training import made
from tests.training.readers import sets


def test_what_cannot_be_exported_says_what_to_install(tmp_path: Path) -> None:
    said = command._next_step(EXPRESSION, tmp_path / "network.keras", [])

    assert said == (
        "It cannot be used here yet: TensorFlow, which alone exports it, is not "
        'installed. Install it (in ClassPulse\'s folder, pip install ".[train]" '
        "(Python 3.11 to 3.13)) and repeat this command with --resume."
    )


@pytest.mark.parametrize("fitted", [False, True])
def test_a_confidence_that_nobody_checked_is_not_said_to_be(
    tmp_path: Path, fitted: bool
) -> None:
    entry = uncalibrated(len(EMOTIONS)) | {"temperature": 1.5 if fitted else 1.0}
    ready = networks.write(tmp_path / READY, calibration={"labels": entry})

    said = command._next_step(EXPRESSION, tmp_path / "network.keras", [])

    checked = (
        "Its confidence was checked on the pictures held back, not on small faces of "
        "a call"
        if fitted
        else "Its confidence is not calibrated (fewer than 30 pictures were held back)"
    )
    assert said == (
        f"{checked}, and it reads every face, however unsure it is. Use it: classpulse "
        f"start --model {ready}"
    )


def test_what_there_are_no_pictures_of_is_told_before_the_hours(tmp_path: Path) -> None:
    images, labels = made.faces(21)
    some = labels != EMOTIONS.index("disgust")
    data = sets.write_csv(tmp_path / "a.csv", images[some], labels[some].tolist())
    whole = sets.write_csv(tmp_path / "b.csv", images, labels.tolist())

    assert command._untold(open_data(whole)) == ""
    assert command._untold(open_data(data)) == (
        "There are no pictures of disgust to learn from: the network will never answer "
        "that, and its place is left empty."
    )


def test_two_words_for_one_expression_are_told() -> None:
    said = command._next_step("vgg16", Path("network.keras"), ["happy", "joy", "sad"])

    assert said == (
        "The trained network cannot be used here: of its classes these are one "
        "expression: happy, joy. Put their pictures together."
    )


@pytest.mark.parametrize(
    ("confusion", "says"),
    [
        ([[4, 0], [4, 0]], "would be right in 50.0%: the network has learned nothing"),
        ([[3, 1], [2, 2]], ""),
        ([[1, 5], [1, 1]], "would be right in 75.0%"),
    ],
)
def test_what_guessing_would_do_is_said(confusion: list[list[int]], says: str) -> None:
    right = sum(row[place] for place, row in enumerate(confusion))
    found = {"images": 8, "accuracy": right / 8, "confusion": confusion}

    said = command._no_better_than_guessing(found)

    assert says in said
    assert bool(said) == bool(says)
