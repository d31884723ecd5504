"""Waiting for what another process or thread brings about."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(true: Callable[[], object], timeout_s: float = 60) -> None:
    """Wait until it is so; fails when it never is."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)
