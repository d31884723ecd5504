"""The head of a session page: what it is, how it stands, what can be asked of it."""

from __future__ import annotations

from dash import html

from dashboard.components.sessions import length_s, status_badge, students_of
from dashboard.data import is_alive
from dashboard.parts import Parts
from dashboard.words import MODE, NOT_KNOWN
from monitor.records import SessionRow, SessionStatus
from monitor.reports import formatting


def session_facts(session: SessionRow) -> list[html.Div]:
    """Name and value pairs under the title."""
    facts: dict[str, Parts] = {
        "Started": formatting.day_and_clock(session.started_at),
        "Length": formatting.minutes(length_s(session) / 60),
        "Students": _students(session),
        "Samples": _samples(session),
        "Source": html.Bdi(session.source),
        "Kept": MODE[session.mode],
    }
    return [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts.items()]


def session_status(session: SessionRow) -> list[html.Span]:
    """The status beside the title."""
    return [status_badge(session.status)]


def controls(status: SessionStatus) -> dict[str, bool]:
    """Which of the buttons are hidden in a status."""
    return {
        "pause": status is not SessionStatus.RUNNING,
        "resume": status is not SessionStatus.PAUSED,
        "stop": status not in (SessionStatus.RUNNING, SessionStatus.PAUSED),
    }


def control_buttons(status: SessionStatus) -> html.Div:
    """Pause, Resume and Stop; Stop asks once more, since a class cannot go on.

    Pause is the largest thing on the page: it is what somebody needs in a hurry.
    """
    hidden = controls(status)
    return html.Div(
        [
            html.Button("Pause", id="pause", hidden=hidden["pause"], className="large"),
            html.Button(
                "Resume",
                id="resume",
                hidden=hidden["resume"],
                className="large primary",
            ),
            html.Details(
                [
                    html.Summary("Stop", role="button"),
                    html.Div(
                        [
                            html.P("A stopped class cannot be taken up again."),
                            html.Button(
                                "Stop the class", id="stop", className="primary"
                            ),
                        ],
                        className="panel",
                    ),
                ],
                id="stop-box",
                hidden=hidden["stop"],
                className="ask",
            ),
            html.P(id="asked", role="status", className="muted"),
        ],
        className="controls",
    )


def _students(session: SessionRow) -> Parts:
    known = students_of(session)
    if known != formatting.NOT_KNOWN or not is_alive(session):
        return known
    return [f"{known} ", html.Span(f"{NOT_KNOWN} yet", className="muted")]


def _samples(session: SessionRow) -> str:
    parts = [f"{session.samples:,}"]
    if session.late:
        parts.append(f"{session.late:,} late")
    if session.lost:
        parts.append(f"{session.lost:,} lost")
    return ", ".join(parts)
