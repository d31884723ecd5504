"""The class's expressions now, and beside what they were: what the page draws of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dashboard.data import Glance
from dashboard.palette import STACK
from dashboard.shares import untold
from dashboard.words import CAPTION
from monitor.prior import Shares
from monitor.records import EMOTIONS, SessionRow

_PLAIN_CHANGE = 0.05
"""Without an interval, a smaller difference of shares is called none."""

_LEAST_CHANGE = 0.03
"""A smaller one is called none however sure it is: nobody would see it."""


class NowRow(NamedTuple):
    """One expression.

    Attributes:
        name: a word of `EMOTIONS`.
        caption: as people read it.
        share: of the class, in [0, 1].
        low, high: the interval around it; NaN for plain shares.
        change: how it compares with before, in words; "" when it does not.
    """

    name: str
    caption: str
    share: float
    low: float
    high: float
    change: str


class NowInfo(NamedTuple):
    """The class's expressions, from the most pleasant down; corrected or plain.

    Attributes:
        rows: one an expression, in the order of `STACK`; empty without a reading.
        corrected: whether the shares are corrected for the training data's.
        live: whether they are of the last minute, else of the whole class.
        untold: as `dashboard.shares.untold` has it.
    """

    rows: list[NowRow]
    corrected: bool
    live: bool
    untold: str


def now_info(
    glance: Glance, now: Shares | None, before: Shares | None, session: SessionRow
) -> NowInfo:
    """What will be shown.

    Args:
        glance: the class now and before, as read.
        now: its corrected shares; None where there are none.
        before: those of the minutes before; None where there are none.
        session: whose network they are of.
    """
    plain = np.array(glance.now.shares)
    if np.isnan(plain).any():
        return NowInfo([], corrected=False, live=glance.is_live, untold="")
    shares = plain if now is None else now.mean
    then = _before(glance, now, before)
    rows = []
    for name in STACK:
        if name not in session.expressions:
            continue
        k = EMOTIONS.index(name)
        low = float("nan") if now is None else float(now.low[k])
        high = float("nan") if now is None else float(now.high[k])
        share = float(shares[k])
        least = _PLAIN_CHANGE if now is None else _LEAST_CHANGE
        ends = (np.fmin(low, share - least), np.fmax(high, share + least))
        change = _change(float(then[k]), *map(float, ends))
        rows.append(NowRow(name, CAPTION[name], share, low, high, change))
    return NowInfo(
        rows,
        corrected=now is not None,
        live=glance.is_live,
        untold=untold(session),
    )


def _before(
    glance: Glance, now: Shares | None, before: Shares | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(7,) what the shares were, of the same kind; NaN where that is not known."""
    if now is not None:
        known = None if before is None else before.mean
    else:
        known = None if glance.before is None else np.array(glance.before.shares)
    return np.full(len(EMOTIONS), np.nan) if known is None else known


def _change(before: float, low: float, high: float) -> str:
    """A word only where what was lies beyond what may be now."""
    if before < low:
        return "more than before"
    return "less than before" if before > high else ""
