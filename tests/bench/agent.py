"""The agent as a process: processor time, memory, time to the first reading."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from monitor import sources
from monitor.errors import StoreError
from monitor.sources.port import SourceOptions
from monitor.store.store import Store
from tests.x11 import XServer

_MINUTES = 1.0


def measure() -> Iterator[tuple[str, str, str]]:
    """A live class of 25 in a real window, watched for a minute."""
    with tempfile.TemporaryDirectory() as folder, XServer(1920, 1080) as display:
        picture = Path(folder) / "gallery.png"
        _draw(picture)
        environment = display.environment
        window = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.window", str(picture)],
            env=environment,
            stdout=subprocess.PIPE,
        )
        assert window.stdout is not None
        window.stdout.readline()
        try:
            yield from _watch(Path(folder) / "class.db", environment)
        finally:
            window.kill()
            window.wait()


def _watch(db: Path, environment: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    command = [sys.executable, "-m", "monitor", "start", "--source", "screen"]
    command += ["--minutes", str(_MINUTES), "--accept-notice", "--mode", "student"]
    command += ["--no-dashboard", "--db", str(db)]
    began = time.monotonic()
    agent = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    first = None
    while agent.poll() is None and first is None:
        time.sleep(0.02)
        if db.exists() and _readings(db):
            first = time.monotonic() - began
    _, _, usage = os.wait4(agent.pid, 0)
    cpu = usage.ru_utime + usage.ru_stime
    yield "start to the first stored reading", f"{first or -1:.1f} s", "4 s"
    yield (
        "the agent over a minute, 25 faces every 3 s",
        f"{cpu / (_MINUTES * 60):.0%} of a core with its start",
        "20%",
    )
    yield "its memory at most", f"{usage.ru_maxrss / 1024:.0f} MB", "500 MB"


def _readings(db: Path) -> int:
    try:
        with Store.open(str(db)) as store:
            return len(store.load(store.session("last").id).observations)
    except StoreError:
        return 0  # not there yet


def _draw(picture: Path) -> None:
    import cv2

    with sources.create("virtual", SourceOptions(students=25)) as source:
        frame = source.read(0)
    assert frame is not None
    cv2.imwrite(str(picture), frame.image)
