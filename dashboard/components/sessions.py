"""The list of classes on the Home page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash
from dash import dcc, html

from dashboard.classes import SOON_DAYS, CourseClasses, Expiring, Home
from dashboard.components.notices import empty, refresh_notice
from dashboard.data import is_alive
from dashboard.parts import Part
from dashboard.words import MODE, STATUS, STATUS_MEANING
from monitor.errors import SettingsError
from monitor.records import Mode, SessionRow, SessionStatus
from monitor.reports import formatting

START = "/start"
NO_COURSE = "Without a course"

_HEADS = ("Class", "Started", "Length", "Students", "Source")
_MOST = 12
"""Rows of a course that stand open; earlier ones are in a fold."""


def classes(home: Home, wanted: str = "") -> list[Any]:
    """The classes that do not run; without any class, how to begin."""
    if not home.total:
        return [first_steps()]
    parts: list[Any] = []
    if home.trouble:
        parts.append(refresh_notice(SettingsError(home.trouble)))
    if home.expiring and not wanted:
        parts.append(_expiring(home.expiring))
    parts += [_course(course, alone=len(home.courses) == 1) for course in home.courses]
    if wanted and not home.courses:
        nothing = [html.P(["No class is called ", html.Bdi(f"“{wanted}”"), "."])]
        nothing.append(html.P("Looked for in title, course and date."))
        parts.append(html.Div(nothing, className="empty"))
    return parts


def running_now(home: Home) -> Part:
    """What is being recorded, and how that goes; nothing where nothing is."""
    if not home.running:
        return None
    rows = []
    for session, state in home.running:
        name = html.A(title_of(session), href=page_of(session), className="name")
        course: list[Part] = [html.Bdi(session.course), ", "] if session.course else []
        since = formatting.day_and_clock(session.started_at)
        so_far = formatting.minutes(length_s(session) / 60)
        facts = html.P([*course, f"since {since}, {so_far}"], className="muted")
        told = html.P(state, className="state")
        badge = status_badge(session.status)
        rows.append(html.Li([name, badge, told, facts], key=str(session.id)))
    return html.Section([html.H2("Now"), html.Ul(rows, className="running")])


def start_button() -> Part:
    """The way to a new class, once there is a page for it."""
    if not _has_page(START):
        return None
    return dcc.Link("Start a class", href=START, className="button primary")


def first_steps() -> html.Div:
    """For somebody who has just installed it: what it does and where to begin."""
    ways = [
        _way(
            "Try it first, without a class",
            "Twelve people whom nobody is, drawn by the computer, in a call of ten "
            "minutes. Type this in the terminal; the page opens by itself.",
            html.Pre("classpulse demo"),
        ),
        _way(
            "Watch your own class",
            "Open the call in gallery view and tell the class. You choose what part "
            "of the screen is watched, and what is kept.",
            start_button() or html.Pre("classpulse start"),
        ),
        _way(
            "Read a lecture that was recorded",
            "A recording in gallery view is read faster than it plays.",
            html.Pre("classpulse analyze lecture.mp4"),
        ),
    ]
    return html.Div(
        [
            empty(
                "No class has been watched yet.",
                "ClassPulse looks at the faces in a video call every few seconds and "
                "shows how the class goes: during the call and in a report after it. "
                "No picture is kept, and nothing leaves this computer.",
            ),
            html.Ol(ways, className="ways"),
        ],
        className="first-steps",
    )


def status_badge(status: SessionStatus) -> html.Span:
    """The status in a word; a dot beside a running class."""
    return html.Span(
        STATUS[status], className=f"status {status}", title=STATUS_MEANING[status]
    )


def page_of(session: SessionRow) -> str:
    """The address of a class: live while it runs, afterwards its report."""
    return f"/{'live' if is_alive(session) else 'session'}/{session.id}"


def length_s(session: SessionRow) -> float:
    """Seconds that the session took: to its end, or what was sampled so far."""
    if session.ended_at is not None:
        return (session.ended_at - session.started_at).total_seconds()
    return (session.samples + session.late) * session.interval_s


def students_of(session: SessionRow) -> str:
    """How many students were seen; not known before there is a total to tell it."""
    if session.mode is Mode.CLASS and not session.students:
        return formatting.NOT_KNOWN
    return f"{session.students:,}"


def title_of(session: SessionRow) -> html.Bdi:
    """The class's name, whatever script it is in."""
    return html.Bdi(session.title or "Untitled class")


def _has_page(path: str) -> bool:
    return any(page["path"] == path for page in dash.page_registry.values())


def _way(heading: str, text: str, how: Part) -> html.Li:
    return html.Li([html.H2(heading), html.P(text), how])


def _expiring(expiring: Sequence[Expiring]) -> html.Section:
    """What goes soon, and how to keep it: a download of its CSV files."""
    rows = [
        html.Li(
            [
                html.A(title_of(session), href=page_of(session)),
                html.Span(f"goes on {formatting.day(goes_at)}"),
                html.Button(
                    "Save as CSV",
                    id={"type": "home-save", "session": session.id},
                    title=f"Save the CSV files of {session.title}",
                ),
            ]
        )
        for session, goes_at in expiring
    ]
    what = formatting.count(len(expiring), "class goes", "classes go")
    return html.Section(
        [
            html.H2(f"{what} within {SOON_DAYS} days"),
            html.P(
                [
                    "Rows of students and the files written beside the database are "
                    "kept for a time only; the class's minutes stay. ",
                    html.A("How long, and why", href="/settings#keeping"),
                ],
                className="muted",
            ),
            html.Ul(rows, className="expiring"),
        ],
        className="banner soon",
    )


def _course(course: CourseClasses, *, alone: bool) -> html.Section:
    parts: list[Any] = []
    if course.name or not alone:
        parts.append(html.H2(html.Bdi(course.name or NO_COURSE)))
    name = course.name or NO_COURSE
    parts.append(_table(course.sessions[:_MOST], f"{name}, the newest first"))
    if earlier := course.sessions[_MOST:]:
        many = formatting.count(len(earlier), "earlier class", "earlier classes")
        table = _table(earlier, f"{name}, earlier classes")
        fold = [html.Summary(f"Show {many}"), table]
        parts.append(html.Details(fold, className="behind"))
    return html.Section(parts, className="group")


def _table(sessions: Sequence[SessionRow], caption: str) -> html.Div:
    heads = [html.Th(text, scope="col", className=_kind(text)) for text in _HEADS]
    heads.append(html.Th("Status", scope="col"))
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="unseen"),
                html.Colgroup([html.Col() for _ in heads]),
                html.Thead(html.Tr(heads)),
                html.Tbody([_row(session) for session in sessions]),
            ],
            className="sessions",
        )
    )


def _row(session: SessionRow) -> html.Tr:
    title: list[Part] = [html.A(title_of(session), href=page_of(session))]
    if session.mode is not Mode.STUDENT:
        title.append(html.Span(MODE[session.mode], className="kept"))
    cells: dict[str, Part] = {
        "Started": formatting.day_and_clock(session.started_at),
        "Length": formatting.minutes(length_s(session) / 60),
        "Students": students_of(session),
        "Source": html.Bdi(session.source),
    }
    state: list[Part] = [status_badge(session.status)]
    if session.purged:
        state.append(html.Span("Totals only", title="Students' rows are gone."))
    return html.Tr(
        [
            html.Th(title, scope="row"),
            *(
                html.Td(value, className=_kind(name), **_label(name, value))
                for name, value in cells.items()
            ),
            html.Td(state, className="state"),
        ]
    )


def _kind(head: str) -> str:
    if head in ("Class", "Started"):
        return ""
    return "source" if head == "Source" else "number"


def _label(name: str, value: Part) -> dict[str, Any]:
    """For the style sheet, which sets heads beside values on a phone."""
    return {"data-label": name.removesuffix("s") if value == "1" else name}
