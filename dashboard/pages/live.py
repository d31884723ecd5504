"""One class: how it is, how it changed, and each student."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, State, callback, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.components.header import controls
from dashboard.components.mood import mood_table
from dashboard.components.notices import error_notice, refresh_notice
from dashboard.components.session import session_skeleton
from dashboard.components.students import students_table
from dashboard.data import View, find_session, is_alive, load_view
from dashboard.live import Wish, draw, stamp
from dashboard.parts import Part
from dashboard.stores import current_store
from monitor.errors import StoreBusy, StoreError
from monitor.records import RequestKind

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template="/live/<ref>", title="ClassPulse", name="Live"
)

_ASKED = {
    "pause": (RequestKind.PAUSE, "Asked to pause."),
    "resume": (RequestKind.RESUME, "Asked to go on."),
    "stop": (RequestKind.STOP, "Asked to stop."),
}


def layout(ref: str = "", **_: object) -> html.Div:
    """The page as it stands; a running class opens without names."""
    store = current_store()
    try:
        session = find_session(store, ref)
        wish = Wish(students=not is_alive(session), whole=False)
        return session_skeleton(session, draw(store, session, wish))
    except StoreError as error:
        return html.Div(error_notice(error), className="page")


_OUTPUTS = {
    "status": Output("status", "children"),
    "facts": Output("facts", "children"),
    "notice": Output("notice", "children"),
    "glance": Output("glance", "children"),
    "mood_subtitle": Output("mood-subtitle", "children"),
    "mood": Output("mood", "figure"),
    "students_subtitle": Output("students-subtitle", "children"),
    "names": Output("names", "children"),
    "strips": Output("strips", "figure"),
    "strips_style": Output("strips", "style"),
    "numbers": Output("numbers", "children"),
    "files": Output("files", "children"),
    "seen": Output("seen", "data"),
    "pause": Output("pause", "hidden"),
    "resume": Output("resume", "hidden"),
    "stop": Output("stop-box", "hidden"),
    "asked": Output("asked", "children", allow_duplicate=True),
    "no_mood": Output("mood-section", "hidden"),
    "no_students": Output("students-section", "hidden"),
    "no_range": Output("range-box", "hidden"),
    "no_report": Output("report", "hidden"),
    "disabled": Output("tick", "disabled"),
}
"""Everything on the page that a new sample may change."""


@callback(
    output=_OUTPUTS,
    inputs={
        "_tick": Input("tick", "n_intervals"),
        "shown": Input("shown", "data"),
        "reach": Input("range", "value"),
        "seen": State("seen", "data"),
        "session_id": State("session", "data"),
    },
    prevent_initial_call=True,
)
def _refresh(
    _tick: int, shown: bool, reach: str, seen: list[Any], session_id: int
) -> dict[str, Any]:
    store = current_store()
    wish = Wish(students=bool(shown), whole=reach == "whole")
    try:
        session = store.session(session_id)
        if stamp(session, wish) == seen:
            raise PreventUpdate
        drawing = draw(store, session, wish)
    except StoreError as error:
        return _failed(error)
    alive = is_alive(session)
    return {
        **{name: value for name, value in drawing._asdict().items() if name != "shown"},
        **controls(session.status),
        "asked": "",
        "no_range": not alive,
        "no_report": alive,
        "disabled": not alive,
    }


def _failed(error: StoreError) -> dict[str, Any]:
    """Keep what is on the page; a busy database is asked again."""
    kept = dict.fromkeys(_OUTPUTS, no_update)
    stops = not isinstance(error, StoreBusy)
    told = {"notice": refresh_notice(error), "seen": [], "disabled": stops}
    return {**kept, **told}


@callback(
    Output("mood-table", "children"),
    Input("mood-open", "n_clicks"),
    Input("seen", "data"),
    State("range", "value"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _mood_table(clicks: int | None, _seen: list[Any], reach: str, ref: int) -> Part:
    if not _is_open(clicks):
        return None
    return _table(ref, whole=reach == "whole", make=mood_table)


@callback(
    Output("students-table", "children"),
    Input("students-open", "n_clicks"),
    Input("seen", "data"),
    Input("shown", "data"),
    State("range", "value"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _students_table(
    clicks: int | None, _seen: list[Any], shown: bool, reach: str, ref: int
) -> Part:
    if not (shown and _is_open(clicks)):
        return None
    return _table(ref, whole=reach == "whole", make=students_table)


def _is_open(clicks: int | None) -> bool:
    """Whether a fold is open; most stay closed, and their tables are not made."""
    return bool(clicks and clicks % 2)


def _table(ref: int, *, whole: bool, make: Callable[[View], Part]) -> Part:
    store = current_store()
    try:
        return make(load_view(store, store.session(ref), whole=whole))
    except StoreError as error:
        return refresh_notice(error)


@callback(
    Output("asked", "children"),
    Input("pause", "n_clicks"),
    Input("resume", "n_clicks"),
    Input("stop", "n_clicks"),
    State("session", "data"),
    prevent_initial_call=True,
)
def _ask(_pause: int, _resume: int, _stop: int, session_id: int) -> str:
    clicked = dash.ctx.triggered_id
    if clicked not in _ASKED or not dash.ctx.triggered[0]["value"]:
        raise PreventUpdate
    kind, answer = _ASKED[clicked]
    try:
        current_store().request(session_id, kind)
    except StoreError as error:
        return str(error)
    return answer


dash.clientside_callback(
    ClientsideFunction("classpulse", "toggle"),
    Output("shown", "data"),
    Input("toggle", "n_clicks"),
    State("shown", "data"),
    prevent_initial_call=True,
)

dash.clientside_callback(
    ClientsideFunction("classpulse", "reveal"),
    Output("students", "hidden"),
    Output("quiet", "hidden"),
    Output("toggle", "children"),
    Output("toggle", "aria-expanded"),
    Input("shown", "data"),
    Input("tick", "disabled"),
)
