"""The agent's progress in a terminal, and the keys that steer it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Self

import numpy as np
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from monitor.agent import Controls, Health, Progress
from monitor.engagement import mean_shares, valence
from monitor.records import NOT_LOOKED, Mode, Status, Tick
from monitor.words import by_share

_KEY_POLL_S = 0.2


class TerminalView:
    """A small live panel: students seen, mood, last sample, what is wrong.

    Without a terminal it prints a line whenever the state of the session changes, so
    that a log stays short. A terminal may also go away while it is drawn on.
    """

    def __init__(
        self,
        console: Console,
        *,
        mode: Mode,
        keys: str,
        expressions: Collection[str],
    ) -> None:
        self._console = console
        self._mode = mode
        self._keys = keys
        self._expressions = expressions
        self._last: Tick | None = None
        self._done: float | None = None
        self._said: tuple[Health, str | None] | None = None
        self._live = Live(console=console, auto_refresh=False, transient=False)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()  # does nothing where it was not started

    def show(self, progress: Progress) -> None:
        """Take the newest progress and draw it."""
        # A pause or a lost picture says nothing of the class: the last look stays.
        if progress.tick is not None and progress.tick.gap not in NOT_LOOKED:
            self._last = progress.tick
        if progress.done is not None:
            self._done = progress.done
        if self._console.is_terminal:
            self._live.update(self._panel(progress), refresh=True)
            return
        state = (progress.health, progress.notice)
        if state != self._said and (progress.notice or self._said is not None):
            text = progress.notice or progress.health.value
            self.say(f"{self._clock()} {text}")
        self._said = state

    def say(self, line: str) -> None:
        """Print a line above the panel."""
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)

    def _panel(self, progress: Progress) -> Group:
        grid = Table.grid(padding=(0, 2))
        grid.add_row("State", Text(progress.health.value, style="bold"))
        grid.add_row("Last sample", self._clock())
        grid.add_row("Students", self._students())
        if self._mode is not Mode.PRESENCE:
            grid.add_row("Class mood", self._mood())
        grid.add_row("Samples", _counts(progress))
        if self._done is not None:
            grid.add_row("Done", f"{self._done:.0%}")
            grid.add_row("", ProgressBar(total=1.0, completed=self._done, width=48))
        lines: list[Table | Text] = [grid]
        if progress.notice:
            lines.append(Text(progress.notice, style="yellow"))
        lines.append(Text(self._keys, style="dim"))
        return Group(*lines)

    def _clock(self) -> str:
        if self._last is None:
            return "none yet"
        return self._last.captured_at.astimezone().strftime("%H:%M:%S")

    def _students(self) -> str:
        if self._last is None:
            return "none yet"
        readings = self._last.readings
        text = f"{len(readings)} seen"
        unreadable = sum(r.status is Status.UNREADABLE for r in readings)
        if unreadable:
            text += f", {unreadable} of {len(readings)} not readable"
        return text

    def _mood(self) -> str:
        """The last sample's shares, largest first, and its valence."""
        read = [
            r.probabilities
            for r in (self._last.readings if self._last else ())
            if r.probabilities is not None
        ]
        if not read:
            return "no face could be read"
        shares = mean_shares(np.array(read))
        most = by_share(shares.tolist(), self._expressions)[:3]
        parts = [f"{name} {share:.0%}" for name, share in most]
        return f"{', '.join(parts)}; valence {float(valence(shares)):+.2f}"


def _counts(progress: Progress) -> str:
    return f"{progress.samples} taken, {progress.late} late, {progress.lost} lost"


@contextmanager
def steered_by_keys(controls: Controls) -> Iterator[None]:
    """While inside, the key ``p`` pauses and resumes; without a terminal, nothing."""
    if not _has_keyboard():
        yield
        return
    done = threading.Event()
    listen = _listen_windows if sys.platform == "win32" else _listen_posix
    listener = threading.Thread(target=listen, args=(controls, done), daemon=True)
    listener.start()
    try:
        yield
    finally:
        done.set()
        listener.join()


def _has_keyboard() -> bool:
    """Whether keys come to this process: not to one in the background."""
    if not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return False  # a terminal, but not the one that steers this process


def _press(key: str, controls: Controls) -> None:
    if key.lower() == "p":
        controls.toggle_pause()


def _listen_posix(controls: Controls, done: threading.Event) -> None:
    import select
    import termios
    import tty
    from contextlib import suppress

    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    # cbreak gives each key at once and leaves Ctrl-C a signal.
    tty.setcbreak(stdin)
    try:
        while not done.is_set():
            if select.select([stdin], [], [], _KEY_POLL_S)[0]:
                key = os.read(stdin, 1)
                if not key:
                    return  # the terminal was closed: no key will come
                _press(key.decode("ascii", "ignore"), controls)
    except OSError:
        return  # closed, too
    finally:
        # Nobody is left to see how a closed terminal is set.
        with suppress(termios.error):
            termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def _listen_windows(controls: Controls, done: threading.Event) -> None:
    """The same through the Windows console; written for it, not tried there."""
    if sys.platform == "win32":
        import msvcrt

        while not done.wait(_KEY_POLL_S):
            while msvcrt.kbhit():
                _press(msvcrt.getwch(), controls)
