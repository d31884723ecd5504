"""One student over a course: a bar of shares for each class, engagement, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.figures.axes import (
    figure,
    hover_points,
    layout,
    panel_title,
    plain,
    stacked_bars,
)
from dashboard.palette import LIGHT
from dashboard.shares import ORDER, share_lines
from dashboard.student_data import Attended
from monitor.records import EMOTIONS
from monitor.reports import formatting

HEIGHT = 400

Floats = npt.NDArray[np.float64]


class CourseInfo(NamedTuple):
    """What the chart draws; c classes, oldest first, NaN where nothing is known.

    Attributes:
        days: (c,) what stands under each bar.
        shares: (c, 7) columns in the order of `STACK`.
        engagement, coverage: (c,) in [0, 1].
        hover: (c,) what each bar says of itself.
    """

    days: list[str]
    shares: Floats
    engagement: Floats
    coverage: Floats
    hover: list[str]


def course_info(attended: Sequence[Attended]) -> CourseInfo:
    """What will be drawn of the classes."""
    shares = np.array([row.summary.shares for row in attended], dtype=np.float64)
    return CourseInfo(
        # The year stands in what a bar says of itself: below it would lie aslant.
        days=[formatting.month_and_day(row.session.started_at) for row in attended],
        shares=shares.reshape(len(attended), len(EMOTIONS))[:, ORDER],
        engagement=np.array([row.summary.engagement for row in attended]),
        coverage=np.array([row.summary.coverage for row in attended]),
        hover=[_hover(row) for row in attended],
    )


def course_figure(info: CourseInfo) -> go.Figure:
    """The chart: classes stand side by side at equal distances, in time order."""
    count = len(info.days)
    frame = layout(HEIGHT, {"l": 48, "r": 16, "t": 24, "b": 56}, revision="course")
    quiet = {"fixedrange": True, "zeroline": False, "ticks": "", "range": [0, 1]}
    step = max(1, -(-count // 8))
    frame |= {
        "barmode": "overlay",
        "hovermode": "x",
        "hoverdistance": 200,
        "bargap": 0,
        "xaxis": {
            "range": [-0.5, max(count, 4) - 0.5],
            "fixedrange": True,
            "tickvals": list(range(0, count, step)),
            "ticktext": info.days[::step],
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "anchor": "y3",
        },
        "yaxis": {
            **quiet,
            "domain": [0.48, 1],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%",
        },
        "yaxis2": {**quiet, "domain": [0.19, 0.37], "tickvals": [0, 1]},
        "yaxis3": {
            **quiet,
            "domain": [0, 0.09],
            "tickvals": [0, 1],
            "tickformat": ".0%",
        },
        "annotations": _titles(),
    }
    at = np.arange(count)
    points = {"x": at, "hoverinfo": "skip"}
    line: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "yaxis": "y2",
        "y": info.engagement.round(4),
        "line": {"width": 2, "color": LIGHT["accent"]},
        "marker": {"size": 8, "color": LIGHT["accent"]},
        "cliponaxis": False,
        **points,
    }
    coverage: dict[str, Any] = {
        "type": "bar",
        "yaxis": "y3",
        "width": 0.6,
        "y": info.coverage.round(4),
        "marker": {"color": LIGHT["edge"], "line": {"width": 0}},
        **points,
    }
    return figure(
        [
            *stacked_bars({"x": np.arange(len(info.days)), "width": 0.6}, info.shares),
            line,
            coverage,
            hover_points(at, info.hover),
        ],
        frame,
    )


def _hover(row: Attended) -> str:
    mine = row.summary
    lines = [
        f"<b>{plain(row.session.title or 'Untitled class')}</b>, "
        f"{formatting.day_and_clock(row.session.started_at)}"
    ]
    if mine.dominant is None:
        lines.append("no expression was read")
    else:
        lines += share_lines(mine.shares, row.session)
        lines.append(f"engagement {formatting.index(mine.engagement)}")
    lines.append(f"coverage {formatting.share(mine.coverage)}")
    lines.append(f"present {formatting.minutes(mine.present_minutes)}")
    return "<br>".join(lines)


def _titles() -> list[dict[str, Any]]:
    rows = [
        (1.0, "Expressions, share of readings"),
        (0.37, "Engagement, 0 to 1"),
        (0.09, "Coverage, share of looks that were read"),
    ]
    return [panel_title(text, y) for y, text in rows]
