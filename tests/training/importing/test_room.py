"""What is made of a model, and no room for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from monitor.errors import ExportError
from tests.training.importing import builders
from tests.training.importing.builders import entry, sequential, tiny

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
pytest.importorskip("tensorflow", reason="the extra `train` is not installed")

from models.training.importing import convert  # noqa: E402
from tests.training.importing.refusals import refusal  # noqa: E402


@pytest.mark.slow
@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason=f"Keras runs on {keras.backend.backend()} in this process",
)
def test_no_room_for_what_is_made_of_it(
    tmp_path: Path, models: Path, request: pytest.FixtureRequest
) -> None:
    many = [entry("ReLU", name=f"r{i}") for i in range(200)]
    file = builders.write_keras(tmp_path / "a.keras", sequential(tiny(*many)))
    request.getfixturevalue("little_room")

    assert refusal(file, ExportError) == (
        "a.keras: what TensorFlow makes of it cannot be written (File too large): make "
        "room, or name another folder in TMPDIR"
    )
    assert not models.exists()


def test_no_folder_for_temporary_files(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = builders.write_keras(tmp_path / "a.keras", sequential(tiny()))
    # As when it is removed under a program that runs.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "removed"))

    assert refusal(file, ExportError) == (
        "no folder for temporary files can be written (No such file or directory): "
        "make room, or name another in TMPDIR"
    )
    assert not models.exists()


def test_what_is_made_of_it_cannot_be_written(tmp_path: Path) -> None:
    made = tmp_path / "removed" / "a.tflite"

    with pytest.raises(ExportError) as caught:
        convert._write(made, b"TFL3", {})

    assert str(caught.value) == (
        f"{made} cannot be written (No such file or directory): make room, or name "
        "another folder in TMPDIR"
    )
