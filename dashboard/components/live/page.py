"""The skeleton of the live page; what changes is filled in by `dashboard.live.draw`."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.components.charts import named_chart
from dashboard.components.definitions import definitions
from dashboard.components.header import control_buttons
from dashboard.components.legend import expressions_legend
from dashboard.components.live.marking import marker_form
from dashboard.components.mood import OVER_TIME
from dashboard.components.notices import honesty, presence_only
from dashboard.components.preview import preview_panel
from dashboard.components.tables import behind
from dashboard.data import is_alive
from dashboard.live import Drawing
from dashboard.network_card import measured
from monitor.engagement import IndexWeights
from monitor.records import Mode, SessionRow

EVERY_MS = 2_000
HURRY_MS = 500
"""While something was asked for and is not done yet."""


def live_page(session: SessionRow, drawing: Drawing, weights: IndexWeights) -> html.Div:
    """The page of one session, already holding what it shows first."""
    reads = session.mode is not Mode.PRESENCE
    return html.Div(
        [
            _header(session),
            html.Div(id="notice"),
            _stale(),
            _gentle(),
            html.Div(
                [
                    html.Section(
                        [
                            html.Div(id="glance"),
                            html.Div(id="now"),
                        ]
                    ),
                    _mood(session, drawing),
                ],
                className="columns" if reads else "",
            ),
            _students(drawing, reads=reads),
            preview_panel(session),
            definitions(reads=reads, weights=weights, live=True),
            honesty(measured(session.model)) if reads else presence_only(),
            *_memory(session, drawing),
        ],
        className="page live",
    )


def _memory(session: SessionRow, drawing: Drawing) -> list[Any]:
    """What the page remembers: nothing of it is a name."""
    return [
        dcc.Store(id="painted", data=drawing.painted),
        dcc.Store(id="painted-mood"),
        dcc.Store(id="painted-students"),
        # What tables are open and asked for; None for one that is closed.
        dcc.Store(id="mood-wish"),
        dcc.Store(id="students-wish"),
        dcc.Store(id="seen", data=drawing.seen),
        dcc.Store(id="shown", data=False),
        dcc.Store(id="session", data=session.id),
        dcc.Store(id="interval", data=session.interval_s),
        # What was asked for, as the status that it leads to; "" once it is done.
        dcc.Store(id="pending", data=""),
        # Kinds of notices by session; it lasts as long as the browser's tab.
        dcc.Store(id="muted", storage_type="session"),
        dcc.Store(id="mute-wish"),
        dcc.Store(id="mark-wish"),
        dcc.Store(id="mark-done"),
        dcc.Interval(id="tick", interval=EVERY_MS, disabled=not is_alive(session)),
    ]


def _header(session: SessionRow) -> html.Header:
    return html.Header(
        [
            html.A("All classes", href="/", className="back"),
            html.Div(
                [
                    html.H1(html.Bdi(session.title or "Untitled class")),
                    html.Div(id="status"),
                    control_buttons(session.status),
                ],
                className="title",
            ),
            html.Dl(id="facts", className="facts"),
        ]
    )


def _stale() -> html.P:
    """Said by the browser, which alone knows for how long nothing has come."""
    return html.P(
        [
            html.Strong("No new look for a while. "),
            "The program that watches may be busy, or another program may hold the "
            "database. What stands here is the last that came.",
        ],
        id="stale",
        className="banner",
        role="status",
        hidden=True,
    )


def _gentle() -> html.Div:
    # Only what is new is read out, and only when nothing else is being read.
    told: dict[str, Any] = {"aria-live": "polite", "aria-relevant": "additions"}
    return html.Div(id="gentle", **told)


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
    alive = is_alive(session)
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Over time"),
                    marker_form(hidden=not alive),
                    html.Div(choice, id="range-box", hidden=not alive),
                ],
                className="heading",
            ),
            html.P(id="mark-answer", role="status", className="muted"),
            html.Div(id="markers"),
            html.Div(
                [
                    html.P(id="mood-subtitle", className="muted"),
                    expressions_legend(session.expressions),
                    named_chart(
                        OVER_TIME,
                        id="mood",
                        figure=drawing.mood,
                        className="chart mood",
                        style=drawing.mood_style,
                    ),
                    behind("mood", OVER_TIME),
                ],
                id="mood-section",
                hidden=drawing.no_mood,
            ),
        ],
        className="over-time",
    )


def _students(drawing: Drawing, *, reads: bool) -> html.Section:
    aria: dict[str, Any] = {"aria-expanded": "false", "aria-controls": "students"}
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Students"),
                    html.Button("Show students", id="toggle", **aria),
                ],
                className="heading",
            ),
            html.P(
                "Names stay hidden while you may be sharing this screen. They hide "
                "again on Esc, or after a minute in another window.",
                id="quiet",
                className="muted",
            ),
            html.Div(
                [
                    html.Div(id="worth"),
                    html.P(_tiles_subtitle(reads=reads), className="muted"),
                    html.Div(id="tiles-legend"),
                    html.Ul(id="tiles", className="tiles"),
                    behind("students", "the students, in name order"),
                ],
                id="students",
                hidden=True,
            ),
        ],
        id="students-section",
        hidden=drawing.no_students,
    )


def _tiles_subtitle(*, reads: bool) -> str:
    if not reads:
        return (
            "In the order of the call's gallery. The strip is the last ten minutes: "
            "when each was seen."
        )
    return (
        "In the order of the call's gallery. The expression is the mean of the last "
        "15 s; the strip, the expression with the largest share in every 30 s of the "
        "last ten minutes; read, the share of looks that could be read."
    )
