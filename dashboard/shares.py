"""Shares of the seven expressions, in the order in which they are stacked.

What the network of a class cannot tell has no share: a dash in tables, no line in what
a chart says of itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from dashboard.palette import STACK
from dashboard.words import CAPTION
from monitor.records import EMOTIONS, SessionRow
from monitor.reports import formatting
from monitor.words import shares_told

ORDER = [EMOTIONS.index(name) for name in STACK]
"""Columns of what is in the order of `EMOTIONS`, from the lowest of the stack up."""

SHARE_HEADS = tuple(CAPTION[name] for name in STACK)
"""Of a table's columns."""


def share_cells(shares: Iterable[float], session: SessionRow) -> list[str]:
    """A cell for each of `SHARE_HEADS`.

    Args:
        shares: seven, in the order of `EMOTIONS`; NaN for what is not known.
        session: whose network they are of.
    """
    told = shares_told(shares, session.expressions)
    return [formatting.share(float(told.get(name, math.nan))) for name in STACK]


def share_lines(shares: Iterable[float], session: SessionRow) -> list[str]:
    """A line for each expression that the network can tell, from the top of the stack.

    Args:
        shares: seven, in the order of `EMOTIONS`.
        session: whose network they are of.
    """
    told = shares_told(shares, session.expressions)
    return [
        f"{formatting.share(float(told[name]))} {CAPTION[name]}"
        for name in reversed(STACK)
        if name in told
    ]


def untold(session: SessionRow) -> str:
    """A sentence on what the network cannot tell, after a blank; "" if it can all."""
    missing = [CAPTION[name] for name in EMOTIONS if name not in session.expressions]
    if not missing:
        return ""
    return (
        f" The network cannot tell: {', '.join(missing)}; valence and engagement are "
        "made of the other expressions alone."
    )
