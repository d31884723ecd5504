"""Every student over time: one strip each, in name order.

A cell has the colour of the expression with the largest share, and is the stronger the
larger that share. Hatched grey was seen and could not be read; blank was not seen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.data import View
from dashboard.figures.axes import (
    CLEAR,
    clock,
    figure,
    into_class,
    layout,
    plain,
    time_axis,
)
from dashboard.palette import FILL, PRESENT, STACK, UNREADABLE, rgba
from dashboard.words import CAPTION
from monitor.engagement import summarise_student_bins
from monitor.records import EMOTIONS, Mode

ROW_PX = 32
STRIP_GAP_PX = 10
AXIS_PX = 48

_FAINTEST = 0.30
"""Opacity of a cell whose expression barely leads; seven equal shares lead at 1/7."""

Floats = npt.NDArray[np.float64]


class Stretch(NamedTuple):
    """A run of bins of one student, drawn as a block."""

    row: int
    from_s: float
    to_s: float


class StudentsInfo(NamedTuple):
    """What the students' chart draws; s rows in name order, b bins.

    Attributes:
        names: (s,) as stored, unescaped.
        starts_s: (b,) seconds since the session's start.
        dominant: (s, b) int, position in `STACK`, -1 where nothing was read.
        strength: (s, b) share of the dominant expression, NaN where nothing was read.
        unreadable: stretches in which the student was seen and not readable.
        present: stretches of presence mode, where no expression is read.
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
    ordered = series.shares[:, :, [EMOTIONS.index(name) for name in STACK]]
    read = series.readings > 0
    filled = np.where(read[:, :, None], ordered, -1.0)
    dominant = np.where(read, filled.argmax(axis=2), -1) if ordered.size else read - 1
    strength = filled.max(axis=2, initial=-1.0)
    seen_only = (series.sightings > 0) & ~read
    unread = _stretches(seen_only, series.starts_s, view)
    presence = data.session.mode is Mode.PRESENCE
    names = [student.name for student in data.students]
    return StudentsInfo(
        names=names,
        starts_s=series.starts_s,
        dominant=dominant,
        strength=np.where(read, strength, np.nan),
        unreadable=[] if presence else unread,
        present=unread if presence else [],
        hover=_hover(view, names, dominant, strength, series.sightings),
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
        "bargap": STRIP_GAP_PX / ROW_PX,
        "xaxis": axis,
        "yaxis": {
            "range": [rows - 0.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
    }
    traces = [
        _strips(info),
        _blocks(info.unreadable, {"shape": "/", "fgcolor": UNREADABLE, "size": 5}),
        _blocks(info.present, {"bgcolor": PRESENT, "fgcolor": PRESENT, "shape": "."}),
    ]
    return figure(traces, frame)


def _stretches(
    cells: npt.NDArray[np.bool_], starts_s: Floats, view: View
) -> list[Stretch]:
    """Runs of True cells, row by row."""
    padded = np.pad(cells.astype(np.int8), ((0, 0), (1, 1)))
    rows, edges = np.nonzero(np.diff(padded, axis=1))
    runs = zip(rows[::2], edges[::2], edges[1::2], strict=True)
    return [
        Stretch(
            int(row),
            float(starts_s[first]),
            min(float(starts_s[end - 1]) + view.bin_s, view.to_s),
        )
        for row, first, end in runs
    ]


def _hover(
    view: View,
    names: list[str],
    dominant: npt.NDArray[np.int64],
    strength: Floats,
    sightings: npt.NDArray[np.int64],
) -> list[list[str]]:
    started_at = view.data.session.started_at
    presence = view.data.session.mode is Mode.PRESENCE
    starts = view.from_s + np.arange(sightings.shape[1]) * view.bin_s
    whens = [f"{into_class(s, view.bin_s)}, {clock(started_at, s)}" for s in starts]
    captions = [CAPTION[name] for name in STACK]
    unread = "seen" if presence else "seen, not readable"
    rows = []
    for r, name in enumerate(names):
        head = f"<b>{plain(name)}</b>, "
        which, how = dominant[r].tolist(), strength[r].tolist()
        seen = sightings[r].tolist()
        rows.append(
            [
                f"{head}{when}<br>{captions[k]} {share:.0%}"
                if k >= 0
                else f"{head}{when}<br>{unread}"
                if count
                else ""
                for when, k, share, count in zip(whens, which, how, seen, strict=True)
            ]
        )
    return rows


def _strips(info: StudentsInfo) -> dict[str, Any]:
    count = len(STACK)
    spread = np.clip((info.strength - 1 / count) / (1 - 1 / count), 0, 0.999)
    levels = np.where(info.dominant >= 0, (info.dominant + spread) / count, np.nan)
    scale = [
        stop
        for i, name in enumerate(STACK)
        for stop in (
            [i / count, rgba(FILL[name], _FAINTEST)],
            [(i + 1) / count, rgba(FILL[name], 1)],
        )
    ]
    return {
        "type": "heatmap",
        "z": levels.round(4),
        "x": ((info.starts_s + info.bin_s / 2) / 60).round(4),
        "y": np.arange(len(info.names)),
        "zmin": 0,
        "zmax": 1,
        "colorscale": scale,
        "showscale": False,
        "hoverongaps": False,
        "ygap": STRIP_GAP_PX,
        "text": info.hover,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _blocks(stretches: list[Stretch], pattern: dict[str, Any]) -> dict[str, Any]:
    """Horizontal bars; hatching is something that a heat map cannot do."""
    hatched = pattern.get("shape") == "/"
    return {
        "type": "bar",
        "orientation": "h",
        "y": [stretch.row for stretch in stretches],
        "base": [stretch.from_s / 60 for stretch in stretches],
        "x": [(stretch.to_s - stretch.from_s) / 60 for stretch in stretches],
        "marker": {
            "color": CLEAR if hatched else PRESENT,
            "line": {"width": 0},
            "pattern": {**pattern, "fillmode": "overlay"} if hatched else {},
        },
        "hovertemplate": (
            f"{'seen, not readable' if hatched else 'seen'}<extra></extra>"
        ),
    }
