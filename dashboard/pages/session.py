"""The report on one class: how it went, who was there, what was not read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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

from dashboard.comparison import Lecture, lectures
from dashboard.components.header import session_facts
from dashboard.components.mood import mood_table
from dashboard.components.notices import Again, error_notice, refresh_notice
from dashboard.components.report import who
from dashboard.components.report.compare import comparison, comparison_table
from dashboard.components.report.grid import grid_rows
from dashboard.components.report.heat import heat_map, heat_table
from dashboard.components.report.numbers import numbers, stretches_table
from dashboard.components.report.page import report_page
from dashboard.components.report.unread import unread_section
from dashboard.corrections import correct, wish_of
from dashboard.data import View, find_session, load_view
from dashboard.figures.heatmap import HeatInfo, Shade, heat_info
from dashboard.parts import Part, Parts
from dashboard.report_data import load_report
from dashboard.stores import current_store, own_weights
from monitor.errors import StoreError
from monitor.records import SessionRow
from monitor.segments import segments

_PARTS = (
    "facts",
    "numbers",
    "rows",
    "unread",
    "pairs",
    "corrections",
    "students",
    "others",
    "shown",
    "turn",
)
"""What follows from a correction, apart from the fields of the form."""

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template="/session/<ref>", title="Report, ClassPulse", name="Report"
)


def layout(ref: str = "", **_: object) -> html.Div:
    """The report as the database has it now."""
    store = current_store()
    try:
        session = find_session(store, ref)
        return report_page(store, load_report(store, session))
    except StoreError as error:
        return html.Div(error_notice(error), className="page")


@callback(
    Output("report-mood-table", "children"),
    Input("report-mood-open", "n_clicks"),
    Input("report-turn", "data"),
    State("report-session", "data"),
    prevent_initial_call=True,
)
def _mood_table(clicks: int | None, _turn: int, session_id: int) -> Part:
    """The table behind the timeline, made when it is opened."""
    if not clicks or clicks % 2 == 0:
        return None
    store = current_store()
    try:
        session = find_session(store, session_id)
        weights = own_weights(store)
        return mood_table(load_view(store, session, whole=True), weights)
    except StoreError as error:
        return refresh_notice(error, Again.OPEN)


@callback(
    Output("report-heat", "children"),
    Input("report-shade", "value"),
    Input("report-turn", "data"),
    State("report-session", "data"),
    prevent_initial_call=True,
)
def _heat(shade: str, _turn: int, session_id: int) -> Parts:
    """The heat map anew: with every choice and after every correction."""
    return _heat_of(session_id, shade, heat_map)


@callback(
    Output("report-heat-table", "children"),
    Input("report-heat-open", "n_clicks"),
    Input("report-shade", "value"),
    Input("report-turn", "data"),
    State("report-session", "data"),
    prevent_initial_call=True,
)
def _heat_table(clicks: int | None, shade: str, _turn: int, session_id: int) -> Parts:
    """The table behind the heat map, made when it is opened."""
    if not clicks or clicks % 2 == 0:
        return None
    return _heat_of(session_id, shade, heat_table)


def _heat_of(
    session_id: int, shade: str, draw: Callable[[HeatInfo, View], Parts]
) -> Parts:
    store = current_store()
    try:
        view = load_view(store, find_session(store, session_id), whole=True)
    except StoreError as error:
        return refresh_notice(error)
    return draw(heat_info(view, Shade(shade), own_weights(store)), view)


@callback(
    Output("report-segments-table", "children"),
    Input("report-segments-open", "n_clicks"),
    State("report-session", "data"),
    prevent_initial_call=True,
)
def _stretches_table(clicks: int | None, session_id: int) -> Parts:
    """The table behind the stretches between markers, made when it is opened."""
    if not clicks or clicks % 2 == 0:
        return None
    store = current_store()
    try:
        data = store.load(find_session(store, session_id).id)
    except StoreError as error:
        return refresh_notice(error, Again.OPEN)
    return stretches_table(segments(data, own_weights(store)), data.session)


@callback(
    Output("report-compare", "children"),
    Input("report-turn", "data"),
    State("report-session", "data"),
)
def _compare(_turn: int, session_id: int) -> Parts:
    """The course's classes; those that did not change are remembered."""
    return _compared(session_id, comparison)


@callback(
    Output("report-compare-table", "children"),
    Input("report-compare-open", "n_clicks"),
    State("report-session", "data"),
    prevent_initial_call=True,
)
def _compare_table(clicks: int | None, session_id: int) -> Parts:
    """The table behind the comparison, made when it is opened."""
    if not clicks or clicks % 2 == 0:
        return None
    return _compared(session_id, comparison_table)


def _compared(
    session_id: int, draw: Callable[[Sequence[Lecture], SessionRow], Parts]
) -> Parts:
    store = current_store()
    try:
        session = find_session(store, session_id)
        return draw(lectures(store, session, own_weights(store)), session)
    except StoreError as error:
        return refresh_notice(error)


@callback(
    output={
        "answer": Output("report-answer", "children"),
        "facts": Output("report-facts", "children"),
        "numbers": Output("report-numbers", "children"),
        "rows": Output("report-grid", "rowData"),
        "unread": Output("report-unread-box", "children"),
        "pairs": Output("report-pairs", "children"),
        "corrections": Output("report-corrections", "children"),
        "students": Output("report-student", "options"),
        "others": Output("report-other", "options"),
        "shown": Output("report-shown", "data"),
        "fields": [
            Output("report-name", "value"),
            Output("report-at", "value"),
            Output("report-part", "value"),
        ],
        "turn": Output("report-turn", "data"),
    },
    inputs={
        "raw": Input("report-wish", "data"),
        "shown": State("report-shown", "data"),
        "session_id": State("report-session", "data"),
        "turn": State("report-turn", "data"),
    },
    running=[(Output("report-correct", "disabled"), True, False)],
    prevent_initial_call=True,
)
def _correct(
    raw: dict[str, Any] | None, shown: dict[str, str], session_id: int, turn: int
) -> dict[str, Any]:
    """One correction, and everything on the page that follows from it."""
    if not raw:
        raise PreventUpdate
    store = current_store()
    still: dict[str, Any] = dict.fromkeys(_PARTS, no_update)
    still["fields"] = [no_update] * 3
    try:
        session = find_session(store, session_id)
        answer = correct(store, session, wish_of(raw, shown))
    except StoreError as error:
        return still | {"answer": refresh_notice(error, Again.PRESS)}
    if not answer.changed:
        return still | {"answer": answer.text}
    try:
        report = load_report(store, find_session(store, session_id))
    except StoreError as error:
        # What was done is so, whatever keeps the page from showing it.
        return still | {"answer": [f"{answer.text} ", refresh_notice(error)]}
    return {
        "answer": answer.text,
        "facts": session_facts(report.session),
        "numbers": numbers(report),
        "rows": grid_rows(report),
        "unread": unread_section(report),
        "pairs": who.pairs(report.who),
        "corrections": who.standing_corrections(report.who),
        "students": who.options(report.who),
        "others": who.options(report.who),
        "shown": who.shown_names(report.who),
        "fields": [""] * 3 if answer.done else [no_update] * 3,
        "turn": turn + 1,
    }


clientside_callback(
    ClientsideFunction("report", "wish"),
    Output("report-wish", "data"),
    Input("report-correct", "n_clicks"),
    State("report-deed", "value"),
    State("report-student", "value"),
    State("report-other", "value"),
    State("report-name", "value"),
    State("report-at", "value"),
    State("report-part", "value"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("report", "fields"),
    Output("report-rename-box", "hidden"),
    Output("report-merge-box", "hidden"),
    Output("report-split-box", "hidden"),
    Output("report-ignore-box", "hidden"),
    Input("report-deed", "value"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("report", "choose"),
    Output("report-student", "value"),
    Input("report-grid", "selectedRows"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("report", "search"),
    Input("report-search", "value"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("report", "print"),
    Input("report-print", "n_clicks"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("report", "answered"),
    Input("report-answer", "children"),
    prevent_initial_call=True,
)
