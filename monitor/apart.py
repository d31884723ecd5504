"""Our own programs, started as processes that the terminal's Ctrl-C does not reach."""

from __future__ import annotations

import subprocess
import sys
from typing import Any


def command(*args: str) -> list[str]:
    """What starts ``classpulse ARGS`` with this very Python."""
    # -P: what lies in the folder that the user stands in is not imported.
    return [sys.executable, "-P", "-m", "monitor", *args]


def apart() -> dict[str, Any]:
    """Arguments for `subprocess.Popen`; the Windows ones are untried."""
    if sys.platform == "win32":
        return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"start_new_session": True}
