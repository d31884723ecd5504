"""Real `classpulse` processes, as a user would start them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

AGREED = ("--accept-notice", "--mode", "student")
PROGRAM = (sys.executable, "-m", "monitor")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without a display, and with what is added."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "CLASSPULSE_DB")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | dict(extra or {})


def classpulse(
    *args: object,
    db: Path,
    status: int = 0,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; fails when the exit status is another one."""
    done = subprocess.run(
        [*PROGRAM, *map(str, args), "--db", str(db)],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == status, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def begin(
    *args: object, db: Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a command and leave it running."""
    return subprocess.Popen(
        [*PROGRAM, *map(str, args), "--db", str(db)],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
