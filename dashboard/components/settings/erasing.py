"""Erasing from the settings page: a class, a student, everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.erasing import of_class, of_course
from dashboard.parts import Part
from monitor.records import SessionRow
from monitor.reports import formatting

EVERYTHING = "everything"
"""What is typed before everything goes."""


def erasing(sessions: Sequence[SessionRow], courses: Sequence[str]) -> html.Section:
    """Three folds, each with a question before anything goes."""
    classes = [_option(called(row), of_class(row)) for row in sessions]
    places = [_option(f"Every class of {name}", of_course(name)) for name in courses]
    places += classes
    return html.Section(
        [
            html.H2("Erase"),
            html.P("What is erased is gone for good; nothing brings it back."),
            html.Div(id="settings-erased", role="status"),
            _class(classes),
            _student(places),
            _everything(len(sessions)),
        ],
        id="erase",
    )


def called(session: SessionRow) -> str:
    """A class in a line of a list."""
    at = formatting.day_and_clock(session.started_at)
    return f"{at}  {session.title or 'Untitled class'}"


def _option(label: str, value: str) -> dict[str, Any]:
    return {"label": label, "value": value}


def _class(options: list[dict[str, Any]]) -> html.Details:
    return _fold(
        "A class",
        html.P("Every look, name, note and file of one class."),
        _labelled(
            "Which class",
            _choice("settings-class", options, "Choose a class"),
            "settings-class",
        ),
        html.Button("Erase the class", id="settings-erase-class"),
        dcc.ConfirmDialog(id="settings-sure-class"),
    )


def _student(options: list[dict[str, Any]]) -> html.Details:
    return _fold(
        "A student",
        html.P(
            "From one class, or from every class of a course. The student's own page "
            "does the same, and saves what is kept."
        ),
        _labelled(
            "Of which class or course",
            _choice("settings-of", options, "Choose a class or a course"),
            "settings-of",
        ),
        _labelled(
            "Who", _choice("settings-who", [], "Choose a student"), "settings-who"
        ),
        html.Button("Erase the student", id="settings-erase-student"),
        dcc.ConfirmDialog(id="settings-sure-student"),
    )


def _everything(classes: int) -> html.Details:
    many = formatting.count(classes, "class", "classes")
    return _fold(
        "Everything",
        html.P(
            f"All of {many}, every course and roster, and the files beside the "
            "database. Settings, and the list above of what was done, stay."
        ),
        _labelled(
            f"Type “{EVERYTHING}” to confirm",
            dcc.Input(id="settings-typed", type="text", maxLength=40),
            "settings-typed",
        ),
        html.Button("Erase everything", id="settings-erase-all"),
    )


def _fold(title: str, *parts: Part) -> html.Details:
    return html.Details(
        [html.Summary(title), html.Div(list(parts), className="inside")],
        className="behind fold",
    )


def _labelled(label: str, field: Part, target: str) -> html.Div:
    return html.Div([html.Label(label, htmlFor=target), field], className="labelled")


def _choice(identity: str, options: list[dict[str, Any]], hint: str) -> dcc.Dropdown:
    return dcc.Dropdown(id=identity, options=options, placeholder=hint)
