"""What `classpulse models train` says of a network's use, before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("keras", reason="the extra `train` is not installed")

from models.training.readers import open_data
from monitor.cli.models import train as command
from monitor.cli.models.plan import EXPRESSION
from monitor.records import EMOTIONS
from tests.training import made
from tests.training.readers import sets


def test_what_cannot_be_exported_says_what_to_install(tmp_path: Path) -> None:
    said = command._next_step(EXPRESSION, tmp_path / "network.keras", [])

    assert said == (
        "It cannot be used here yet: TensorFlow, which alone exports it, is not "
        'installed. Install it (in ClassPulse\'s folder, pip install ".[train]" '
        "(Python 3.11 to 3.13)) and repeat this command with --resume."
    )


def test_what_there_are_no_pictures_of_is_told_before_the_hours(tmp_path: Path) -> None:
    images, labels = made.faces(21)
    some = labels != EMOTIONS.index("disgust")
    data = sets.write_csv(tmp_path / "a.csv", images[some], labels[some].tolist())
    whole = sets.write_csv(tmp_path / "b.csv", images, labels.tolist())

    assert command._untold(open_data(whole)) == ""
    assert command._untold(open_data(data)) == (
        "No pictures to learn from of disgust: the network will not tell these, and "
        "what it reads has no number for them."
    )


def test_two_words_for_one_expression_are_told() -> None:
    said = command._next_step("vgg16", Path("network.keras"), ["happy", "joy", "sad"])

    assert said == (
        "The trained network cannot be used here: of its classes these are one "
        "expression: happy, joy. Put their pictures together."
    )
