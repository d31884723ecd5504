"""The class's mood over time: stacked shares, valence, and how much was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.data import View
from dashboard.figures.axes import (
    bare_figure,
    clock,
    figure,
    hover_points,
    into_class,
    layout,
    panel_title,
    time_axis,
)
from dashboard.figures.gaps import Gap, find_gaps, gap_shape
from dashboard.figures.notes import (
    ROW_PX,
    Note,
    note_labels,
    note_shapes,
    place_notes,
    rows_of,
)
from dashboard.palette import FILL, LIGHT, STACK
from dashboard.shares import ORDER, share_lines
from dashboard.words import CAPTION
from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.moments import Moment
from monitor.reports import formatting
from monitor.summaries import ClassSeries, summarise_bins

HEIGHT = 496
"""Pixels of the chart without labels of markers and moments."""

_LABEL_FROM = 0.07
"""A band thinner than this share of the height has no room for its name."""

Floats = npt.NDArray[np.float64]


class MoodInfo(NamedTuple):
    """What the mood chart draws; b bins, NaN where there is nothing to draw.

    Attributes:
        starts_s, ends_s: (b,) the bins, seconds since the session's start.
        shares: (b, 7) columns in the order of `STACK`, NaN in gaps.
        valence: (b,) in [-1, 1].
        coverage: (b,) in [0, 1].
        runs: first and last bin of every stretch without a gap.
        gaps: what the gaps are.
        hover: (b,) what each bin says of itself.
        labels: (height in the stack, caption) of the bands with room for it.
        from_s, to_s: the time axis.
        notes: markers and moments, and where their labels stand.
    """

    starts_s: Floats
    ends_s: Floats
    shares: Floats
    valence: Floats
    coverage: Floats
    runs: list[tuple[int, int]]
    gaps: list[Gap]
    hover: list[str]
    labels: list[tuple[float, str]]
    from_s: float
    to_s: float
    notes: tuple[Note, ...] = ()


def mood_info(
    view: View,
    moments: Sequence[Moment] = (),
    weights: IndexWeights = INDEX_WEIGHTS,
) -> MoodInfo:
    """What will be drawn of the class's mood, its markers and these moments."""
    session = view.data.session
    series = summarise_bins(
        view.data, bin_s=view.bin_s, from_s=view.from_s, weights=weights
    )
    gaps = find_gaps(view.data.samples, session.interval_s)
    middle = series.starts_s + view.bin_s / 2
    hidden = np.zeros(len(series), dtype=bool)
    for gap in gaps:
        hidden |= (middle >= gap.from_s) & (middle < gap.to_s)
    shares = np.where(hidden[:, None], np.nan, series.shares[:, ORDER])
    return MoodInfo(
        starts_s=series.starts_s,
        ends_s=np.minimum(series.starts_s + view.bin_s, view.to_s),
        shares=shares,
        valence=np.where(hidden, np.nan, series.valence),
        coverage=np.where(hidden, np.nan, series.coverage),
        runs=_runs(~np.isnan(shares[:, 0])),
        gaps=gaps,
        hover=_hover(series, view),
        labels=_labels(shares),
        from_s=view.from_s,
        to_s=view.to_s,
        notes=place_notes(view.data.markers, moments, view.from_s, view.to_s),
    )


def mood_height(info: MoodInfo) -> int:
    """Pixels that the chart takes with the labels above it."""
    return HEIGHT + rows_of(info.notes) * ROW_PX


def mood_figure(info: MoodInfo) -> go.Figure:
    """The chart: three panels over one time axis."""
    return figure(*_drawn(info))


def mood_bare(info: MoodInfo) -> dict[str, Any]:
    """The same chart for a page that draws it every few seconds."""
    return bare_figure(*_drawn(info))


def _drawn(info: MoodInfo) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Traces and frame."""
    middles = ((info.starts_s + info.ends_s) / 120).round(4)
    traces = [*_bands(info), hover_points(middles, info.hover), _valence_trace(info)]
    traces.append(_coverage_trace(info))
    reach = np.nanmax(np.abs(info.valence), initial=0.0)
    reach = 0.5 if reach <= 0.45 else 1.0
    above = rows_of(info.notes) * ROW_PX
    margin = {"l": 48, "r": 80, "t": 24 + above, "b": 48}
    frame = layout(HEIGHT + above, margin, revision="mood")
    quiet = {"fixedrange": True, "zeroline": False, "ticks": ""}
    frame |= {
        "hovermode": "x",
        "hoverdistance": 200,
        "bargap": 0,
        "xaxis": {**time_axis(info.from_s, info.to_s), "anchor": "y3"},
        "yaxis": {
            **quiet,
            "domain": [0.44, 1],
            "range": [0, 1],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%",
        },
        "yaxis2": {
            **quiet,
            "domain": [0.17, 0.36],
            "range": [-reach, reach],
            "tickvals": [-reach, 0, reach],
            "ticktext": [f"\N{MINUS SIGN}{reach:g}", "0", f"+{reach:g}"],
        },
        "yaxis3": {
            **quiet,
            "domain": [0, 0.08],
            "range": [0, 1],
            "tickvals": [1],
            "tickformat": ".0%",
        },
        "shapes": [
            *(gap_shape(_shown(gap, info)) for gap in info.gaps),
            *note_shapes(info.notes),
        ],
        "annotations": [
            *_titles(above),
            *_band_labels(info),
            *_gap_labels(info),
            *note_labels(info.notes),
        ],
    }
    return traces, frame


def _runs(drawn: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], drawn.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _labels(shares: Floats) -> list[tuple[float, str]]:
    """Names beside the last bin's bands, where the bands are thick enough."""
    if not len(shares) or np.isnan(shares[-1]).any():
        return []
    tops = np.cumsum(shares[-1])
    return [
        (float(top - share / 2), CAPTION[name])
        for name, share, top in zip(STACK, shares[-1], tops, strict=True)
        if share >= _LABEL_FROM
    ]


def _hover(series: ClassSeries, view: View) -> list[str]:
    started_at = view.data.session.started_at
    texts = []
    for i in range(len(series)):
        start = float(series.starts_s[i])
        at = f"<b>{into_class(start, view.bin_s)}</b>, {clock(started_at, start)}"
        if not series.readings[i]:
            texts.append(f"{at}<br>no face was read")
            continue
        lines = share_lines(series.shares[i], view.data.session)
        lines.append(f"valence {formatting.valence(float(series.valence[i]))}")
        lines += _looks(float(series.facing[i]), float(series.engagement[i]))
        lines.append(
            f"{int(series.students_seen[i])} students seen, "
            f"{formatting.share(float(series.coverage[i]))} read"
        )
        texts.append("<br>".join([at, *lines]))
    return texts


def _looks(facing: float, engagement: float) -> list[str]:
    """A line for facing and one for engagement, where they are known."""
    known = {
        "facing": formatting.share(facing),
        "engagement": formatting.index(engagement),
    }
    return [f"{what} {v}" for what, v in known.items() if v != formatting.NOT_KNOWN]


def _edges(info: MoodInfo, run: tuple[int, int], values: Floats) -> tuple[Floats, ...]:
    """A run's outline: bin middles, held up to the outer edges of the run."""
    first, last = run
    starts, ends = info.starts_s[first : last + 1], info.ends_s[first : last + 1]
    x = np.concatenate([starts[:1], (starts + ends) / 2, ends[-1:]]) / 60
    y = values[first : last + 1]
    return x, np.concatenate([y[:1], y, y[-1:]])


def _bands(info: MoodInfo) -> list[dict[str, Any]]:
    """One trace an expression, a closed shape for every run.

    Plotly's own stacks bridge gaps or drop to zero in them; closed shapes leave them
    empty, which is what a gap is.
    """
    tops = np.cumsum(info.shares, axis=1)
    bottoms = tops - info.shares
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "fill": "toself",
            "fillcolor": FILL[name],
            "line": {"width": 1, "color": FILL[name]},
            "hoverinfo": "skip",
            "name": CAPTION[name],
            **_outline(info, bottoms[:, i], tops[:, i]),
        }
        for i, name in enumerate(STACK)
    ]


def _outline(info: MoodInfo, bottom: Floats, top: Floats) -> dict[str, Floats]:
    xs, ys = [], []
    for run in info.runs:
        x, low = _edges(info, run, bottom)
        _, high = _edges(info, run, top)
        xs += [x, x[::-1], np.array([np.nan])]
        ys += [low, high[::-1], np.array([np.nan])]
    empty = [np.empty(0)]
    return {
        "x": np.concatenate(xs or empty).round(4),
        "y": np.concatenate(ys or empty).round(4),
    }


def _valence_trace(info: MoodInfo) -> dict[str, Any]:
    xs, ys = [], []
    for run in info.runs:
        x, y = _edges(info, run, info.valence)
        xs += [x, np.array([np.nan])]
        ys += [y, np.array([np.nan])]
    empty = [np.empty(0)]
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 2, "color": LIGHT["accent"]},
        "yaxis": "y2",
        "x": np.concatenate(xs or empty).round(4),
        "y": np.concatenate(ys or empty).round(4),
        "hovertemplate": "valence %{y:+.2f}<extra></extra>",
    }


def _coverage_trace(info: MoodInfo) -> dict[str, Any]:
    return {
        "type": "bar",
        "marker": {"color": LIGHT["edge"], "line": {"width": 0}},
        "yaxis": "y3",
        "x": (info.starts_s / 60).round(4),
        "width": ((info.ends_s - info.starts_s) / 60).round(4),
        "offset": 0,
        "y": info.coverage.round(4),
        "hovertemplate": "%{y:.0%} read<extra></extra>",
    }


def _titles(above: int) -> list[dict[str, Any]]:
    """The panels' names, the first one ``above`` so many pixels of labels."""
    rows = [
        (1.0, 3 + above, "Expressions, share of readings"),
        (0.36, 3, "Valence (+1 pleasant, \N{MINUS SIGN}1 unpleasant)"),
        (0.08, 3, "Coverage, share of looks that were read"),
    ]
    return [panel_title(text, y, shift) for y, shift, text in rows]


def _band_labels(info: MoodInfo) -> list[dict[str, Any]]:
    return [
        {
            "text": caption,
            "xref": "paper",
            "yref": "y",
            "x": 1,
            "y": y,
            "xanchor": "left",
            "xshift": 6,
            "showarrow": False,
        }
        for y, caption in info.labels
    ]


def _shown(gap: Gap, info: MoodInfo) -> Gap:
    """The part of a gap that the time axis reaches."""
    return gap._replace(
        from_s=max(gap.from_s, info.from_s), to_s=min(gap.to_s, info.to_s)
    )


def _gap_labels(info: MoodInfo) -> list[dict[str, Any]]:
    """A name in every gap that is wide enough to hold it."""
    wide = (info.to_s - info.from_s) * 0.06
    return [
        {
            "text": gap.reason,
            "xref": "x",
            "yref": "y",
            "x": (max(gap.from_s, info.from_s) + min(gap.to_s, info.to_s)) / 120,
            "y": 0.5,
            "textangle": -90,
            "showarrow": False,
        }
        for gap in info.gaps
        if gap.to_s - gap.from_s >= wide
    ]
