"""Home: the classes by course, the newest first; what runs and what goes soon."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import dash
from dash import (
    ALL,
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
    no_update,
)
from dash.exceptions import PreventUpdate

from dashboard.classes import take_home
from dashboard.components.notices import Again, error_notice, refresh_notice
from dashboard.components.sessions import classes, running_now, start_button
from dashboard.data import find_session
from dashboard.downloads import csv_download
from dashboard.parts import Parts
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
    shown = _show("")
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
        hidden=shown.no_find,
    )
    return html.Div(
        [
            html.Div(
                [html.H1("Classes"), start_button(), find], className="title home-head"
            ),
            html.P(id="home-told", role="status", className="muted"),
            # Painted in place: it changes with every look, and the list does not.
            html.Div(id="home-now"),
            dcc.Store(id="home-painted", data=shown.painted),
            html.Div(shown.body, id="home-list"),
            dcc.Store(id="home-seen", data=shown.seen),
            dcc.Download(id="home-file"),
            dcc.Interval(id="home-tick", interval=_EVERY_MS),
        ],
        className="page home",
    )


@callback(
    Output("home-painted", "data"),
    Output("home-list", "children"),
    Output("home-seen", "data"),
    Output("home-find-box", "hidden"),
    Input("home-tick", "n_intervals"),
    Input("home-find", "value"),
    State("home-seen", "data"),
    prevent_initial_call=True,
)
def _refresh(_: int, wanted: str | None, seen: list[str]) -> tuple[Any, ...]:
    """What has changed; whoever reads in the list keeps the focus and open folds."""
    shown = _show((wanted or "").strip())
    if shown.seen == seen:
        raise PreventUpdate
    same = bool(seen) and seen[-1] == shown.seen[-1]
    body = no_update if same else shown.body
    return shown.painted, body, shown.seen, shown.no_find


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


clientside_callback(
    ClientsideFunction("paint", "parts"),
    # Nothing is put there: without an output it would not run for a new page.
    Output("home-painted", "clear_data"),
    Input("home-painted", "data"),
)


class _Shown(NamedTuple):
    """What the page shows.

    Attributes:
        painted: what runs, by the id of its place.
        body: the list of the other classes.
        seen: marks that change with what runs, and with the list.
        no_find: whether there is too little to look for anything in it.
    """

    painted: dict[str, Parts]
    body: list[Any]
    seen: list[str]
    no_find: bool


def _show(wanted: str) -> _Shown:
    try:
        home = take_home(current_store(), wanted)
    except StoreError as error:
        notice = error_notice(error, Again.ITSELF)
        return _Shown({"home-now": None}, [notice], [_mark(str(error))], no_find=True)
    seen = [_mark(home.running), _mark((home._replace(running=()), wanted))]
    body = classes(home, wanted)
    return _Shown({"home-now": running_now(home)}, body, seen, home.total < 2)


def _mark(shown: object) -> str:
    """A digest: names need not travel back and forth to tell whether they changed."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()
