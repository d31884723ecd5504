"""The command line as a user meets it: arguments in, status and two streams out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest

from monitor import cli, sources
from monitor.sources.port import SourceOptions


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "class.db"


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], db: Path
) -> Run:
    """Runs ``classpulse ARGS`` in this process, on a database of its own."""
    monkeypatch.setenv("CLASSPULSE_DB", str(db))
    monkeypatch.setenv("COLUMNS", "200")

    def command(*args: object) -> Result:
        capfd.readouterr()
        monkeypatch.setattr("sys.argv", ["classpulse", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        code = ended.value.code
        return Result(code if isinstance(code, int) else 0, out, err)

    return command


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A Keras model of the user's own."""
    builders = pytest.importorskip(
        "tests.training.importing.builders", reason="the extra `train` is not installed"
    )
    return Path(builders.write_keras(tmp_path / "My Model.keras"))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A gallery of the virtual class."""
    source = sources.create("virtual", SourceOptions(students=4, minutes=0.1, seed=3))
    with source:
        frame = source.read(0.0)
    assert frame is not None
    cv2.imwrite(str(tmp_path / "gallery.png"), frame.image)
    return tmp_path / "gallery.png"
