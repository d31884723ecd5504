"""The virtual class in a real window on a real X server."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import mss
import numpy as np
import numpy.typing as npt
import pytest

from monitor import detectors
from monitor.detectors.port import DetectorOptions
from monitor.errors import SourceUnavailable, UsageError
from monitor.sources.virtual.window import show
from tests.sources_virtual.builders import made_options
from tests.waiting import wait_until
from tests.x11 import XServer

pytestmark = pytest.mark.display

ROOT = Path(__file__).parents[2]


def begin(display: XServer, minutes: float) -> subprocess.Popen[str]:
    """Show a class of nine in a process of its own; returns once it has begun."""
    code = (
        "from monitor.sources.port import SourceOptions\n"
        "from monitor.sources.virtual.window import show\n"
        f"show(SourceOptions(students=9, minutes={minutes}),"
        " on_ready=lambda: print('ready', flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=display.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def grab(display: XServer, monkeypatch: pytest.MonkeyPatch) -> npt.NDArray[np.uint8]:
    display.use(monkeypatch)
    with mss.MSS() as screen:
        shot = screen.grab(screen.monitors[1])
    return np.ascontiguousarray(np.asarray(shot)[..., :3])


def test_the_window_fills_the_screen_and_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with XServer(1280, 720) as display:
        process = begin(display, minutes=5)
        try:
            # What the window was given, the X server draws in its own time.
            wait_until(lambda: grab(display, monkeypatch)[-240:, -400:].std() > 20)
            first = grab(display, monkeypatch)
            faces = detectors.create("centerface", DetectorOptions()).detect(first)
            assert len(faces) == 9
            wait_until(lambda: not np.array_equal(first, grab(display, monkeypatch)))
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said
            assert said == ""
        finally:
            process.kill()
            process.communicate()


def test_it_ends_with_the_class() -> None:
    with XServer(640, 360) as display:
        process = begin(display, minutes=0.01)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said


def test_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(SourceUnavailable, match="DISPLAY is not set; run this on a d"):
        show(made_options())


def test_a_display_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with XServer(640, 360) as display:
        display.use(monkeypatch)
    with pytest.raises(SourceUnavailable, match=f"display {display.name} cannot be"):
        show(made_options())


def test_bad_options_come_before_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(UsageError, match="--scenario wild: expected calm or full"):
        show(made_options(scenario="wild"))
