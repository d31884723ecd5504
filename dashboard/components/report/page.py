"""The report on one class, from the first glance to the details."""

from __future__ import annotations

from dash import dcc, html

from dashboard.components.notices import honesty, presence_only
from dashboard.components.report.compare import compare_section
from dashboard.components.report.grid import students_grid
from dashboard.components.report.head import report_head
from dashboard.components.report.heat import heat_section
from dashboard.components.report.numbers import numbers
from dashboard.components.report.unread import unread_section
from dashboard.components.report.who import who_section
from dashboard.data import is_alive
from dashboard.network_card import measured
from dashboard.parts import Part
from dashboard.report_data import Report
from monitor.store.store import Store


def report_page(store: Store, report: Report) -> html.Div:
    """The whole page; the comparison with other classes comes by itself."""
    session = report.session
    folder = store.exports_folder(session.id)
    lies = folder.is_dir() and not is_alive(session)
    parts: list[Part] = [
        report_head(session, folder=str(folder) if lies else None),
        html.Div(numbers(report), id="report-numbers"),
    ]
    if _tells_of_students(report):
        parts += [heat_section(report), _students(report)]
        parts.append(who_section(report.who))
    if len(report.view.data.samples) or report.only_totals:
        parts.append(html.Div(unread_section(report), id="report-unread-box"))
    parts += [
        compare_section(session),
        honesty(measured(session.model)) if report.reads else presence_only(),
        dcc.Store(id="report-session", data=session.id),
        dcc.Store(id="report-turn", data=0),
    ]
    return html.Div(parts, className="page report")


def _tells_of_students(report: Report) -> bool:
    """Whether somebody counts, or may be counted again by taking something back."""
    if report.only_totals:
        return False
    left_out = any(person.ignored for person in report.who.people)
    seen = len(report.view.data.observations) > 0
    return seen or left_out or bool(report.who.corrections)


def _students(report: Report) -> html.Section:
    told = "Minutes present and numbers of looks, in name order. "
    if report.reads:
        told = (
            "What was seen of each: shares of readings with the coverage beside them, "
            "in name order. "
        )
    return html.Section(
        [
            html.H2("Students"),
            html.P(
                f"{told}A name leads to the student's own page; nothing here is for "
                "grading or ranking.",
                className="muted",
            ),
            students_grid(report),
        ],
        id="report-students",
    )
