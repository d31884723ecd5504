"""How the class went: sentence, first glance, timeline, stretches and totals."""

from __future__ import annotations

from dash import dcc, html

from dashboard.components.definitions import definitions
from dashboard.components.glance import glance_cards
from dashboard.components.legend import expressions_legend
from dashboard.components.notes import ABOUT, notes_list
from dashboard.components.report.head import standing
from dashboard.components.tables import behind, data_table
from dashboard.figures.axes import CONFIG
from dashboard.figures.mood import mood_figure, mood_height, mood_info
from dashboard.figures.segments import (
    segments_figure,
    segments_height,
    segments_info,
)
from dashboard.palette import STACK
from dashboard.parts import Part
from dashboard.report_data import Report
from dashboard.words import CAPTION, span
from monitor.prior import LEVEL
from monitor.records import EMOTIONS
from monitor.reports import formatting
from monitor.reports.sentences import summary_sentence


def numbers(report: Report) -> list[Part]:
    """Everything that a correction changes, above the students."""
    data = report.view.data
    parts: list[Part] = [standing(report), _trouble(report)]
    if not len(data.observations):
        return parts
    sentence = summary_sentence(data, report.whole, report.changes, report.corrected)
    parts += [
        html.Section(
            [
                html.P(sentence, id="report-sentence", className="sentence"),
                *glance_cards(report.glance, reads=report.reads),
            ],
            id="report-glance",
        ),
        definitions(reads=report.reads, weights=report.weights, report=True),
    ]
    if report.reads and data.observations.is_read.any():
        parts += [_timeline(report), _parts(report), _totals(report)]
    return parts


def _trouble(report: Report) -> Part:
    """The settings' file cannot be used: which weights stand in."""
    if not report.trouble:
        return None
    told = f"{report.trouble}. The usual weights of engagement are used meanwhile."
    return html.P(f"{told[:1].upper()}{told[1:]}", className="banner", role="status")


def _timeline(report: Report) -> html.Section:
    info = mood_info(report.view, report.changes)
    notes = notes_list(report.view.data.markers, report.changes)
    told = (
        f"Mean of all readings in every {span(report.view.bin_s)}; time runs in "
        "minutes into class. Where nothing could be trusted the chart is left open."
    )
    if notes is not None:
        told += f" {ABOUT}"
    return html.Section(
        [
            html.H2("The class's expressions over time"),
            html.P(told, className="muted"),
            expressions_legend(),
            dcc.Graph(
                id="report-mood",
                figure=mood_figure(info),
                config=CONFIG,
                className="chart mood",
                style={"height": mood_height(info)},
                responsive=True,
            ),
            notes,
            behind("report-mood"),
        ],
        id="report-timeline",
    )


def _parts(report: Report) -> Part:
    """The class between its markers, when there are any."""
    if len(report.parts) < 2:
        return None
    info = segments_info(report.parts)
    return html.Section(
        [
            html.H2("Between markers"),
            html.P(
                "Share of the readings of each stretch, with its coverage.",
                className="muted",
            ),
            dcc.Graph(
                id="report-segments",
                figure=segments_figure(info),
                config=CONFIG,
                className="chart segments",
                style={"height": segments_height(len(info.names))},
                responsive=True,
            ),
            html.Details(
                [html.Summary("Show as table"), _parts_table(report)],
                className="behind",
            ),
        ],
        id="report-parts",
    )


def _parts_table(report: Report) -> html.Div:
    order = [EMOTIONS.index(name) for name in STACK]
    heads = ["Stretch", "From", "To", "Coverage"]
    heads += [*(CAPTION[name] for name in STACK), "Valence", "Facing", "Engagement"]
    rows: list[list[Part]] = [
        [
            html.Bdi(part.name),
            formatting.into_class(part.start_s),
            formatting.into_class(part.end_s),
            formatting.share(part.summary.coverage),
            *(formatting.share(part.summary.shares[k]) for k in order),
            formatting.valence(part.summary.valence),
            formatting.share(part.summary.facing),
            formatting.index(part.summary.engagement),
        ]
        for part in report.parts
    ]
    return data_table("The class between its markers", heads, rows)


def _totals(report: Report) -> html.Section:
    """Shares over the whole class, as read and corrected."""
    corrected = report.corrected
    heads = ["Expression", "Share of readings"]
    told = "The mean over every reading of the class."
    if corrected is not None:
        heads += ["Corrected", f"{LEVEL:.0%} interval"]
        told += (
            " Corrected: freed from the balance of the faces that the network learned "
            "from; the interval widens when few faces were read."
        )
    rows: list[list[Part]] = []
    for name in reversed(STACK):
        k = EMOTIONS.index(name)
        key = html.Span(className=f"swatch {name}")
        row: list[Part] = [
            html.Span([key, CAPTION[name]], className="key"),
            formatting.share(report.whole.shares[k]),
        ]
        if corrected is not None:
            ends = (float(corrected.low[k]), float(corrected.high[k]))
            row += [
                formatting.share(float(corrected.mean[k])),
                " to ".join(map(formatting.share, ends)),
            ]
        rows.append(row)
    return html.Section(
        [
            html.H2("Over the whole class"),
            html.P(told, className="muted"),
            data_table("Expressions over the whole class", heads, rows),
        ],
        id="report-totals",
    )
