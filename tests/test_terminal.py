"""The agent in a real terminal: what it shows, the key that pauses it, its end."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
from pathlib import Path

from monitor.records import RequestKind, SessionStatus
from monitor.store.store import Store
from tests.commands import AGREED, PROGRAM, begin
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


def test_a_terminal_that_is_closed_ends_the_class_with_its_files(
    tmp_path: Path,
) -> None:
    db = tmp_path / "class.db"
    with XServer(640, 480) as display:
        display.paint("#406080")
        env = display.environment | {"TERM": "xterm", "COLUMNS": "100"}
        command = [*PROGRAM, "start", "--every", "0.5", "--no-dashboard", *AGREED]
        terminal = Terminal([*command, "--db", str(db)], env)
        try:
            wait_until(lambda: terminal.shows("no face could be read"))
            terminal.close()
            assert terminal.program.wait(timeout=60) == 0
        finally:
            terminal.program.kill()
    with Store.open(str(db)) as store:
        session = store.session("last")
        written = store.exports_folder(session.id)
    assert session.status is SessionStatus.ENDED
    assert {"report.html", "students.csv"} <= {file.name for file in written.iterdir()}


def test_a_class_goes_on_when_nobody_reads_what_it_prints(tmp_path: Path) -> None:
    db = tmp_path / "class.db"
    with XServer(640, 480) as display:
        display.paint("#406080")
        watch = ("start", "--every", "0.5", "--no-dashboard", *AGREED)
        program = begin(*watch, db=db, env=display.environment)
        assert program.stdout is not None
        program.stdout.close()
        try:
            wait_until(lambda: db.exists() and samples(db) >= 1)
            with Store.open(str(db)) as store:
                # Told at once, into a pipe that nobody reads.
                store.request(store.session("last").id, RequestKind.PAUSE)
                paused = SessionStatus.PAUSED
                wait_until(lambda: store.session("last").status is paused)
            program.send_signal(signal.SIGINT)
            assert program.wait(timeout=60) == 0
        finally:
            program.kill()
            program.wait()
    assert (tmp_path / "exports" / "1" / "report.html").exists()


def samples(db: Path) -> int:
    with Store.open(str(db)) as store:
        return sum(session.samples for session in store.sessions())
