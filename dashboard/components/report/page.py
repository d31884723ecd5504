"""The report on one class, from the first glance to the details."""

from __future__ import annotations

from dash import dcc, html

from dashboard.components.definitions import definitions
from dashboard.components.glance import glance_cards
from dashboard.components.legend import expressions_legend
from dashboard.components.notices import honesty, presence_only
from dashboard.components.report.head import report_head, standing
from dashboard.components.students import students_table
from dashboard.components.tables import behind
from dashboard.data import is_alive
from dashboard.figures.axes import CONFIG
from dashboard.figures.mood import HEIGHT, mood_figure, mood_info
from dashboard.network_card import measured
from dashboard.parts import Part
from dashboard.report_data import Report
from dashboard.words import span
from monitor.records import Mode
from monitor.store.store import Store


def report_page(store: Store, report: Report) -> html.Div:
    """The whole page."""
    session = report.session
    seen = len(report.view.data.observations) > 0
    parts: list[Part] = [report_head(session), standing(report)]
    if seen:
        parts += [
            html.Section(
                glance_cards(report.glance, reads=report.reads), id="report-glance"
            ),
            definitions(reads=report.reads),
        ]
    if seen and report.reads:
        parts.append(_timeline(report))
    if seen and session.mode is not Mode.CLASS:
        parts.append(_students(report))
    parts += [
        _files(store, report),
        honesty(measured(session.model)) if report.reads else presence_only(),
        dcc.Store(id="report-session", data=session.id),
    ]
    return html.Div(parts, className="page report")


def _timeline(report: Report) -> html.Section:
    bins = span(report.view.bin_s)
    return html.Section(
        [
            html.H2("The class's expressions over time"),
            html.P(
                f"Mean of all readings in every {bins}; time runs in minutes into "
                "class. Where nothing could be trusted the chart is left open.",
                className="muted",
            ),
            expressions_legend(),
            dcc.Graph(
                id="report-mood",
                figure=mood_figure(mood_info(report.view)),
                config=CONFIG,
                className="chart mood",
                style={"height": HEIGHT},
                responsive=True,
            ),
            behind("report-mood"),
        ],
        id="report-timeline",
    )


def _students(report: Report) -> html.Section:
    return html.Section(
        [html.H2("Students"), students_table(report.view)], id="report-students"
    )


def _files(store: Store, report: Report) -> Part:
    if is_alive(report.session):
        return None
    folder = store.exports_folder(report.session.id)
    if not folder.is_dir():
        return None
    return html.Section(
        [
            html.H2("Files"),
            html.P(["CSV files of this class lie in ", html.Code(str(folder)), "."]),
        ],
        className="files",
    )
