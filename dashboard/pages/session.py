"""The report on one class: how it went, who was there, what was not read."""

from __future__ import annotations

import dash
from dash import Input, Output, State, callback, html
from dash.exceptions import PreventUpdate

from dashboard.components.mood import mood_table
from dashboard.components.notices import error_notice, refresh_notice
from dashboard.components.report.page import report_page
from dashboard.data import find_session, load_view
from dashboard.parts import Part
from dashboard.report_data import load_report
from dashboard.stores import current_store
from monitor.errors import StoreError

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template="/session/<ref>", title="ClassPulse", name="Report"
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
    State("report-session", "data"),
    prevent_initial_call=True,
)
def _mood_table(clicks: int | None, session_id: int) -> Part:
    """The table behind the timeline, made when it is opened."""
    if not clicks:
        raise PreventUpdate
    if clicks % 2 == 0:
        return None
    store = current_store()
    try:
        session = store.session(session_id)
        return mood_table(load_view(store, session, whole=True))
    except StoreError as error:
        return refresh_notice(error)
