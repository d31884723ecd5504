"""The head of a report: which class it is, how it ended, what can be had of it."""

from __future__ import annotations

from dash import html

from dashboard.components.header import session_facts, session_status
from dashboard.components.notices import empty
from dashboard.data import is_alive
from dashboard.parts import Part
from dashboard.report_data import Report
from dashboard.words import STATUS_MEANING
from monitor.records import Mode, SessionRow, SessionStatus


def report_head(session: SessionRow) -> html.Header:
    """Title, status and facts; of a running class the way to the live page."""
    return html.Header(
        [
            html.A("All classes", href="/", className="back"),
            html.Div(
                [
                    html.H1(html.Bdi(session.title or "Untitled class")),
                    html.Div(session_status(session)),
                ],
                className="title",
            ),
            html.Dl(session_facts(session), className="facts"),
            _so_far(session),
        ]
    )


def standing(report: Report) -> Part:
    """Why there is little to see, when there is, or how the class ended."""
    data, mode = report.view.data, report.session.mode
    alive = is_alive(report.session)
    if mode is Mode.CLASS and not alive:
        return empty("Of this class only its totals are kept: see timeline.csv.")
    if not len(data.samples):
        return empty(
            "No look at the class has been taken yet."
            if alive
            else "This class ended before the first look at it."
        )
    if not len(data.observations):
        return empty(
            "No face has been found so far."
            if alive
            else "No face was found in this class.",
            "Was the call in gallery view, in front, and inside the watched region?",
        )
    if report.reads and not data.observations.is_read.any():
        return empty(
            "Faces were seen, and none could be read.",
            "They may be too small: enlarge the call's window or show fewer per page.",
        )
    status = report.session.status
    if alive or status is SessionStatus.ENDED:
        return None
    return html.P(STATUS_MEANING[status], className="banner", role="status")


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
