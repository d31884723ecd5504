"""The agent in a real terminal: what it shows, and the key that pauses it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from pathlib import Path

from tests.commands import AGREED, PROGRAM
from tests.waiting import wait_until
from tests.x11 import XServer


class Terminal:
    """A program in a pseudo-terminal, with all that it has written."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._here, there = pty.openpty()
        self.program = subprocess.Popen(
            command,
            env=env,
            # As a shell does it: Ctrl-C typed there reaches the program.
            preexec_fn=lambda: os.login_tty(there),  # noqa: PLW1509 - no threads yet
        )
        os.close(there)
        self.text = ""

    def shows(self, text: str) -> bool:
        """Whether the text came since the last time that one was found."""
        while select.select([self._here], [], [], 0)[0]:
            try:
                self.text += os.read(self._here, 65536).decode("utf-8", "replace")
            except OSError:
                break  # the program has ended
        before, found, after = self.text.partition(text)
        if found:
            self.text = after
        del before
        return bool(found)

    def press(self, key: str) -> None:
        os.write(self._here, key.encode())

    def close(self) -> None:
        os.close(self._here)


def test_p_pauses_and_resumes_and_ctrl_c_ends(tmp_path: Path) -> None:
    with XServer(640, 480) as display:
        display.paint("#406080")
        env = display.environment | {"TERM": "xterm", "COLUMNS": "100"}
        command = [*PROGRAM, "start", "--every", "0.5", "--no-dashboard", *AGREED]
        terminal = Terminal([*command, "--db", str(tmp_path / "class.db")], env)
        try:
            wait_until(lambda: terminal.shows("p pauses, Ctrl-C ends the class"))
            wait_until(lambda: terminal.shows("no face could be read"))
            terminal.press("p")
            wait_until(lambda: terminal.shows("paused"))
            terminal.press("p")
            wait_until(lambda: terminal.shows("running"))
            terminal.press("\x03")
            wait_until(lambda: terminal.shows("CSV files:"))
            assert terminal.program.wait(timeout=60) == 0
        finally:
            terminal.program.kill()
            terminal.close()
