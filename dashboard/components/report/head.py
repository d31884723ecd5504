"""The head of a report: which class it is, how it ended, what can be had of it."""

from __future__ import annotations

from dash import html

from dashboard.components.emptiness import why_empty
from dashboard.components.header import session_facts, session_status
from dashboard.components.notices import empty
from dashboard.data import is_alive
from dashboard.files import CSV_FILES, HTML_FILE, address_of
from dashboard.parts import Part
from dashboard.report_data import Report
from dashboard.words import STATUS_MEANING
from monitor.records import SessionRow, SessionStatus


def report_head(session: SessionRow, *, folder: str | None) -> html.Header:
    """Title, status, facts and buttons; of a running class the way to the live page.

    Args:
        session: whose report it is.
        folder: where its CSV files lie by themselves; None while there are none.
    """
    course: list[Part] = []
    if session.course is not None:
        course = [html.Span(html.Bdi(session.course), className="muted")]
    return html.Header(
        [
            html.A("All classes", href="/", className="back"),
            html.Div(
                [
                    html.H1(html.Bdi(session.title or "Untitled class")),
                    *course,
                    html.Div(session_status(session)),
                    _buttons(session, folder),
                ],
                className="title",
            ),
            html.Dl(session_facts(session), className="facts", id="report-facts"),
            _so_far(session),
        ]
    )


def standing(report: Report) -> Part:
    """Why there is little to see, when there is, or how the class ended."""
    data, session = report.view.data, report.session
    alive = is_alive(session)
    if report.only_totals:
        return _totals_only(session)
    if not len(data.observations) and any(one.ignored for one in report.who.people):
        return empty(
            "Everybody who was seen is left out of the numbers.",
            "Under “Who is who” below they can be counted again.",
        )
    waiting = empty("No look at the class has been taken yet.")
    if (nothing := why_empty(data, waiting)) is not None:
        return nothing
    if alive or session.status is SessionStatus.ENDED:
        return None
    return html.P(STATUS_MEANING[session.status], className="banner", role="status")


def _totals_only(session: SessionRow) -> Part:
    """Where the choice is made that let the students' rows go."""
    if not session.purged:
        return None
    return html.P(
        [
            "Students' data are kept for as long as the ",
            html.A("settings", href="/settings"),
            " say. Totals by the minute, over five faces or more, stay, so that a "
            "course's classes can be compared.",
        ],
        className="banner",
        role="status",
    )


def _buttons(session: SessionRow, folder: str | None) -> html.Div:
    links = [
        html.A(name, href=address_of(session.id, name), download=name)
        for name in CSV_FILES
    ]
    lies = html.P(
        ["They lie in ", html.Code(folder), " as well."] if folder else [],
        className="muted",
    )
    return html.Div(
        [
            html.Details(
                [
                    html.Summary("CSV", role="button"),
                    html.Div([*links, lies], className="panel files"),
                ],
                className="ask",
            ),
            html.A(
                "HTML",
                href=address_of(session.id, HTML_FILE),
                download=HTML_FILE,
                title="One file with everything that is here, to keep or hand on",
                className="button",
            ),
            html.Button("Print", id="report-print"),
        ],
        className="controls",
    )


def _so_far(session: SessionRow) -> Part:
    if not is_alive(session):
        return None
    return html.P(
        [
            html.Strong("This class goes on. "),
            f"Below are the numbers of its first {session.samples:,} samples; reload "
            "for newer ones, or watch it ",
            html.A("live", href=f"/live/{session.id}"),
            ".",
        ],
        className="banner",
        role="status",
        id="report-so-far",
    )
