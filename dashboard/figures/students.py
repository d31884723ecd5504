"""Every student over time: one strip each, in name order.

A bin has the colour of the expression with the largest share, and is as high as that
share. Hatched grey was seen and could not be read; plain grey was seen and not to be
read; blank was not seen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.data import View
from dashboard.figures.axes import (
    CLEAR,
    figure,
    layout,
    plain,
    time_axis,
    whens,
)
from dashboard.figures.hatching import Stretch, greyed, hatched, stretches
from dashboard.palette import FILL, STACK
from dashboard.shares import ORDER
from dashboard.words import CAPTION, REFUSED, SEEN
from monitor.records import Mode
from monitor.summaries import StudentSeries, summarise_student_bins

ROW_PX = 32
AXIS_PX = 48

_STRIP = 0.72
"""Height of a strip in a row of one; a share of 100% takes all of it."""

Floats = npt.NDArray[np.float64]


class StudentsInfo(NamedTuple):
    """What the students' chart draws; s rows in name order, b bins.

    Attributes:
        names: (s,) as stored, unescaped.
        starts_s: (b,) seconds since the session's start.
        dominant: (s, b) int, position in `STACK`, -1 where nothing was read.
        strength: (s, b) share of the dominant expression, NaN where nothing was read.
        unreadable: stretches in which the student was seen and not readable.
        present: stretches in which the student was seen and not to be read: in presence
            mode, or without consent.
        hover: (s, b) what each cell says; empty where not seen.
        from_s, to_s, bin_s: the time axis.
    """

    names: list[str]
    starts_s: Floats
    dominant: npt.NDArray[np.int64]
    strength: Floats
    unreadable: list[Stretch]
    present: list[Stretch]
    hover: list[list[str]]
    from_s: float
    to_s: float
    bin_s: float


def students_info(view: View) -> StudentsInfo:
    """What will be drawn of the students."""
    data = view.data
    series = summarise_student_bins(data, bin_s=view.bin_s, from_s=view.from_s)
    ordered = series.shares[:, :, ORDER]
    read = series.readings > 0
    filled = np.where(read[:, :, None], ordered, -1.0)
    dominant = np.where(read, filled.argmax(axis=2), -1) if ordered.size else read - 1
    strength = filled.max(axis=2, initial=-1.0)
    asked = series.asked > 0
    blocks = (series.starts_s, view.bin_s, view.to_s)
    names = [student.name for student in data.students]
    return StudentsInfo(
        names=names,
        starts_s=series.starts_s,
        dominant=dominant,
        strength=np.where(read, strength, np.nan),
        unreadable=stretches(asked & ~read, *blocks),
        present=stretches((series.sightings > 0) & ~asked, *blocks),
        hover=_hover(view, series, dominant, strength),
        from_s=view.from_s,
        to_s=view.to_s,
        bin_s=view.bin_s,
    )


def students_height(rows: int) -> int:
    """Pixels that the chart takes for so many students."""
    return rows * ROW_PX + AXIS_PX


def students_figure(info: StudentsInfo) -> go.Figure:
    """The chart: rows of `ROW_PX` pixels, as the names beside them have."""
    rows = len(info.names)
    frame = layout(
        students_height(rows),
        {"l": 0, "r": 0, "t": 0, "b": AXIS_PX},
        revision="students",
    )
    axis = time_axis(info.from_s, info.to_s)
    frame |= {
        "barmode": "overlay",
        "xaxis": axis,
        "yaxis": {
            "range": [rows - 0.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
    }
    traces = [
        *(_bars(info, which) for which in range(len(STACK))),
        hatched(info.unreadable, _STRIP),
        greyed(info.present, _STRIP),
        _hover_cells(info),
    ]
    return figure(traces, frame)


def _hover(
    view: View,
    series: StudentSeries,
    dominant: npt.NDArray[np.int64],
    strength: Floats,
) -> list[list[str]]:
    started_at = view.data.session.started_at
    presence = view.data.session.mode is Mode.PRESENCE
    heads = whens(started_at, series.starts_s, view.bin_s)
    captions = [CAPTION[name] for name in STACK]
    bare = [SEEN if presence else f"{SEEN}, {REFUSED}", f"{SEEN}, not readable"]
    rows = []
    for r, student in enumerate(view.data.students):
        head = f"<b>{plain(student.name)}</b>, "
        which, how = dominant[r].tolist(), strength[r].tolist()
        seen, asked = series.sightings[r].tolist(), (series.asked[r] > 0).tolist()
        rows.append(
            [
                f"{head}{when}<br>{captions[k]} {share:.0%}"
                if k >= 0
                else f"{head}{when}<br>{bare[tried]}"
                if count
                else ""
                for when, k, share, count, tried in zip(
                    heads, which, how, seen, asked, strict=True
                )
            ]
        )
    return rows


def _bars(info: StudentsInfo, which: int) -> dict[str, Any]:
    """The bins in which one expression leads, as high as its share.

    Height rather than a paler colour says how large the share is: a pale "downcast"
    would look like "surprised".
    """
    rows, bins = np.nonzero(info.dominant == which)
    starts = info.starts_s[bins]
    ends = np.minimum(starts + info.bin_s, info.to_s)
    return {
        "type": "bar",
        "x": ((starts + ends) / 120).round(4),
        "width": ((ends - starts) / 60).round(4),
        "base": rows + _STRIP / 2,
        "y": (-_STRIP * info.strength[rows, bins]).round(4),
        "marker": {"color": FILL[STACK[which]], "line": {"width": 0}},
        "hoverinfo": "skip",
        "name": CAPTION[STACK[which]],
    }


def _hover_cells(info: StudentsInfo) -> dict[str, Any]:
    """Cells that cannot be seen and say what they are, the whole row high."""
    seen = [[0 if text else None for text in row] for row in info.hover]
    return {
        "type": "heatmap",
        "z": seen,
        "x": ((info.starts_s + info.bin_s / 2) / 60).round(4),
        "y": np.arange(len(info.names)),
        "colorscale": [[0, CLEAR], [1, CLEAR]],
        "showscale": False,
        "hoverongaps": False,
        "text": info.hover,
        "hovertemplate": "%{text}<extra></extra>",
    }
