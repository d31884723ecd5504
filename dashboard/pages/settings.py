"""Settings and privacy: what is set, kept, told and erased."""

from __future__ import annotations

from typing import Any

import dash
from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    html,
    no_update,
)
from dash.exceptions import PreventUpdate

from dashboard.components.notices import Again, error_notice, refresh_notice
from dashboard.components.settings.erasing import EVERYTHING, called
from dashboard.components.settings.form import (
    FIELDS,
    ON,
    SWITCHES,
    WEIGHTS,
    read_form,
    told,
    usual_weights,
)
from dashboard.components.settings.page import erased_line, settings_page
from dashboard.erasing import (
    erase_class,
    erase_everything,
    erase_student,
    people_of,
    where,
)
from dashboard.stores import current_store
from monitor.errors import ClassPulseError

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/settings", title="Settings, ClassPulse", name="Settings"
)


def layout(**_: object) -> html.Div:
    """The page with what is set now."""
    try:
        return settings_page(current_store())
    except ClassPulseError as error:
        return html.Div(error_notice(error), className="page")


@callback(
    output={
        "told": Output("settings-told", "children"),
        "wrong": {key: Output(f"settings-{key}-wrong", "children") for key in FIELDS},
    },
    inputs={
        "clicks": Input("settings-save", "n_clicks"),
        "texts": {key: State(f"settings-{key}", "value") for key in FIELDS},
        "switches": {key: State(f"settings-{key}", "value") for key in SWITCHES},
    },
    prevent_initial_call=True,
)
def _save(
    clicks: int | None, texts: dict[str, object], switches: dict[str, list[str] | None]
) -> dict[str, Any]:
    if not clicks:
        raise PreventUpdate
    on = {key: ON in (value or []) for key, value in switches.items()}
    entered = read_form(texts, on)
    answer = "Nothing was saved: see the lines in question."
    if entered.settings is not None:
        try:
            current_store().keep_settings(entered.settings)
            answer = "Saved. A class that is running keeps what it began with."
        except ClassPulseError as error:
            answer = f"Nothing was saved. {told(error)}"
    return {"told": answer, "wrong": {key: entered.wrong.get(key) for key in FIELDS}}


@callback(
    output={key: Output(f"settings-{key}", "value") for key in WEIGHTS},
    inputs={"clicks": Input("settings-usual", "n_clicks")},
    prevent_initial_call=True,
)
def _usual(clicks: int | None) -> dict[str, str]:
    if not clicks:
        raise PreventUpdate
    return usual_weights()


dash.clientside_callback(
    ClientsideFunction("settings", "copy"),
    Output("settings-copied", "children"),
    Input("settings-copy", "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output("settings-who", "options"),
    Output("settings-who", "value"),
    Input("settings-of", "value"),
    prevent_initial_call=True,
)
def _people(of: str | None) -> tuple[list[str], None]:
    try:
        return (people_of(current_store(), of) if of else []), None
    except ClassPulseError:
        # The list stays empty; erasing says what the matter is.
        return [], None


@callback(
    Output("settings-sure-class", "message"),
    Output("settings-sure-class", "displayed"),
    Output("settings-erased", "children", allow_duplicate=True),
    Input("settings-erase-class", "n_clicks"),
    State("settings-class", "value"),
    prevent_initial_call=True,
)
def _ask_class(clicks: int | None, of: str | None) -> tuple[Any, Any, Any]:
    if not clicks:
        raise PreventUpdate
    if not of:
        return no_update, False, _line("Choose a class first.")
    try:
        session = where(current_store(), of).sessions[0]
    except ClassPulseError as error:
        return no_update, False, refresh_notice(error, Again.PRESS)
    return f"Erase this class for good?\n\n{called(session)}", True, None


@callback(
    Output("settings-sure-student", "message"),
    Output("settings-sure-student", "displayed"),
    Output("settings-erased", "children", allow_duplicate=True),
    Input("settings-erase-student", "n_clicks"),
    State("settings-of", "value"),
    State("settings-who", "value"),
    prevent_initial_call=True,
)
def _ask_student(
    clicks: int | None, of: str | None, who: str | None
) -> tuple[Any, Any, Any]:
    if not clicks:
        raise PreventUpdate
    if not (of and who):
        return no_update, False, _line("Choose a class or course, and a student.")
    try:
        place = where(current_store(), of)
    except ClassPulseError as error:
        return no_update, False, refresh_notice(error, Again.PRESS)
    text = f"Erase this student for good?\n\n{who}\n{place.name}"
    return text, True, None


@callback(
    Output("settings-page", "children"),
    Output("settings-erased", "children"),
    Input("settings-sure-class", "submit_n_clicks"),
    Input("settings-sure-student", "submit_n_clicks"),
    Input("settings-erase-all", "n_clicks"),
    State("settings-class", "value"),
    State("settings-of", "value"),
    State("settings-who", "value"),
    State("settings-typed", "value"),
    prevent_initial_call=True,
)
def _erase(
    _class: int | None,
    _student: int | None,
    _all: int | None,
    class_: str | None,
    of: str | None,
    who: str | None,
    typed: str | None,
) -> tuple[Any, Any]:
    if not dash.ctx.triggered[0]["value"]:
        raise PreventUpdate
    store = current_store()
    try:
        match dash.ctx.triggered_id:
            case "settings-sure-class" if class_:
                done = erase_class(store, where(store, class_).sessions[0])
            case "settings-sure-student" if of and who:
                done = erase_student(store, where(store, of), who)
            case "settings-erase-all" if (typed or "").strip().lower() == EVERYTHING:
                done = erase_everything(store)
            case _:
                return no_update, _line(
                    f"Nothing was erased: type “{EVERYTHING}” to confirm."
                )
    except ClassPulseError as error:
        return no_update, refresh_notice(error, Again.PRESS)
    try:
        return settings_page(store, erased=done).children, no_update
    except ClassPulseError as error:
        # What was erased is so, whatever keeps the page from showing the rest.
        return no_update, [erased_line(done), refresh_notice(error)]


def _line(text: str) -> html.P:
    return html.P(text, className="banner")
