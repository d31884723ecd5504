"""How the class looks now: seven shares with their intervals, and what changed."""

from __future__ import annotations

import math

from dash import html

from dashboard.now import NowInfo, NowRow
from dashboard.parts import Parts
from monitor.prior import LEVEL
from monitor.reports import formatting

_CORRECTED = (
    "Corrected for what the network saw more often while it learned. The true "
    f"share lies within the line about {LEVEL * 10:.0f} times in ten."
)
_PLAIN = (
    "Plain means of the readings: it is not known what the network saw more often "
    "while it learned, so these cannot be corrected and have no interval."
)
_TOTALS = (
    "Only totals are kept of this class: they cannot be corrected and have no interval."
)
_NONE_KEPT = (
    "Nothing is kept of the last minute: that takes five faces that can be read, and "
    "while single faces come or go, minutes are put together first."
)


def now_table(info: NowInfo, *, totals: bool = False) -> Parts:
    """A row an expression, from the most pleasant down; its bar is decoration.

    Args:
        info: what is shown.
        totals: only means by the minute are kept of the class.
    """
    if not info.rows:
        if totals and info.live:
            return html.P(_NONE_KEPT, className="muted")
        when = " in the last minute" if info.live else ""
        return html.P(f"No face was read{when}.", className="muted")
    heads = ["Expression", "", "Share"]
    heads += ["Between"] if info.corrected else []
    heads += ["Against the five minutes before"] if info.live else []
    when = "in the last minute" if info.live else "over the whole class"
    caption = html.Caption(f"Expressions {when}", className="unseen")
    return [
        html.Table(
            [
                caption,
                html.Thead(
                    html.Tr([html.Th(head, scope="col") for head in heads]),
                    className="unseen",
                ),
                html.Tbody([_row(row, info) for row in info.rows]),
            ],
            className="now",
        ),
        html.P(f"{_meaning(info, totals=totals)}{info.untold}", className="muted"),
    ]


def _meaning(info: NowInfo, *, totals: bool) -> str:
    if info.corrected:
        return _CORRECTED
    return _totals(info) if totals else _PLAIN


def _totals(info: NowInfo) -> str:
    """What shares are where only means by the minute are kept."""
    which = "the last minute" if info.live else "all minutes"
    return f"Plain means of {which} with five faces or more. {_TOTALS}"


def _row(row: NowRow, info: NowInfo) -> html.Tr:
    cells = [
        html.Th(row.caption, scope="row"),
        html.Td(_bar(row), className="bar"),
        html.Td(formatting.share(row.share), className="share"),
    ]
    if info.corrected:
        low, high = formatting.share(row.low), formatting.share(row.high)
        ends = high if high in (low, "<1%") else f"{low.rstrip('%')}\N{EN DASH}{high}"
        cells.append(html.Td(ends, className="between"))
    if info.live:
        cells.append(html.Td(row.change, className="change"))
    return html.Tr(cells)


def _bar(row: NowRow) -> html.Div:
    """The share as a bar, and its interval as a line over it."""
    width = {"width": _per_cent(row.share)}
    parts = [html.Span(className=f"is swatch {row.name}", style=width)]
    if not math.isnan(row.high):
        span = {"left": _per_cent(row.low), "width": _per_cent(row.high - row.low)}
        parts.append(html.Span(className="may", style=span))
    return html.Div(parts, **{"aria-hidden": "true"})  # type: ignore[arg-type]


def _per_cent(share: float) -> str:
    return f"{share * 100:.1f}%"
