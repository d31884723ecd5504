"""The students x time heat map with names beside its rows."""

from __future__ import annotations

import numpy as np
from dash import dcc, html

from dashboard.components.charts import named_chart
from dashboard.components.tables import behind, data_table
from dashboard.data import View
from dashboard.figures.axes import whens
from dashboard.figures.heatmap import (
    HeatInfo,
    Shade,
    heat_figure,
    heat_height,
    heat_info,
)
from dashboard.palette import STACK
from dashboard.parts import Part, Parts
from dashboard.report_data import Report
from dashboard.words import CAPTION, span
from monitor.reports import formatting

_NAME = "the students over time"

_SHADES = {
    Shade.SEEN_MOST: "Expression seen most",
    Shade.VALENCE: "Valence",
    Shade.ENGAGEMENT: "Engagement",
}


def heat_section(report: Report) -> html.Section:
    """The map as it begins, and the choice of what its colours say.

    It comes with the page: asked for by itself it would load the class a second time.
    """
    shades = _SHADES if report.reads else {Shade.SEEN_MOST: "Seen"}
    choice = dcc.RadioItems(
        id="report-shade",
        options=[{"label": text, "value": str(k)} for k, text in shades.items()],
        value=str(Shade.SEEN_MOST),
        className="range",
        inline=True,
    )
    facts = report.facts
    info = heat_info(facts.view, Shade.SEEN_MOST, facts.weights)
    bins = span(facts.view.bin_s)
    what = "A cell a student and" if report.reads else "Who was seen, by student and"
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Students over time"),
                    html.Fieldset(
                        [
                            html.Legend("What the colours say", className="unseen"),
                            choice,
                        ],
                        hidden=not report.reads,
                    ),
                ],
                className="heading",
            ),
            html.P(f"{what} {bins}, in name order.", className="muted"),
            html.Div(heat_map(info, facts.view), id="report-heat"),
            behind("report-heat", _NAME),
        ],
        id="report-heat-section",
    )


def heat_map(info: HeatInfo, view: View) -> Parts:
    """Legend, names and chart."""
    session_id = view.data.session.id
    names = [
        html.A(
            student.name,
            href=f"/student/{session_id}/{student.id}",
            className="cell",
            title=student.name,
            dir="auto",
        )
        for student in view.data.students
    ]
    chart = named_chart(
        _NAME,
        id="report-heat-chart",
        figure=heat_figure(info, view),
        className="chart",
        style={"height": heat_height(len(info.names))},
    )
    return [
        _legend(info),
        html.Div(
            [html.Div(names, className="names"), html.Div(chart)], className="heat"
        ),
    ]


def heat_table(info: HeatInfo, view: View) -> html.Div:
    """A row a student, a column a bin: what the cells say."""
    at = view.data.session.started_at
    heads = ["Student", *whens(at, info.starts_s, info.bin_s)]
    rows: list[list[Part]] = [
        [html.Bdi(name), *(text or "not seen" for text in row)]
        for name, row in zip(info.names, info.words, strict=True)
    ]
    return data_table("Students over time, in name order", heads, rows)


def _legend(info: HeatInfo) -> html.Ul:
    entries: list[Part] = []
    if info.shade is Shade.SEEN_MOST:
        used = set(info.values[~np.isnan(info.values)].astype(int).tolist())
        shown = [name for i, name in enumerate(STACK) if i in used]
        entries += [_entry(name, CAPTION[name]) for name in reversed(shown)]
    elif info.shade is Shade.VALENCE:
        ends = f"{formatting.MINUS}{info.reach:g} to +{info.reach:g}"
        if np.nanmax(np.abs(info.values), initial=0.0) > info.reach:
            ends += " and beyond"
        entries.append(_entry("scale valence", f"unpleasant to pleasant, {ends}"))
    else:
        entries.append(_entry("scale index", "0 to 1"))
    if info.unreadable:
        entries.append(_entry("unreadable", "seen, not readable"))
    if info.not_known:
        entries.append(_entry("present", info.grey))
    entries.append(_entry("absent", "not seen"))
    if info.gaps:
        reasons = dict.fromkeys(gap.reason for gap in info.gaps)
        entries.append(_entry("gap", ", ".join(reasons)))
    return html.Ul(entries, className="legend")


def _entry(kind: str, text: str) -> html.Li:
    return html.Li([html.Span(className=f"swatch {kind}"), text])
