"""The skeleton of a session page; what changes is filled in by `live.draw`."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.components.definitions import definitions
from dashboard.components.header import control_buttons
from dashboard.components.legend import expressions_legend, students_legend
from dashboard.components.notices import honesty, presence_only
from dashboard.components.tables import behind
from dashboard.data import is_alive
from dashboard.figures.axes import CONFIG
from dashboard.figures.mood import HEIGHT
from dashboard.live import Drawing
from dashboard.network_card import measured
from monitor.records import Mode, SessionRow

EVERY_MS = 2_000


def session_skeleton(session: SessionRow, drawing: Drawing) -> html.Div:
    """The page of one session, already holding what it shows first."""
    reads = session.mode is not Mode.PRESENCE
    return html.Div(
        [
            _header(session, drawing),
            html.P(
                html.A("Read the report", href=f"/session/{session.id}"),
                id="report",
                hidden=is_alive(session),
            ),
            html.Div(drawing.notice, id="notice"),
            html.Section(drawing.glance, id="glance"),
            definitions(reads=reads),
            _mood(session, drawing),
            _students(session, drawing, reads=reads),
            html.Div(drawing.files, id="files", className="files"),
            honesty(measured(session.model)) if reads else presence_only(),
            dcc.Store(id="seen", data=drawing.seen),
            dcc.Store(id="shown", data=drawing.shown),
            dcc.Store(id="session", data=session.id),
            dcc.Interval(id="tick", interval=EVERY_MS, disabled=not is_alive(session)),
        ],
        className="page",
    )


def _header(session: SessionRow, drawing: Drawing) -> html.Header:
    return html.Header(
        [
            html.A("All classes", href="/", className="back"),
            html.Div(
                [
                    html.H1(html.Bdi(session.title or "Untitled class")),
                    html.Div(drawing.status, id="status"),
                    control_buttons(session.status),
                ],
                className="title",
            ),
            html.Dl(drawing.facts, id="facts", className="facts"),
        ]
    )


def _mood(session: SessionRow, drawing: Drawing) -> html.Section:
    choice = dcc.RadioItems(
        id="range",
        options=[
            {"label": "Last 10 minutes", "value": "window"},
            {"label": "Whole class", "value": "whole"},
        ],
        value="window",
        className="range",
        inline=True,
    )
    return html.Section(
        [
            html.Div(
                [
                    html.H2("The class's expressions over time"),
                    html.Div(choice, id="range-box", hidden=not is_alive(session)),
                ],
                className="heading",
            ),
            html.P(drawing.mood_subtitle, id="mood-subtitle", className="muted"),
            expressions_legend(),
            dcc.Graph(
                id="mood",
                figure=drawing.mood,
                config=CONFIG,
                className="chart mood",
                style={"height": HEIGHT},
                responsive=True,
            ),
            behind("mood"),
        ],
        id="mood-section",
        hidden=drawing.no_mood,
    )


def _students(session: SessionRow, drawing: Drawing, *, reads: bool) -> html.Section:
    toggle = html.Button(
        "Hide students" if drawing.shown else "Show students",
        id="toggle",
        **_aria(expanded=drawing.shown),
    )
    strips = html.Div(
        [
            html.Div(drawing.names, id="names", className="names"),
            html.Div(
                dcc.Graph(
                    id="strips",
                    figure=drawing.strips,
                    config=CONFIG,
                    className="chart",
                    style=drawing.strips_style,
                    responsive=True,
                ),
                className="strip-chart",
            ),
            html.Div(
                drawing.numbers,
                id="numbers",
                className="numbers" if reads else "numbers presence",
            ),
        ],
        className="strips",
    )
    return html.Section(
        [
            html.Div([html.H2("Each student over time"), toggle], className="heading"),
            html.P(
                "Names stay hidden while you may be sharing this screen. They hide "
                "again on Esc, or after a minute in another window.",
                id="quiet",
                className="muted",
                hidden=drawing.shown or not is_alive(session),
            ),
            html.Div(
                [
                    html.P(
                        drawing.students_subtitle,
                        id="students-subtitle",
                        className="muted",
                    ),
                    students_legend(reads=reads),
                    strips,
                    behind("students"),
                ],
                id="students",
                hidden=not drawing.shown,
            ),
        ],
        id="students-section",
        hidden=drawing.no_students,
    )


def _aria(*, expanded: bool) -> dict[str, Any]:
    return {"aria-expanded": str(expanded).lower(), "aria-controls": "students"}
