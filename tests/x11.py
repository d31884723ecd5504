"""A real X server without a screen, for whatever must look at one.

    with XServer(1280, 720) as display:
        display.use(monkeypatch)          # DISPLAY for this process
        display.paint("#ff8000")          # the ground, really drawn
        display.run("xrandr", "--setmonitor", ...)

Needs Xvfb, and xrandr and xsetroot for the helpers (Debian: xvfb, x11-xserver-utils).
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from types import TracebackType
from typing import Self

import pytest

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_NUMBERS = itertools.count(100 + 1000 * _WORKER)
"""Display numbers, each used once. The first free one would be taken again as soon as
its server is stopped, by another worker too: then a program that waits for its lost
display, or a server that is started anew, meets somebody else's."""

PROGRAMS = ("Xvfb", "xrandr", "xsetroot")
_HIDDEN = ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE")


def need_programs(*programs: str) -> None:
    """Skip the test when a program is absent; in CI that is a failure instead."""
    missing = [name for name in programs if shutil.which(name) is None]
    if not missing:
        return
    text = f"needs {', '.join(missing)}"
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


class XServer:
    """An Xvfb of its own, on a display number that nobody else uses.

    Args:
        width: of the screen in pixels.
        height: of the screen in pixels.
        number: display number to ask for, to start anew what was stopped; one that
            nobody had before when None.

    Attributes:
        name: what goes into ``DISPLAY``, like ":3".
        environment: this process's environment with that display in it.
    """

    def __init__(self, width: int, height: int, *, number: int | None = None) -> None:
        self.size = width, height
        self.name = ""
        self._number = number
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        need_programs(*PROGRAMS)
        width, height = self.size
        ready, told = os.pipe()
        chosen = next(_NUMBERS) if self._number is None else self._number
        screen = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        # -noreset: what was painted outlives the program that painted it.
        # The server writes its number to the pipe once it takes clients.
        command = ["Xvfb", f":{chosen}", *screen, "-noreset", "-displayfd", str(told)]
        try:
            self._server = subprocess.Popen(
                command, pass_fds=(told,), stderr=subprocess.DEVNULL
            )
        finally:
            os.close(told)
        with os.fdopen(ready, "rb") as pipe:
            number = pipe.readline().strip().decode()
        if not number:
            self.stop()
            raise RuntimeError(f"Xvfb did not start: {' '.join(command)}")
        self.name = f":{number}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def number(self) -> int:
        return int(self.name[1:])

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in _HIDDEN}
        return kept | {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make it this process's display until the test ends."""
        monkeypatch.setenv("DISPLAY", self.name)
        for name in _HIDDEN:
            monkeypatch.delenv(name, raising=False)

    def run(self, *command: str) -> str:
        """Run a program on this display to its end and return what it printed."""
        done = subprocess.run(
            command,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout

    def paint(self, colour: str) -> None:
        """Paint the whole ground in one colour ("#rrggbb")."""
        self.run("xsetroot", "-solid", colour)

    def add_monitor(self, name: str, x: int, y: int, width: int, height: int) -> None:
        """Declare a part of the screen a monitor; the first takes the real output."""
        output = "none" if self.monitors() else "screen"
        geometry = f"{width}/{width}x{height}/{height}+{x}+{y}"
        self.run("xrandr", "--setmonitor", name, geometry, output)

    def remove_monitor(self, name: str) -> None:
        self.run("xrandr", "--delmonitor", name)

    def monitors(self) -> list[str]:
        """Names of the monitors that were added."""
        lines = self.run("xrandr", "--listmonitors").splitlines()[1:]
        names = [line.split()[1].lstrip("+*") for line in lines]
        return [name for name in names if name != "screen"]

    def stop(self) -> None:
        """End the server at once, as when the session is logged out."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(timeout=30)
            self._server = None
