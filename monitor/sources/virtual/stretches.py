"""Stretches of time in which something is so, known at every time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

Span = tuple[float, float]
"""Shortest and longest, in seconds."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """When something is so, in seconds; a stretch does not include its end.

    Attributes:
        starts: in order.
        ends: each before the next start.
    """

    starts: tuple[float, ...]
    ends: tuple[float, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, float]]) -> Stretches:
        """From pairs of start and end, in order."""
        both = list(pairs)
        return cls(tuple(a for a, _ in both), tuple(b for _, b in both))

    def number(self, offset_s: float) -> int | None:
        """Which stretch that time lies in, None for none."""
        at = bisect_right(self.starts, offset_s) - 1
        return at if at >= 0 and offset_s < self.ends[at] else None

    def at(self, offset_s: float) -> bool:
        """Whether it is so at that time."""
        return self.number(offset_s) is not None


NEVER = Stretches((), ())


def recurring(
    random: np.random.Generator, apart: Span, lasting: Span, horizon_s: float
) -> Stretches:
    """Stretches that come again and again, the first after one pause.

    Args:
        random: what their lengths are drawn from.
        apart: between the end of one and the start of the next.
        lasting: how long each is.
        horizon_s: all begin before it.
    """
    pairs = []
    now = float(random.uniform(*apart))
    while now < horizon_s:
        end = now + float(random.uniform(*lasting))
        pairs.append((now, end))
        now = end + float(random.uniform(*apart))
    return Stretches.of(pairs)


def making_up(
    share: float, period_s: float, random: np.random.Generator, horizon_s: float
) -> Stretches:
    """Stretches that make up that share of the time, in [0, 1].

    Args:
        share: 0 for never, 1 for always.
        period_s: from one start to the next, on the whole.
        random: what their lengths are drawn from.
        horizon_s: all begin before it.
    """
    if share <= 0:
        return NEVER
    if share >= 1:
        return Stretches((0.0,), (math.inf,))
    on, pause = share * period_s, (1 - share) * period_s
    return recurring(
        random, (0.7 * pause, 1.3 * pause), (0.7 * on, 1.3 * on), horizon_s
    )
