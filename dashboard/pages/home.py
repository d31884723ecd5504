"""Home: the classes, the newest first."""

from __future__ import annotations

from typing import Any

import dash
from dash import Input, Output, callback, dcc, html

from dashboard.components.notices import error_notice
from dashboard.components.sessions import sessions_list
from dashboard.data import list_sessions
from dashboard.stores import current_store
from monitor.errors import StoreError

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/", title="ClassPulse", name="Classes"
)

_EVERY_MS = 5_000


def layout(**_: object) -> html.Div:
    """The list; it keeps itself up to date, since a class may start any time."""
    return html.Div(
        [
            html.Div(_body(), id="sessions"),
            dcc.Interval(id="sessions-tick", interval=_EVERY_MS),
        ],
        className="page",
    )


@callback(
    Output("sessions", "children"),
    Input("sessions-tick", "n_intervals"),
    prevent_initial_call=True,
)
def _refresh(_: int) -> list[Any]:
    return _body()


def _body() -> list[Any]:
    try:
        sessions = list_sessions(current_store())
    except StoreError as error:
        return [error_notice(error)]
    return [html.H1("Classes"), sessions_list(sessions)]
