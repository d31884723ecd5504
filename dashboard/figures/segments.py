"""Shares of expressions between markers: one bar a stretch, its coverage beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.figures.axes import CLEAR, figure, layout, plain
from dashboard.palette import FILL, STACK
from dashboard.shares import ORDER
from dashboard.words import CAPTION
from monitor.records import EMOTIONS
from monitor.reports import formatting
from monitor.segments import Segment

ROW_PX = 56
AXIS_PX = 40

_TEXT_AT, _BAR_AT, _BAR = -0.26, 0.16, 0.42
"""Where a row's words and its bar stand around its middle, and how thick the bar is."""

Floats = npt.NDArray[np.float64]


class SegmentsInfo(NamedTuple):
    """What the chart draws; n stretches from the top down.

    Attributes:
        names: (n,) the stretches' names, unescaped.
        spans: (n,) from when to when, minutes into class.
        shares: (n, 7) columns in the order of `STACK`; NaN without a reading.
        coverage: (n,) in words: "82% read".
        hover: (n,) what a bar says of itself.
    """

    names: list[str]
    spans: list[str]
    shares: Floats
    coverage: list[str]
    hover: list[str]


def segments_info(segments: Sequence[Segment]) -> SegmentsInfo:
    """What will be drawn of the stretches between markers."""
    shares = np.array([stretch.summary.shares for stretch in segments], np.float64)
    shares = shares.reshape(len(segments), len(EMOTIONS))[:, ORDER]
    return SegmentsInfo(
        names=[stretch.name for stretch in segments],
        spans=[segment_span(stretch) for stretch in segments],
        shares=shares,
        coverage=[_coverage(stretch) for stretch in segments],
        hover=[
            _hover(stretch, row)
            for stretch, row in zip(segments, shares.tolist(), strict=True)
        ],
    )


def segment_span(stretch: Segment) -> str:
    """From when to when, in minutes into class: "12:00 to 24:30"."""
    start, end = stretch.start_s, stretch.end_s
    return f"{formatting.into_class(start)} to {formatting.into_class(end)}"


def segments_height(rows: int) -> int:
    """Pixels that the chart takes for so many stretches."""
    return rows * ROW_PX + AXIS_PX


def segments_figure(info: SegmentsInfo) -> go.Figure:
    """The chart: words above each bar, so that it fits on a phone."""
    rows = len(info.names)
    margin = {"l": 0, "r": 0, "t": 0, "b": AXIS_PX}
    frame = layout(segments_height(rows), margin, revision="segments")
    frame |= {
        "barmode": "overlay",
        "xaxis": {
            "range": [0, 1],
            "fixedrange": True,
            "tickvals": [0.25, 0.5, 0.75],
            "tickformat": ".0%",
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
        },
        "yaxis": {"range": [rows - 0.5, -0.5], "visible": False, "fixedrange": True},
        "annotations": [text for row in range(rows) for text in _words(info, row)],
    }
    traces = [_bars(info, which) for which in range(len(STACK))]
    return figure([*traces, _hover_bars(info)], frame)


def _coverage(stretch: Segment) -> str:
    summary = stretch.summary
    if not summary.readings:
        return "no reading"
    return f"{formatting.share(summary.coverage)} read"


def _hover(stretch: Segment, shares: Sequence[float]) -> str:
    lines = [f"<b>{plain(stretch.name)}</b>", segment_span(stretch)]
    if stretch.summary.readings:
        lines += [
            f"{formatting.share(share)} {CAPTION[name]}"
            for name, share in reversed(list(zip(STACK, shares, strict=True)))
            if share >= 0.005
        ]
    readings = formatting.count(stretch.summary.readings, "reading")
    lines.append(f"{readings}, {_coverage(stretch)}")
    return "<br>".join(lines)


def _bars(info: SegmentsInfo, which: int) -> dict[str, Any]:
    known = ~np.isnan(info.shares[:, 0])
    tops = np.cumsum(info.shares, axis=1)[known, which]
    shares = info.shares[known, which]
    return {
        "type": "bar",
        "orientation": "h",
        "x": shares.round(4),
        "base": (tops - shares).round(4),
        "y": np.flatnonzero(known) + _BAR_AT,
        "width": _BAR,
        "marker": {"color": FILL[STACK[which]], "line": {"width": 0}},
        "hoverinfo": "skip",
        "name": CAPTION[STACK[which]],
    }


def _hover_bars(info: SegmentsInfo) -> dict[str, Any]:
    """A bar over each row that cannot be seen and says what the row is."""
    rows = len(info.names)
    return {
        "type": "bar",
        "orientation": "h",
        "x": [1.0] * rows,
        "y": np.arange(rows),
        "width": 1.0,
        "marker": {"color": CLEAR, "line": {"width": 0}},
        "text": info.hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _words(info: SegmentsInfo, row: int) -> list[dict[str, Any]]:
    """Name and time at the left above a bar, coverage at the right."""
    place = {
        "xref": "paper",
        "yref": "y",
        "y": row + _TEXT_AT,
        "yanchor": "middle",
        "showarrow": False,
    }
    head = f"<b>{plain(info.names[row], 22)}</b>  {info.spans[row]}"
    return [
        {**place, "text": head, "x": 0, "xanchor": "left"},
        {**place, "text": info.coverage[row], "x": 1, "xanchor": "right"},
    ]
