"""Students and time at one sight: a cell a student and bin, coloured by one number.

Hatched grey was seen and could not be read, plain grey was seen and the number is not
known or was not to be, blank was not seen. Rows stand in name order: nobody is ranked.
"""

from __future__ import annotations

from enum import StrEnum
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
from dashboard.figures.gaps import Gap, find_gaps, gap_shape
from dashboard.figures.hatching import Stretch, greyed, hatched, stretches
from dashboard.palette import FILL, INDEX_SCALE, STACK, VALENCE_SCALE
from dashboard.shares import ORDER
from dashboard.words import CAPTION, REFUSED, SEEN
from monitor.engagement import INDEX_WEIGHTS, IndexWeights, valence
from monitor.records import EMOTIONS, Mode
from monitor.reports import formatting
from monitor.summaries import StudentSeries, summarise_student_bins

ROW_PX = 24
AXIS_PX = 48

_BLOCK = 0.8
"""Height of a cell in a row of one."""

_FEW_BEYOND = 0.1

Floats = npt.NDArray[np.float64]


class Shade(StrEnum):
    """What a cell's colour says."""

    SEEN_MOST = "seen_most"
    VALENCE = "valence"
    ENGAGEMENT = "engagement"


class HeatInfo(NamedTuple):
    """What the heat map draws; s rows in name order, b bins.

    Attributes:
        shade: what the colours say.
        names: (s,) as stored, unescaped.
        starts_s: (b,) seconds since the session's start.
        values: (s, b) what is coloured: a place in `STACK`, a valence or an index;
            NaN where there is none.
        reach: of a valence the end of the scale on both sides; what lies beyond has
            the colour of the end.
        unreadable: stretches that were seen and not readable.
        not_known: stretches that were seen and have no such number.
        grey: what ``not_known`` is called.
        gaps: when nobody looked at the class, or saw none.
        words: (s, b) what each cell says; "" where not seen.
        from_s, to_s, bin_s: the time axis.
    """

    shade: Shade
    names: list[str]
    starts_s: Floats
    values: Floats
    reach: float
    unreadable: list[Stretch]
    not_known: list[Stretch]
    grey: str
    gaps: list[Gap]
    words: list[list[str]]
    from_s: float
    to_s: float
    bin_s: float


def heat_info(
    view: View, shade: Shade, weights: IndexWeights = INDEX_WEIGHTS
) -> HeatInfo:
    """What will be drawn of the students by one number."""
    data = view.data
    series = summarise_student_bins(
        data, bin_s=view.bin_s, from_s=view.from_s, weights=weights
    )
    values = _values(series, shade)
    bare = (series.sightings > 0) & np.isnan(values)
    asked, read = series.asked > 0, series.readings > 0
    presence = data.session.mode is Mode.PRESENCE
    blocks = (series.starts_s, view.bin_s, view.to_s)
    return HeatInfo(
        shade=shade,
        names=[student.name for student in data.students],
        starts_s=series.starts_s,
        values=values,
        reach=_reach(values),
        unreadable=stretches(bare & asked & ~read, *blocks),
        not_known=stretches(bare & (read | ~asked), *blocks),
        grey=_grey(bare & read, bare & ~asked, presence=presence),
        gaps=find_gaps(data.samples, data.session.interval_s),
        words=_words(series, values, shade, presence=presence),
        from_s=view.from_s,
        to_s=view.to_s,
        bin_s=view.bin_s,
    )


def _grey(
    unknown: npt.NDArray[np.bool_], refused: npt.NDArray[np.bool_], *, presence: bool
) -> str:
    """What plain grey means, of the cells that were read and those not to be."""
    if presence:
        return SEEN
    told = ["engagement not known"] if unknown.any() else []
    told += [REFUSED] if refused.any() else []
    return f"{SEEN}, {' or '.join(told)}"


def heat_height(rows: int) -> int:
    """Pixels that the chart takes for so many students."""
    return rows * ROW_PX + AXIS_PX


def heat_figure(info: HeatInfo, view: View) -> go.Figure:
    """The chart: rows of `ROW_PX` pixels, as the names beside them have."""
    rows = len(info.names)
    # The last minute's number stands at the edge; Plotly hides numbers without room,
    # and where it hides them all, as of a class of seconds, it loses the axis.
    margin = {"l": 0, "r": 16, "t": 0, "b": AXIS_PX}
    frame = layout(heat_height(rows), margin, revision="heat")
    frame |= {
        "barmode": "overlay",
        "xaxis": time_axis(info.from_s, info.to_s),
        "yaxis": {
            "range": [rows - 0.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
        "shapes": [gap_shape(gap) for gap in info.gaps],
    }
    traces = [
        _cells(info),
        hatched(info.unreadable, _BLOCK),
        greyed(info.not_known, _BLOCK),
        _hover(info, view),
    ]
    return figure(traces, frame)


def _values(series: StudentSeries, shade: Shade) -> Floats:
    """(s, b) the number of each cell, NaN where nothing was read."""
    if shade is Shade.VALENCE:
        return np.asarray(valence(series.shares), np.float64)
    if shade is Shade.ENGAGEMENT:
        return series.engagement
    ordered = series.shares[:, :, ORDER]
    read = series.readings > 0
    if not ordered.size:
        return np.full(read.shape, np.nan)
    filled = np.where(read[:, :, None], ordered, -1.0)
    return np.where(read, filled.argmax(axis=2), np.nan)


def _reach(values: Floats) -> float:
    """Half the scale, where all but a few cells fit into it: they would look alike."""
    known = np.abs(values[~np.isnan(values)])
    beyond = np.count_nonzero(known > 0.5)
    return 0.5 if beyond <= _FEW_BEYOND * len(known) else 1.0


def _words(
    series: StudentSeries, values: Floats, shade: Shade, *, presence: bool
) -> list[list[str]]:
    refused = SEEN if presence else f"{SEEN}, {REFUSED}"
    shares, sightings, readings = series.shares, series.sightings, series.readings
    rows = []
    for r in range(len(values)):
        cells = []
        for b in range(values.shape[1]):
            if not sightings[r, b]:
                cells.append("")
            elif not series.asked[r, b]:
                cells.append(refused)
            elif not readings[r, b]:
                cells.append(f"{SEEN}, not readable")
            else:
                told = _told(float(values[r, b]), shares[r, b], shade)
                cells.append(f"{told}; {readings[r, b]} of {sightings[r, b]} read")
        rows.append(cells)
    return rows


def _told(value: float, shares: Floats, shade: Shade) -> str:
    if shade is Shade.VALENCE:
        return f"valence {formatting.valence(value)}"
    if shade is Shade.ENGAGEMENT:
        text = formatting.index(value)
        known = text != formatting.NOT_KNOWN
        return f"engagement {text}" if known else "engagement not known"
    name = STACK[int(value)]
    return f"{CAPTION[name]} {formatting.share(float(shares[EMOTIONS.index(name)]))}"


def _cells(info: HeatInfo) -> dict[str, Any]:
    """The colours; numbers travel as four bytes each."""
    scale, low, high = _scale(info)
    return {
        **_grid(info),
        "z": info.values.astype(np.float32),
        "zmin": low,
        "zmax": high,
        "colorscale": scale,
        "xgap": 1,
        "ygap": round(ROW_PX * (1 - _BLOCK)),
        "hoverinfo": "skip",
    }


def _scale(info: HeatInfo) -> tuple[list[list[Any]], float, float]:
    if info.shade is Shade.SEEN_MOST:
        steps = [
            [(i + side) / len(STACK), FILL[name]]
            for i, name in enumerate(STACK)
            for side in (0, 1)
        ]
        return steps, -0.5, len(STACK) - 0.5
    colours, low, high = (
        (VALENCE_SCALE, -info.reach, info.reach)
        if info.shade is Shade.VALENCE
        else (INDEX_SCALE, 0.0, 1.0)
    )
    last = len(colours) - 1
    return [[i / last, colour] for i, colour in enumerate(colours)], low, high


def _hover(info: HeatInfo, view: View) -> dict[str, Any]:
    """Cells that cannot be seen and say what they are."""
    heads = whens(view.data.session.started_at, info.starts_s, info.bin_s)
    texts = [
        [
            f"<b>{plain(name)}</b>, {when}<br>{told}" if told else ""
            for when, told in zip(heads, row, strict=True)
        ]
        for name, row in zip(info.names, info.words, strict=True)
    ]
    return {
        **_grid(info),
        "z": [[0 if text else None for text in row] for row in texts],
        "colorscale": [[0, CLEAR], [1, CLEAR]],
        "hoverongaps": False,
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _grid(info: HeatInfo) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": ((info.starts_s + info.bin_s / 2) / 60).round(4),
        "y": np.arange(len(info.names), dtype=np.int16),
        "showscale": False,
    }
