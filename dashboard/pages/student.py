"""One student: a class, the course, and what may be done with their data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import Input, Output, State, callback, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.components.notices import Again, error_notice, refresh_notice
from dashboard.components.rights import EVERYWHERE, gone
from dashboard.components.student import bins_table, career, nobody, student_page
from dashboard.data import find_session
from dashboard.downloads import person_download
from dashboard.erasing import Place, erase_student
from dashboard.parts import Part, Parts
from dashboard.stores import current_store
from dashboard.student_data import Student, load_career, load_student
from monitor.errors import ClassPulseError, StoreError
from monitor.store.people import same_letters

dash.register_page(  # type: ignore[no-untyped-call]
    __name__,
    path_template="/student/<ref>/<student_id>",
    title="Student, ClassPulse",
    name="Student",
)


def layout(ref: str = "", student_id: str = "", **_: object) -> html.Div:
    """The page as it stands; once erased, or never there, it says so."""
    store = current_store()
    try:
        session = find_session(store, ref)
        student = load_student(store, session, student_id)
    except StoreError as error:
        return html.Div(error_notice(error), className="page")
    page = nobody(session) if student is None else student_page(student)
    return html.Div(page, id="student-page")


@callback(
    Output("student-course", "children"),
    Input("student-session", "data"),
    Input("student-id", "data"),
)
def _course(session_id: int, student_id: int) -> Parts:
    """The course's classes take a while to read: the page is there before them."""
    store = current_store()
    try:
        session = find_session(store, session_id)
        if session.course is None:
            raise PreventUpdate
        return career(load_career(store, session, student_id), session_id)
    except ClassPulseError as error:
        return refresh_notice(error)


@callback(
    Output("student-timeline-table", "children"),
    Input("student-timeline-open", "n_clicks"),
    State("student-session", "data"),
    State("student-id", "data"),
    prevent_initial_call=True,
)
def _table(clicks: int | None, session_id: int, student_id: int) -> Part:
    if not clicks or clicks % 2 == 0:
        return None
    return _of_student(session_id, student_id, bins_table)


@callback(
    Output("student-file", "data"),
    Output("student-told", "children"),
    Input("student-save", "n_clicks"),
    State("student-scope", "value"),
    State("student-session", "data"),
    State("student-id", "data"),
    prevent_initial_call=True,
)
def _save(
    clicks: int | None, scope: str, session_id: int, student_id: int
) -> tuple[Any, Any]:
    if not clicks:
        raise PreventUpdate
    store = current_store()
    try:
        session = find_session(store, session_id)
        student = load_student(store, session, str(student_id))
        if student is None:
            return no_update, "This student is not in the class any more."
        course = session.course if scope == EVERYWHERE else None
        file = person_download(store, session_id, student.row.name, course)
    except ClassPulseError as error:
        return no_update, refresh_notice(error, Again.PRESS)
    return file, "Saved what is kept."


@callback(
    Output("student-page", "children"),
    Output("student-refused", "children"),
    Input("student-erase", "n_clicks"),
    State("student-typed", "value"),
    State("student-scope", "value"),
    State("student-session", "data"),
    State("student-id", "data"),
    prevent_initial_call=True,
)
def _erase(
    clicks: int | None,
    typed: str | None,
    scope: str,
    session_id: int,
    student_id: int,
) -> tuple[Any, Any]:
    if not clicks:
        raise PreventUpdate
    store = current_store()
    try:
        session = find_session(store, session_id)
        student = load_student(store, session, str(student_id))
        if student is None:
            return nobody(session), no_update
        name = student.row.name
        if same_letters(typed or "") != same_letters(name):
            return no_update, "Nothing was erased: the name typed is another one."
        course = session.course if scope == EVERYWHERE else None
        done = erase_student(store, Place((session,), course), name)
    except ClassPulseError as error:
        return no_update, refresh_notice(error, Again.PRESS)
    page = gone(done, f"/session/{session_id}")
    return html.Div(page, className="page"), no_update


def _of_student(
    session_id: int, student_id: int, make: Callable[[Student], Part]
) -> Part:
    store = current_store()
    try:
        session = find_session(store, session_id)
        student = load_student(store, session, str(student_id))
    except StoreError as error:
        return refresh_notice(error, Again.OPEN)
    return nobody(session) if student is None else make(student)
