"""The wheel in a clean environment: what a teacher installs."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out)]
    done = subprocess.run(
        [*command, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel in it; its programs' folder."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run(
        [programs / "python", "-m", "pip", "install", "--quiet", str(wheel)],
        check=True,
        capture_output=True,
    )
    return programs


def demo(site: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    args = ("demo", "--no-dashboard", "--students", "3", "--minutes", "0.2")
    return subprocess.run(
        [site / "classpulse", *args, "--db", folder / "class.db"],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )


def test_the_wheel_holds_weights_and_migrations_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    packages = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert packages == {"monitor", "dashboard", "models", "migrations"}
    for wanted in (
        "models/emotion.tflite",
        "models/faces.npz",
        "models/CARD.md",
        "models/calibration.svg",
        "migrations/env.py",
        "dashboard/assets/classpulse.css",
        "dashboard/document/document.css",
        "dashboard/document/document.js",
        "monitor/py.typed",
    ):
        assert wanted in names
    assert any(name.startswith("migrations/versions/0001") for name in names)


def test_the_wheel_runs_the_demo(site: Path, tmp_path: Path) -> None:
    done = demo(site, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Session 1 ended: 3 students in 4 samples" in done.stdout
    found = subprocess.run(
        [site / "python", "-c", "import tensorflow"], capture_output=True, check=False
    )
    assert found.returncode, "TensorFlow came with it"


def test_without_its_network_the_demo_fails(site: Path, tmp_path: Path) -> None:
    """Nothing else may write readings."""
    (network,) = site.parent.rglob("models/emotion.tflite")
    away = network.rename(network.with_suffix(".away"))
    try:
        done = demo(site, tmp_path)
    finally:
        away.rename(network)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "emotion.tflite" in done.stderr
    assert "Session" not in done.stdout
