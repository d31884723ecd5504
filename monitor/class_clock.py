"""How long a live class has been going on, on a computer that may sleep meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

_JUMP_S = 2.0
"""What the wall clock may run ahead without it meaning anything: it is set to rights
by fractions of a second all the time."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ClassClock:
    """Counts from the moment it is made, the class's start.

    Python's monotonic clock stands still while a computer sleeps (Linux, macOS); the
    wall's goes on. Where the wall clock has run ahead, by sleep or because it was set
    right, the class is that much older: its samples then stand where notes and
    corrections, which are typed by the wall clock, look for them. A wall clock that is
    set back changes nothing: offsets never fall.

    Args:
        now: the wall clock, aware UTC.
        monotonic: seconds that never fall.

    Attributes:
        began: the start, aware UTC.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._start = monotonic()
        self._skipped_s = 0.0
        self.began = now()

    @property
    def awake_s(self) -> float:
        """Seconds since the start, as the computer lived them."""
        return self._monotonic() - self._start

    @property
    def skipped_s(self) -> float:
        """Seconds of the class that the computer did not live."""
        ahead = (self._now() - self.began).total_seconds() - self.awake_s
        if ahead > self._skipped_s + _JUMP_S:
            self._skipped_s = ahead
        return self._skipped_s

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start, as the wall clock tells them."""
        return self.awake_s + self.skipped_s
