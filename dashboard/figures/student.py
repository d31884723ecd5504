"""One student over a class: expressions, facing, engagement, coverage, and when away.

A bin without a reading stays open in every panel; the strip at the bottom says why:
the camera was off, the tile was on another page, the student had left, or nobody
was watching.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.figures.axes import (
    CLEAR,
    clock,
    figure,
    hover_points,
    into_class,
    layout,
    panel_title,
    stacked_bars,
    time_axis,
)
from dashboard.figures.gaps import Gap, gap_shape
from dashboard.palette import LIGHT, PRESENT, UNREADABLE
from dashboard.shares import ORDER, share_lines
from dashboard.student_data import Band, Student, band_at
from dashboard.words import REFUSED, SEEN
from monitor.records import Mode
from monitor.reports import formatting
from monitor.summaries import ClassSeries, summarise_bins

Floats = npt.NDArray[np.float64]


class StudentInfo(NamedTuple):
    """What the chart draws; b bins, NaN where nothing is known.

    Attributes:
        starts_s, ends_s: (b,) the bins, seconds since the session's start.
        shares: (b, 7) columns in the order of `STACK`.
        facing, engagement, coverage: (b,) in [0, 1].
        hover: (b,) what each bin says of itself.
        bands: when the student was seen, or away and why.
        gaps: when the class was not watched.
        to_s: the end of the time axis, which begins at 0.
        reads: False in presence mode and without consent: there are no expressions.
        turns: whether anything is known of how the head was turned.
    """

    starts_s: Floats
    ends_s: Floats
    shares: Floats
    facing: Floats
    engagement: Floats
    coverage: Floats
    hover: list[str]
    bands: tuple[Band, ...]
    gaps: tuple[Gap, ...]
    to_s: float
    reads: bool
    turns: bool


class _Panel(NamedTuple):
    """A row of the chart: its axis, what it shows, and its height in pixels."""

    axis: str
    title: str
    height: int


_EXPRESSIONS = _Panel("yaxis", "Expressions, share of readings", 176)
_FACING = _Panel("yaxis2", "Facing, share of looks", 48)
_ENGAGEMENT = _Panel("yaxis3", "Engagement, 0 to 1", 64)
_COVERAGE = _Panel("yaxis4", "Coverage, share of looks that were read", 40)
_PRESENCE = _Panel("yaxis5", "Seen, or away and why", 24)

_TITLE_PX = 32
_AXIS_PX = 48

_STRIPS: dict[str, dict[str, Any]] = {
    "seen": {"color": PRESENT},
    "camera_off": {"shape": "/"},
    "off_page": {"shape": "."},
    "left": {"shape": "x"},
}
"""How a stretch is filled: a plain one was seen, patterns say why not."""


def student_info(student: Student) -> StudentInfo:
    """What will be drawn of a student."""
    view = student.view
    series = summarise_bins(view.data, bin_s=view.bin_s, weights=student.weights)
    return StudentInfo(
        starts_s=series.starts_s,
        ends_s=np.minimum(series.starts_s + view.bin_s, view.to_s),
        shares=series.shares[:, ORDER],
        facing=series.facing,
        engagement=series.engagement,
        coverage=series.coverage,
        hover=_hover(student, series),
        bands=student.bands,
        gaps=student.gaps,
        to_s=view.to_s,
        reads=student.reads,
        turns=bool(np.isfinite(series.facing).any()),
    )


def student_height(info: StudentInfo) -> int:
    """Pixels that the chart takes."""
    return sum(panel.height + _TITLE_PX for panel in _panels(info)) + _AXIS_PX


def student_figure(info: StudentInfo) -> go.Figure:
    """The chart: panels over one time axis, the strip of presence the lowest."""
    panels = _panels(info)
    height = student_height(info)
    frame = layout(height, {"l": 48, "r": 16, "t": 0, "b": _AXIS_PX}, revision="one")
    inner = height - _AXIS_PX
    titles, top = [], inner
    for panel in panels:
        top -= _TITLE_PX
        domain = [(top - panel.height) / inner, top / inner]
        frame[panel.axis] = _value_axis(panel, domain)
        titles.append(panel_title(panel.title, domain[1]))
        top -= panel.height
    frame |= {
        "barmode": "overlay",
        "hovermode": "x",
        "hoverdistance": 200,
        "bargap": 0,
        "xaxis": {**time_axis(0.0, info.to_s), "anchor": "y5"},
        "shapes": [gap_shape(gap) for gap in info.gaps],
        "annotations": [*titles, *_band_labels(info)],
    }
    traces = [_bars(info, info.facing, "y2")] if _FACING in panels else []
    if info.reads:
        traces += [
            *stacked_bars(_middles(info), info.shares),
            _line(info),
            _bars(info, info.coverage, "y4"),
        ]
    traces += [_strip(info, kind) for kind in _STRIPS]
    points = hover_points(_middles(info)["x"], info.hover)
    # Where it lies does not matter: it is not to be seen.
    traces.append({**points, "yaxis": panels[0].axis.replace("axis", "")})
    return figure(traces, frame)


def _panels(info: StudentInfo) -> list[_Panel]:
    if info.reads:
        return [_EXPRESSIONS, _FACING, _ENGAGEMENT, _COVERAGE, _PRESENCE]
    return [_FACING, _PRESENCE] if info.turns else [_PRESENCE]


def _value_axis(panel: _Panel, domain: list[float]) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "domain": domain,
        "range": [0, 1],
        "fixedrange": True,
        "zeroline": False,
        "ticks": "",
        "tickvals": [0, 0.5, 1] if panel.height > 100 else [0, 1],
        "tickformat": ".0%",
    }
    if panel is _ENGAGEMENT:
        return {**axis, "tickformat": "", "ticktext": ["0", "1"]}
    if panel is _PRESENCE:
        return {**axis, "visible": False}
    return axis


def _hover(student: Student, series: ClassSeries) -> list[str]:
    reads = student.session.mode is not Mode.PRESENCE
    view, started_at = student.view, student.session.started_at
    texts = []
    for i, start in enumerate(series.starts_s.tolist()):
        at = f"<b>{into_class(start, view.bin_s)}</b>, {clock(started_at, start)}"
        if not series.sightings[i]:
            middle = start + view.bin_s / 2
            texts.append(f"{at}<br>{band_at(student.bands, student.gaps, middle)}")
            continue
        lines = [at]
        if reads and not series.readings[i]:
            lines.append(f"{SEEN}, {'not readable' if series.asked[i] else REFUSED}")
        elif reads:
            lines += share_lines(series.shares[i], student.session)
            lines.append(f"engagement {formatting.index(float(series.engagement[i]))}")
        lines.append(f"facing {formatting.share(float(series.facing[i]))}")
        if reads and series.asked[i]:
            lines.append(f"coverage {formatting.share(float(series.coverage[i]))}")
        texts.append("<br>".join(lines))
    return texts


def _middles(info: StudentInfo) -> dict[str, Floats]:
    return {
        "x": ((info.starts_s + info.ends_s) / 120).round(4),
        "width": ((info.ends_s - info.starts_s) / 60).round(4),
    }


def _bars(info: StudentInfo, values: Floats, axis: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "yaxis": axis,
        **_middles(info),
        "y": values.round(4),
        "marker": {"color": LIGHT["edge"], "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _line(info: StudentInfo) -> dict[str, Any]:
    """Engagement; a bin between two gaps is a dot."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "yaxis": "y3",
        "x": _middles(info)["x"],
        "y": info.engagement.round(4),
        "line": {"width": 2, "color": LIGHT["accent"]},
        "marker": {"size": 4, "color": LIGHT["accent"]},
        # An index of 1 would lose half of its line.
        "cliponaxis": False,
        "connectgaps": False,
        "hoverinfo": "skip",
    }


def _strip(info: StudentInfo, kind: str) -> dict[str, Any]:
    bands = [band for band in info.bands if band.kind == kind]
    look = _STRIPS[kind]
    marker: dict[str, Any] = {"line": {"width": 0}, **look}
    if "shape" in look:
        hatch = {"fgcolor": UNREADABLE, "size": 6, "fillmode": "overlay", **look}
        marker = {"line": {"width": 0}, "color": CLEAR, "pattern": hatch}
    return {
        "type": "bar",
        "yaxis": "y5",
        "x": [(band.from_s + band.to_s) / 120 for band in bands],
        "width": [(band.to_s - band.from_s) / 60 for band in bands],
        "y": [1] * len(bands),
        "marker": marker,
        "hoverinfo": "skip",
    }


def _band_labels(info: StudentInfo) -> list[dict[str, Any]]:
    """A name on every stretch away that is wide enough to hold it."""
    return [
        {
            "text": band.caption,
            "xref": "x",
            "yref": "y5",
            "x": (band.from_s + band.to_s) / 120,
            "y": 0.5,
            "showarrow": False,
            "bgcolor": CLEAR,
        }
        for band in info.bands
        if band.kind != "seen" and band.to_s - band.from_s >= 0.12 * info.to_s
    ]
