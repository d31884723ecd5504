"""Whole commands, as a user waits for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median


def measure() -> Iterator[tuple[str, str, str]]:
    """Seconds from pressing return to the prompt."""
    helps = median(_seconds("--help") for _ in range(5))
    yield "classpulse --help", f"{helps:.2f} s", "0.5 s"
    with tempfile.TemporaryDirectory() as folder:
        db, video = Path(folder) / "class.db", Path(folder) / "class.mp4"
        demo = ["demo", "--no-dashboard", "--db", str(db)]
        took = _seconds(*demo, "--students", "12", "--minutes", "10")
        yield "demo, 12 students, 10 minutes", f"{took:.0f} s", "90 s"
        _seconds("demo", "--students", "25", "--minutes", "4", "--write", str(video))
        agreed = ["--accept-notice", "--mode", "student", "--db", str(db)]
        took = _seconds("analyze", str(video), *agreed)
        yield (
            "a 4-minute 1080p recording of 25",
            f"{took:.0f} s, {240 / took:.1f} x real time",
            "faster than real time",
        )


def _seconds(*args: str) -> float:
    began = time.perf_counter()
    environment = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    subprocess.run(
        [sys.executable, "-m", "monitor", *args],
        check=True,
        stdout=subprocess.DEVNULL,
        env=environment,
    )
    return time.perf_counter() - began
