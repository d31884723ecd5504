"""How the class went: sentence, first glance, timeline, stretches and totals."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.components.charts import named_chart
from dashboard.components.definitions import definitions
from dashboard.components.glance import glance_cards
from dashboard.components.legend import expressions_legend
from dashboard.components.mood import OVER_TIME
from dashboard.components.notes import ABOUT, notes_list
from dashboard.components.report.head import standing
from dashboard.components.tables import behind, data_table
from dashboard.document.sections import shares
from dashboard.figures.mood import mood_figure, mood_height, mood_info
from dashboard.figures.segments import (
    segments_figure,
    segments_height,
    segments_info,
)
from dashboard.parts import Part
from dashboard.report_data import Report
from dashboard.shares import SHARE_HEADS, share_cells
from dashboard.words import span
from monitor.records import SessionRow
from monitor.reports import formatting
from monitor.reports.sentences import summary_sentence
from monitor.segments import Segment

_STRETCHES = "expressions between markers"


def numbers(report: Report) -> list[Part]:
    """Everything that a correction changes, above the students."""
    data = report.view.data
    parts: list[Part] = [standing(report), _trouble(report)]
    facts = report.facts
    if not (report.has_totals or report.only_totals):
        return parts
    sentence = summary_sentence(data, facts.whole, facts.changes, facts.corrected)
    parts.append(
        html.Section(
            [
                html.P(sentence, id="report-sentence", className="sentence"),
                *(_glance(report) if report.has_totals else []),
            ],
            id="report-glance",
        )
    )
    if facts.has_readings:
        parts += [_timeline(report), _stretches(report), shares(facts)]
    return parts


def _glance(report: Report) -> list[Part]:
    facts = report.facts
    about = definitions(reads=facts.reads, weights=facts.weights, report=True)
    cards = glance_cards(
        facts.glance, reads=facts.reads, expressions=facts.session.expressions
    )
    return [*cards, about]


def _trouble(report: Report) -> Part:
    """The settings' file cannot be used: which weights stand in."""
    if not report.trouble:
        return None
    told = f"{report.trouble}. The usual weights of engagement are used meanwhile."
    return html.P(f"{told[:1].upper()}{told[1:]}", className="banner", role="status")


def _timeline(report: Report) -> html.Section:
    info = mood_info(report.view, report.facts.changes, report.facts.weights)
    notes = notes_list(report.view.data.markers, report.facts.changes)
    told = (
        f"Mean of all readings in every {span(report.view.bin_s)}; time runs in "
        "minutes into class. Where nothing could be trusted the chart is left open."
    )
    if report.only_totals:
        told += " Only minutes with five faces or more are kept."
    if notes is not None:
        told += f" {ABOUT}"
    return html.Section(
        [
            html.H2("The class's expressions over time"),
            html.P(told, className="muted"),
            expressions_legend(report.session.expressions),
            named_chart(
                OVER_TIME,
                id="report-mood",
                figure=mood_figure(info),
                className="chart mood",
                style={"height": mood_height(info)},
            ),
            notes,
            behind("report-mood", OVER_TIME),
        ],
        id="report-timeline",
    )


def _stretches(report: Report) -> Part:
    """The class between its markers, when there are any."""
    if len(report.facts.stretches) < 2:
        return None
    info = segments_info(report.facts.stretches)
    return html.Section(
        [
            html.H2("Between markers"),
            html.P(
                "Share of the readings of each stretch, with its coverage.",
                className="muted",
            ),
            named_chart(
                _STRETCHES,
                id="report-segments",
                figure=segments_figure(info),
                className="chart segments",
                style={"height": segments_height(len(info.names))},
            ),
            behind("report-segments", _STRETCHES),
        ],
        id="report-parts",
    )


def stretches_table(stretches: Sequence[Segment], session: SessionRow) -> html.Div:
    """A row a stretch between markers."""
    heads = ["Stretch", "From", "To", "Coverage"]
    heads += [*SHARE_HEADS, "Valence", "Facing", "Engagement"]
    rows: list[list[Part]] = [
        [
            html.Bdi(part.name),
            formatting.into_class(part.start_s),
            formatting.into_class(part.end_s),
            formatting.share(part.summary.coverage),
            *share_cells(part.summary.shares, session),
            formatting.valence(part.summary.valence),
            formatting.share(part.summary.facing),
            formatting.index(part.summary.engagement),
        ]
        for part in stretches
    ]
    return data_table("The class between its markers", heads, rows)
