"""A running class: how it is now, how it changes, and on a click each student."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import dash
from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    html,
    no_update,
)
from dash.exceptions import PreventUpdate

from dashboard.asking import ask, carry_out, muted_in
from dashboard.components.header import controls
from dashboard.components.live.page import EVERY_MS, HURRY_MS, live_page
from dashboard.components.mood import mood_table
from dashboard.components.notices import Again, error_notice, refresh_notice
from dashboard.components.students import students_table
from dashboard.data import View, find_session, is_alive, load_view
from dashboard.history import current_histories
from dashboard.live import Wish, draw, stamp
from dashboard.parts import Part
from dashboard.stores import current_store, own_weights
from monitor.engagement import IndexWeights
from monitor.errors import StoreBusy, StoreError

Places: TypeAlias = dict[str, Part]
"""Components by the id of the place that they fill; assets/paint.js puts them there."""

Reach: TypeAlias = dict[str, Any]
"""What a table that is open is about: ``whole``, all of the class or its last minutes.

The browser sets it anew with each look while the table is open (assets/live.js), and
sets it to None once it is closed: for one that stays closed nothing is asked.
"""

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template="/live/<ref>", title="ClassPulse", name="Live"
)


def layout(ref: str = "", **_: object) -> html.Div:
    """The page as it stands; it always opens without names."""
    store = current_store()
    try:
        session = find_session(store, ref)
        drawing = draw(store, session, Wish(), current_histories())
        return live_page(session, drawing, own_weights(store))
    except StoreError as error:
        return html.Div(error_notice(error), className="page")


_OUTPUTS = {
    "painted": Output("painted", "data"),
    "mood": Output("mood", "figure"),
    "mood_style": Output("mood", "style"),
    "seen": Output("seen", "data"),
    "pause": Output("pause", "hidden"),
    "resume": Output("resume", "hidden"),
    "stop": Output("stop-box", "hidden"),
    "no_marker": Output("mark-box", "hidden"),
    "asked": Output("asked", "children", allow_duplicate=True),
    "pending": Output("pending", "data", allow_duplicate=True),
    "hurry": Output("tick", "interval", allow_duplicate=True),
    "no_mood": Output("mood-section", "hidden"),
    "no_students": Output("students-section", "hidden"),
    "no_range": Output("range-box", "hidden"),
    "no_preview": Output("preview", "hidden"),
    "disabled": Output("tick", "disabled"),
}
"""Everything on the page that a new sample may change."""


@callback(
    output=_OUTPUTS,
    inputs={
        "_tick": Input("tick", "n_intervals"),
        "chosen": {
            "students": Input("shown", "data"),
            "reach": Input("range", "value"),
            "muted": Input("muted", "data"),
            "marked": Input("mark-done", "data"),
        },
        "seen": State("seen", "data"),
        "pending": State("pending", "data"),
        "session_id": State("session", "data"),
    },
    prevent_initial_call=True,
)
def _refresh(
    _tick: int,
    chosen: dict[str, Any],
    seen: list[Any],
    pending: str | None,
    session_id: int,
) -> dict[str, Any]:
    store = current_store()
    wish = Wish(
        students=bool(chosen["students"]),
        whole=chosen["reach"] == "whole",
        muted=muted_in(chosen["muted"], session_id),
        marked=chosen["marked"] or 0,
    )
    try:
        session = find_session(store, session_id)
        if stamp(session, wish) == seen:
            raise PreventUpdate
        drawing = draw(store, session, wish, current_histories())
    except StoreError as error:
        return _failed(error)
    alive = is_alive(session)
    waits = alive and bool(pending) and session.status != pending
    return {
        **drawing._asdict(),
        **controls(session.status),
        "asked": no_update if waits else "",
        "pending": pending if waits else "",
        "hurry": HURRY_MS if waits else EVERY_MS,
        "no_marker": not alive,
        "no_range": not alive,
        "no_preview": no_update if alive else True,
        "disabled": not alive,
    }


def _failed(error: StoreError) -> dict[str, Any]:
    """Keep what is on the page; a busy database is asked again."""
    kept = dict.fromkeys(_OUTPUTS, no_update)
    stops = not isinstance(error, StoreBusy)
    painted = {"notice": refresh_notice(error, Again.ITSELF)}
    told = {"painted": painted, "seen": [], "disabled": stops}
    return {**kept, **told}


@callback(
    Output("painted-mood", "data"),
    Input("mood-wish", "data"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _mood_table(wish: Reach | None, ref: int) -> Places:
    return {"mood-table": _table(wish, ref, mood_table)}


@callback(
    Output("painted-students", "data"),
    Input("students-wish", "data"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _students_table(wish: Reach | None, ref: int) -> Places:
    return {"students-table": _table(wish, ref, students_table)}


def _table(
    wish: Reach | None, ref: int, make: Callable[[View, IndexWeights], Part]
) -> Part:
    if not wish:
        return None
    store = current_store()
    weights = own_weights(store)
    try:
        session = find_session(store, ref)
        return make(load_view(store, session, whole=wish["whole"]), weights)
    except StoreError as error:
        return refresh_notice(error, Again.OPEN)


@callback(
    Output("asked", "children"),
    Output("pending", "data"),
    Output("tick", "interval"),
    Output("stop-box", "open"),
    Input("pause", "n_clicks"),
    Input("resume", "n_clicks"),
    Input("stop", "n_clicks"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _ask(_pause: int, _resume: int, _stop: int, session_id: int) -> tuple[Any, ...]:
    clicked = dash.ctx.triggered_id
    if not isinstance(clicked, str) or not dash.ctx.triggered[0]["value"]:
        raise PreventUpdate
    asked = ask(current_store(), session_id, clicked)
    return asked.text, asked.pending, HURRY_MS if asked.pending else EVERY_MS, False


@callback(
    Output("mark-answer", "children"),
    Output("mark-text", "value"),
    Output("mark-done", "data"),
    Input("mark-wish", "data"),
    State("mark-done", "data"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _mark(
    wish: dict[str, Any] | None, done: int | None, session_id: int
) -> tuple[Any, ...]:
    """Drop a marker, or take one back; either is in the chart at once."""
    if not wish:
        raise PreventUpdate
    answer = carry_out(current_store(), session_id, wish)
    if not answer.done:
        return answer.text, no_update, no_update
    return answer.text, "", (done or 0) + 1


for _painted in ("painted", "painted-mood", "painted-students"):
    clientside_callback(
        ClientsideFunction("paint", "parts"),
        # Nothing is put there: without an output it would not run for a new page.
        Output(_painted, "clear_data"),
        Input(_painted, "data"),
    )

clientside_callback(
    ClientsideFunction("live", "table"),
    Output("mood-wish", "data"),
    Input("mood-open", "n_clicks"),
    Input("seen", "data"),
    State("range", "value"),
    State("mood-wish", "data"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("live", "studentsTable"),
    Output("students-wish", "data"),
    Input("shown", "data"),
    Input("students-open", "n_clicks"),
    Input("seen", "data"),
    State("range", "value"),
    State("students-wish", "data"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("live", "mark"),
    Output("mark-wish", "data"),
    Input("mark-drop", "n_clicks"),
    Input("mark-text", "n_submit"),
    State("mark-text", "value"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("live", "mute"),
    Output("muted", "data"),
    Input("mute-wish", "data"),
    State("muted", "data"),
    State("session", "data"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("live", "toggle"),
    Output("shown", "data"),
    Input("toggle", "n_clicks"),
    State("shown", "data"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("live", "reveal"),
    Output("students", "hidden"),
    Output("quiet", "hidden"),
    Output("toggle", "children"),
    Output("toggle", "aria-expanded"),
    Input("shown", "data"),
)

clientside_callback(
    ClientsideFunction("live", "stale"),
    Output("stale", "hidden"),
    Input("tick", "n_intervals"),
    Input("seen", "data"),
    State("seen", "modified_timestamp"),
    State("interval", "data"),
    prevent_initial_call=True,
)
