"""A class outlives the terminal that it was started in: it ends, nothing is lost."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from typing_extensions import Buffer


class _Heedless(io.FileIO):
    """A file that is written to whether or not anybody can read it."""

    def write(self, data: Buffer, /) -> int:
        """Write, or drop what a closed terminal or pipe does not take."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


@contextmanager
def outliving_terminal(act: Callable[[], None]) -> Iterator[None]:
    """While inside, a terminal that is closed calls ``act``; it kills nothing.

    What is printed then, or into a pipe whose reader has ended, goes nowhere. Nothing
    is called where the program was started to go on without its terminal (``nohup``).
    Windows closes a console in its own way, and is left to it.
    """
    if sys.platform == "win32":
        yield
        return

    def hang_up(number: int, _: FrameType | None) -> None:
        # The shell and the system may both say so, the second one while files are
        # being written: once is enough, for good.
        signal.signal(number, signal.SIG_IGN)
        act()

    before = signal.getsignal(signal.SIGHUP)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, hang_up)
    try:
        with _heedless_output() as output, redirect_stdout(output):
            yield
    finally:
        if signal.getsignal(signal.SIGHUP) is hang_up:
            signal.signal(signal.SIGHUP, before)


def _heedless_output() -> io.TextIOWrapper:
    """Standard output once more."""
    sys.stdout.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Heedless(os.dup(sys.stdout.fileno()), "w")),
        encoding=sys.stdout.encoding,
        errors=sys.stdout.errors,
        line_buffering=True,
    )
