"""A course's classes beside each other: shares, engagement and coverage of each.

Where none of them was read, they stand beside each other by students and facing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.comparison import Lecture
from dashboard.figures.axes import CLEAR, figure, layout, panel_title, plain
from dashboard.palette import FILL, LIGHT, STACK
from dashboard.shares import ORDER, share_lines
from dashboard.words import CAPTION
from monitor.records import EMOTIONS
from monitor.reports import formatting

_HEIGHT = 432
_PRESENCE_HEIGHT = 280

_FEWEST_SLOTS = 6
"""Two classes do not become two walls."""

_MOST_DATES = 6
_BAR = 0.72

Floats = npt.NDArray[np.float64]


class CompareInfo(NamedTuple):
    """What the comparison draws; n classes, oldest first, NaN for what is not known.

    Attributes:
        dates: (n,) the day of each.
        here: which of them the page is about.
        shares: (n, 7) columns in the order of `STACK`.
        coverage: (n,) in [0, 1].
        engagement: (n,) in [0, 1].
        students: (n,) those who were seen.
        facing: (n,) in [0, 1].
        reads: whether expressions are read in any of them.
        hover: (n,) what each says of itself.
    """

    dates: list[str]
    here: int
    shares: Floats
    coverage: Floats
    engagement: Floats
    students: Floats
    facing: Floats
    reads: bool
    hover: list[str]


def compare_info(lectures: Sequence[Lecture], session_id: int) -> CompareInfo:
    """What will be drawn of a course's classes, of which ``session_id`` is one."""
    wholes = [lecture.whole for lecture in lectures]
    shares = np.array([whole.shares for whole in wholes], np.float64)
    return CompareInfo(
        dates=[formatting.month_and_day(one.session.started_at) for one in lectures],
        here=[one.session.id for one in lectures].index(session_id),
        shares=shares.reshape(-1, len(EMOTIONS))[:, ORDER],
        coverage=np.array([whole.coverage for whole in wholes], np.float64),
        engagement=np.array([whole.engagement for whole in wholes], np.float64),
        students=np.array([one.students for one in lectures], np.float64),
        facing=np.array([whole.facing for whole in wholes], np.float64),
        reads=any(one.reads for one in lectures),
        hover=[_hover(lecture) for lecture in lectures],
    )


def compare_height(*, reads: bool) -> int:
    """Pixels that the chart takes."""
    return _HEIGHT if reads else _PRESENCE_HEIGHT


def compare_figure(info: CompareInfo) -> go.Figure:
    """The chart: panels over one row of classes."""
    n = len(info.dates)
    margin = {"l": 48, "r": 16, "t": 24, "b": 48}
    frame = layout(compare_height(reads=info.reads), margin, revision="compare")
    frame |= {
        "barmode": "stack",
        "bargap": 1 - _BAR,
        "hovermode": "x",
        "xaxis": {
            "range": [-0.6, max(n, _FEWEST_SLOTS) - 0.4],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "anchor": "y3" if info.reads else "y2",
            **_dates(info),
        },
        **_axes(info),
        "shapes": [_mark(info.here)],
        "annotations": _titles(info),
    }
    if not info.reads:
        return figure(_presence(info), frame)
    return figure([*_stack(info), _engagement(info), _coverage(info)], frame)


def _axes(info: CompareInfo) -> dict[str, Any]:
    """The panels, from the top."""
    quiet = {"fixedrange": True, "zeroline": False, "ticks": ""}
    share = {**quiet, "range": [0, 1], "tickvals": [0, 0.5, 1]}
    percent = {**share, "tickformat": ".0%"}
    if not info.reads:
        most = max(1.0, float(info.students.max(initial=0)))
        whole = {"range": [0, most], "nticks": 4, "tickformat": ",d"}
        return {
            "yaxis": {**quiet, **whole, "domain": [0.5, 1]},
            "yaxis2": {**percent, "domain": [0, 0.3]},
        }
    return {
        "yaxis": {**percent, "domain": [0.5, 1]},
        "yaxis2": {**share, "domain": [0.2, 0.4]},
        "yaxis3": {**percent, "domain": [0, 0.1], "tickvals": [1]},
    }


def _hover(lecture: Lecture) -> str:
    session, whole = lecture.session, lecture.whole
    lines = [
        f"<b>{plain(session.title or 'Untitled class')}</b>",
        formatting.day_and_clock(session.started_at),
        formatting.count(lecture.students, "student"),
    ]
    if not lecture.reads:
        lines.append("no expression was read")
        lines.append(f"in view for {formatting.minutes(lecture.minutes_each)} each")
        lines.append(f"facing {formatting.share(whole.facing)}")
        return "<br>".join(lines)
    if whole.dominant is None:
        return "<br>".join([*lines, "no expression was read"])
    lines += share_lines(whole.shares, session)
    lines.append(f"engagement {formatting.index(whole.engagement)}")
    lines.append(f"{formatting.share(whole.coverage)} of looks were read")
    return "<br>".join(lines)


def _dates(info: CompareInfo) -> dict[str, Any]:
    """Days under some of the classes, always under the one that is looked at."""
    n = len(info.dates)
    step = -(-n // _MOST_DATES)
    shown = [i for i in range(n) if (i - info.here) % step == 0]
    return {"tickvals": shown, "ticktext": [info.dates[i] for i in shown]}


def _stack(info: CompareInfo) -> list[dict[str, Any]]:
    return [
        {
            "type": "bar",
            "y": info.shares[:, i].round(4),
            "marker": {"color": FILL[name], "line": {"width": 0}},
            "name": CAPTION[name],
            "hoverinfo": "skip",
        }
        for i, name in enumerate(STACK)
    ]


def _engagement(info: CompareInfo) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "line": {"width": 2, "color": LIGHT["accent"]},
        "marker": {"size": 7, "color": LIGHT["accent"]},
        "yaxis": "y2",
        "y": info.engagement.round(4),
        "hoverinfo": "skip",
    }


def _coverage(info: CompareInfo) -> dict[str, Any]:
    """The bars at the foot; they carry what a class says of itself."""
    return _grey(np.nan_to_num(info.coverage), "y3") | _told(info)


def _presence(info: CompareInfo) -> list[dict[str, Any]]:
    """Students, and below them facing, of classes of which nothing was read."""
    students = _grey(info.students, "y") | _told(info)
    return [students, {**_grey(info.facing, "y2"), "hoverinfo": "skip"}]


def _grey(values: Floats, axis: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "marker": {"color": LIGHT["edge"], "line": {"width": 0}},
        "yaxis": axis,
        "y": values.round(4),
    }


def _told(info: CompareInfo) -> dict[str, Any]:
    return {
        "text": info.hover,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _mark(here: int) -> dict[str, Any]:
    """A pale band behind the class that the page is about."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": here - 0.5,
        "x1": here + 0.5,
        "y0": -0.02,
        "y1": 1,
        "fillcolor": LIGHT["accent"],
        "opacity": 0.16,
        "line": {"width": 0, "color": CLEAR},
        "layer": "below",
    }


def _titles(info: CompareInfo) -> list[dict[str, Any]]:
    rows = [(1.0, "Students seen"), (0.3, "Facing, share of looks")]
    if info.reads:
        rows = [
            (1.0, "Expressions, share of readings"),
            (0.4, "Engagement, 0 to 1"),
            (0.1, "Coverage, share of looks that were read"),
        ]
    titles = [panel_title(text, y) for y, text in rows]
    band = {"xref": "x", "yref": "paper", "x": info.here, "y": 0, "yanchor": "top"}
    titles.append({"text": "this class", "yshift": -20, "showarrow": False, **band})
    return titles
