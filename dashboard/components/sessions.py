"""The list of sessions on the Home page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.notices import empty
from dashboard.data import is_alive
from dashboard.parts import Part
from dashboard.words import STATUS, STATUS_MEANING
from monitor.records import SessionRow, SessionStatus
from monitor.reports import formatting

_HEADS = ("Class", "Started", "Length", "Students", "Samples", "Late", "Source")


def sessions_list(sessions: Sequence[SessionRow]) -> html.Div:
    """A row a session, running ones first; without any, what to type."""
    if not sessions:
        return html.Div(
            [
                empty("No class has been watched yet."),
                html.P("Try it on students that nobody is:"),
                html.Pre("classpulse demo"),
                html.P("Watch the class on your screen:"),
                html.Pre("classpulse start"),
                html.P("Read a recorded lecture:"),
                html.Pre("classpulse analyze lecture.mp4"),
            ],
            className="first-steps",
        )
    head = html.Tr(
        [
            *(html.Th(text, scope="col", className=_kind(text)) for text in _HEADS),
            html.Th("Status", scope="col"),
        ]
    )
    return html.Div(
        html.Table(
            [
                html.Caption("Classes, the newest first", className="unseen"),
                html.Thead(head),
                html.Tbody([_row(session) for session in sessions]),
            ],
            className="sessions",
        )
    )


def status_badge(status: SessionStatus) -> html.Span:
    """The status in a word; a dot beside a running class."""
    return html.Span(
        STATUS[status], className=f"status {status}", title=STATUS_MEANING[status]
    )


def _row(session: SessionRow) -> html.Tr:
    link = html.A(html.Bdi(session.title or "Untitled class"), href=page_of(session))
    title: list[Part] = [link]
    if session.course:
        title.append(html.Bdi(session.course, className="course"))
    cells: dict[str, Part] = {
        "Started": formatting.day_and_clock(session.started_at),
        "Length": formatting.minutes(length_s(session) / 60),
        "Students": f"{session.students:,}",
        "Samples": f"{session.samples:,}",
        "Late": f"{session.late:,}",
        "Source": html.Bdi(session.source),
    }
    return html.Tr(
        [
            html.Th(title, scope="row"),
            *(
                html.Td(value, className=_kind(name), **_label(name, value))
                for name, value in cells.items()
            ),
            html.Td(status_badge(session.status), className="state"),
        ],
        className="alive" if is_alive(session) else "",
    )


def page_of(session: SessionRow) -> str:
    """The address of a class: live while it runs, afterwards its report."""
    return f"/{'live' if is_alive(session) else 'session'}/{session.id}"


def length_s(session: SessionRow) -> float:
    """Seconds that the session took: to its end, or what was sampled so far."""
    if session.ended_at is not None:
        return (session.ended_at - session.started_at).total_seconds()
    return (session.samples + session.late) * session.interval_s


def _kind(head: str) -> str:
    if head in ("Class", "Started"):
        return ""
    return "source" if head == "Source" else "number"


def _label(name: str, value: Part) -> dict[str, Any]:
    """For the style sheet, which sets heads beside values on a phone."""
    return {"data-label": name.removesuffix("s") if value == "1" else name}
