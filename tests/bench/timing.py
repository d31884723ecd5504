"""Medians of wall and processor time."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Cost(NamedTuple):
    """Median seconds of one call."""

    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.wall_s * 1000:.0f} ms wall, {self.cpu_s:.2f} CPU-s"


def cost(call: Callable[[], object], *, runs: int = 15, warm: int = 2) -> Cost:
    """Median wall and processor time (all threads) of a call."""
    walls, cpus = [], []
    for number in range(warm + runs):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        if number >= warm:
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    return Cost(median(walls), median(cpus))
