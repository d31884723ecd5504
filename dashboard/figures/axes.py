"""What every chart has in common: time in minutes, quiet axes, no tool bar.

Text, rules and hover boxes take their colours from the style sheet (the classes that
Plotly gives its SVG), so a figure is the same in light and dark.
"""

from __future__ import annotations

import html
import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.palette import FILL, STACK
from dashboard.words import CAPTION
from monitor.reports import formatting

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"

CONFIG: Any = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}
"""For every ``dcc.Graph``: a chart is looked at, the page is what scrolls."""

CLEAR = "rgba(0,0,0,0)"

_STEPS_MIN = (0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120)
_MOST_TICKS = 8


def layout(height: int, margin: dict[str, int], *, revision: str) -> dict[str, Any]:
    """The frame of a figure; ``revision`` keeps what the reader did to it."""
    return {
        "template": {},
        "height": height,
        "margin": {**margin, "pad": 0},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "font": {"family": FONT, "size": 13}},
        "uirevision": revision,
    }


def figure(traces: list[dict[str, Any]], frame: dict[str, Any]) -> go.Figure:
    """A figure as it is given: checking it takes longer than making it.

    The tests check the same figures by `go.Figure`'s own rules.
    """
    return go.Figure({"data": traces, "layout": frame}, _validate=False)


def bare_figure(traces: list[dict[str, Any]], frame: dict[str, Any]) -> dict[str, Any]:
    """The same as plain lists, for a chart that is sent again and again.

    To make a `go.Figure` of it and then JSON of that takes three times as long.
    """
    return {"data": [_listed(trace) for trace in traces], "layout": frame}


def _listed(trace: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [None if math.isnan(item) else item for item in value.tolist()]
        if isinstance(value, np.ndarray)
        else value
        for name, value in trace.items()
    }


def time_axis(from_s: float, to_s: float) -> dict[str, Any]:
    """Minutes into class, with ticks at whole steps."""
    first, last = from_s / 60, max(to_s, from_s + 30) / 60
    step = next(
        (s for s in _STEPS_MIN if (last - first) / s <= _MOST_TICKS), _STEPS_MIN[-1]
    )
    return {
        "range": [first, last],
        "fixedrange": True,
        "tick0": 0,
        "dtick": step,
        # No standoff: Plotly counts it from the tick labels, and where a chart is too
        # narrow for any it would put the title at minus infinity.
        "title": {"text": "minutes into class", "font": {"size": 12}},
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def panel_title(text: str, y: float, shift: int = 3) -> dict[str, Any]:
    """A panel's name above its left corner.

    Args:
        text: the name.
        y: the panel's upper edge, as a share of the chart's height.
        shift: pixels above it.
    """
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": shift,
        "showarrow": False,
    }


def stacked_bars(
    places: dict[str, Any], shares: npt.NDArray[np.floating[Any]]
) -> list[dict[str, Any]]:
    """One trace an expression, the lowest first; no bar where nothing is known.

    Args:
        places: where the bars stand and how wide they are.
        shares: (n, 7) in the order of `STACK`, NaN where not known.
    """
    tops = np.cumsum(shares, axis=1)
    return [
        {
            "type": "bar",
            **places,
            "base": (tops[:, i] - shares[:, i]).round(4),
            "y": shares[:, i].round(4),
            "marker": {"color": FILL[name], "line": {"width": 0}},
            "hoverinfo": "skip",
            "name": CAPTION[name],
        }
        for i, name in enumerate(STACK)
    ]


def hover_points(x: npt.NDArray[Any], texts: list[str]) -> dict[str, Any]:
    """Points that cannot be seen: one box for all panels.

    Args:
        x: (n,) where they stand.
        texts: (n,) what each says.
    """
    return {
        "type": "scatter",
        "mode": "markers",
        "marker": {"color": CLEAR, "size": 1},
        "x": x,
        "y": np.full(len(x), 0.5),
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
    }


def clock(started_at: datetime, offset_s: float) -> str:
    """The teacher's own clock at an offset: "10:12"."""
    return formatting.clock(started_at + timedelta(seconds=offset_s))


def into_class(from_s: float, bin_s: float) -> str:
    """Where a bin lies: "minute 12" or "11:30 into class"."""
    if bin_s >= 60:
        first, last = int(from_s // 60), int((from_s + bin_s) // 60)
        return f"minute {first + 1}" if bin_s == 60 else f"minutes {first + 1}-{last}"
    return f"{formatting.into_class(from_s)} into class"


def whens(
    started_at: datetime, starts_s: npt.NDArray[np.floating[Any]], bin_s: float
) -> list[str]:
    """Where each bin lies: "minute 12, 10:11"."""
    return [
        f"{into_class(start, bin_s)}, {clock(started_at, start)}"
        for start in starts_s.tolist()
    ]


def plain(text: str, limit: int = 40) -> str:
    """A name that Plotly shows as it is: cut, and no mark-up in it.

    It is isolated: written from right to left it must not turn around what stands
    beside it, a time or a number.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    shown = html.escape(cut, quote=False)
    return f"\N{FIRST STRONG ISOLATE}{shown}\N{POP DIRECTIONAL ISOLATE}"
