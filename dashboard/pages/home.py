"""Home: the classes by course, the newest first; what runs and what goes soon."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, State, callback, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.classes import take_home
from dashboard.components.notices import Again, error_notice, refresh_notice
from dashboard.components.sessions import classes, start_button
from dashboard.data import find_session
from dashboard.downloads import csv_download
from dashboard.stores import current_store
from monitor.errors import ExportError, StoreError

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/", title="ClassPulse", name="Classes"
)

_EVERY_MS = 5_000
_TYPED_S = 0.15
"""A word is looked for once nothing has been typed for so long."""


def layout(**_: object) -> html.Div:
    """The list; it keeps itself up to date, since a class may start any time."""
    body, seen, total = _body("")
    find = html.Div(
        [
            html.Label("Find a class", htmlFor="home-find"),
            dcc.Input(
                id="home-find",
                type="search",
                placeholder="title, course or date",
                debounce=_TYPED_S,
                maxLength=100,
            ),
        ],
        id="home-find-box",
        className="find",
        hidden=total < 2,
    )
    return html.Div(
        [
            html.Div(
                [html.H1("Classes"), start_button(), find], className="title home-head"
            ),
            html.P(id="home-told", role="status", className="muted"),
            html.Div(body, id="home-list"),
            dcc.Store(id="home-seen", data=seen),
            dcc.Download(id="home-file"),
            dcc.Interval(id="home-tick", interval=_EVERY_MS),
        ],
        className="page home",
    )


@callback(
    Output("home-list", "children"),
    Output("home-seen", "data"),
    Output("home-find-box", "hidden"),
    Input("home-tick", "n_intervals"),
    Input("home-find", "value"),
    State("home-seen", "data"),
    prevent_initial_call=True,
)
def _refresh(_: int, wanted: str | None, seen: str) -> tuple[list[Any], str, bool]:
    body, now, total = _body((wanted or "").strip())
    if now == seen:
        raise PreventUpdate
    return body, now, total < 2


@callback(
    Output("home-file", "data"),
    Output("home-told", "children"),
    Input({"type": "home-save", "session": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def _save(_: list[int | None]) -> tuple[Any, Any]:
    clicked = dash.ctx.triggered_id
    if clicked is None or not dash.ctx.triggered[0]["value"]:
        raise PreventUpdate
    store = current_store()
    try:
        session = find_session(store, clicked["session"])
        return csv_download(store, session), f"Saved the CSV files of {session.title}."
    except (StoreError, ExportError) as error:
        return no_update, refresh_notice(error, Again.PRESS)


def _body(wanted: str) -> tuple[list[Any], str, int]:
    """What is listed, a mark that changes with it, and how many classes there are."""
    try:
        home = take_home(current_store(), wanted)
    except StoreError as error:
        return [error_notice(error, Again.ITSELF)], str(error), 0
    return classes(home, wanted), repr((home, wanted)), home.total
