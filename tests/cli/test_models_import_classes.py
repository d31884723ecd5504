"""How `models import` learns the classes of a network, at a terminal or without."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from monitor.emotion import registry
from tests.cli.conftest import Run
from tests.commands import PROGRAM, environment

SEVEN = "angry,disgust,fear,happy,sad,surprise,neutral"


pytestmark = pytest.mark.usefixtures("models")


def test_without_a_terminal_the_classes_must_be_given(
    run: Run, model: Path, models: Path
) -> None:
    result = run("models", "import", model)

    assert result.status == 2
    assert "a Keras model does not name its 7 classes" in result.err
    assert f"--classes {SEVEN} (FER2013's)" in result.err
    assert "from folders, angry,disgust,fear,happy,neutral,sad,surprise" in result.err
    assert not models.exists()


def test_at_a_terminal_the_classes_are_asked_for(model: Path, models: Path) -> None:
    here, there = pty.openpty()
    env = environment({registry.VARIABLE: str(models)})
    asked = subprocess.Popen(
        [*PROGRAM, "models", "import", str(model)],
        stdin=there,
        stdout=there,
        stderr=subprocess.PIPE,
        env=env,
        text=True,
    )
    os.close(there)
    answers = (
        b"anger,disgust,fear,happy,sad,surprise,boredom\n",
        b"anger, sad\n",
        b"anger,disgust,fear,happy,sad,joy,neutral\n",
        b"\x04",
    )
    for answer in answers:
        os.write(here, answer)
    _, error = asked.communicate(timeout=60)
    shown = os.read(here, 10_000).decode()
    os.close(here)

    assert asked.returncode == 130
    assert "The file does not name its 7 classes" in shown
    assert "angry,disgust,fear,happy,neutral,sad,surprise" in shown
    assert "Classes: 'boredom' is none of angry" in shown
    assert "Classes: 2 are named, and the network tells 7 apart" in shown
    assert "Classes: happy, joy are one class, expected each once" in shown
    assert shown.count("Classes, in the network's order, with commas:") == 4
    assert error.splitlines()[-1] == "Stopped: nothing was imported."
    assert not models.exists()
