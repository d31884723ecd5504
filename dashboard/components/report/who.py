"""Who is who: likely pairs, one form for corrections, and what can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dash import dcc, html

from dashboard.corrections import Deed
from dashboard.parts import Part, Parts
from dashboard.report_data import Who
from monitor.reports import formatting
from monitor.store.store import Corrected, Person

_DEEDS = {
    Deed.RENAME: "has another name",
    Deed.MERGE: "is the same person as",
    Deed.SPLIT: "is two people",
    Deed.IGNORE: "is no student",
}

_MOST_PAIRS = 5


def who_section(who: Who) -> html.Section:
    """The form stands still; lists around it change with each correction."""
    return html.Section(
        [
            html.H2("Who is who"),
            html.P(
                "Names are read from the tiles and can be wrong. Choose a student, "
                "here or by a row above, and say what is right; numbers and files are "
                "worked out again. Everything can be taken back.",
                className="muted",
            ),
            html.Div(pairs(who), id="report-pairs"),
            _form(who),
            html.P(
                id="report-answer", role="status", className="answer", tabIndex="-1"
            ),
            html.Div(standing_corrections(who), id="report-corrections"),
            dcc.Store(id="report-shown", data=shown_names(who)),
            dcc.Store(id="report-wish"),
        ],
        id="report-who",
    )


def options(who: Who) -> list[dict[str, Any]]:
    """Whom the form can speak of: everybody who counts."""
    return [
        {
            "label": person.name,
            "value": person.id,
            "search": " ".join((person.name, *person.aliases)),
        }
        for person in who.people
        if not person.ignored
    ]


def shown_names(who: Who) -> dict[str, str]:
    """By id, the names that the page shows: what a correction is about."""
    return {str(person.id): person.name for person in who.people}


def pairs(who: Who) -> Parts:
    """Two names that may be one person's, with a button for either to be kept."""
    rows = [
        html.Li(
            [
                html.Span(
                    [html.Bdi(one.name), " and ", html.Bdi(other.name)],
                    className="pair",
                ),
                _keep(other, one),
                _keep(one, other),
            ]
        )
        for one, other in who.alike[:_MOST_PAIRS]
    ]
    if not rows:
        return None
    return [html.H3("Maybe the same person"), html.Ul(rows, className="rows")]


def standing_corrections(who: Who) -> Parts:
    """What was corrected, each with a way back; and who is left out."""
    told: list[Part] = []
    left_out = [person for person in who.people if person.ignored]
    if left_out:
        told += [html.H3("Left out of every number"), _rows(map(_left_out, left_out))]
    if who.corrections:
        told += [html.H3("Corrections"), _rows(map(_correction, who.corrections))]
    return told or None


def _form(who: Who) -> html.Div:
    return html.Div(
        [
            _field(
                "Student",
                dcc.Dropdown(
                    id="report-student",
                    options=options(who),
                    placeholder="choose a student",
                    clearable=True,
                ),
                "report-student",
            ),
            html.Fieldset(
                [
                    html.Legend("What is right of this student", className="unseen"),
                    dcc.RadioItems(
                        id="report-deed",
                        options=[
                            {"label": text, "value": str(deed)}
                            for deed, text in _DEEDS.items()
                        ],
                        value=str(Deed.RENAME),
                        className="range deeds",
                        inline=True,
                    ),
                ]
            ),
            html.Div(
                _text("The right name", "report-name", "name"), id="report-rename-box"
            ),
            html.Div(
                _field(
                    "Same person as, whose name is kept",
                    dcc.Dropdown(
                        id="report-other",
                        options=options(who),
                        placeholder="choose another student",
                        clearable=True,
                    ),
                    "report-other",
                ),
                id="report-merge-box",
                hidden=True,
            ),
            html.Div(
                [
                    _text("Somebody else from", "report-at", "10:42 or +12:30"),
                    _text("Their name, if known", "report-part", "name"),
                ],
                id="report-split-box",
                hidden=True,
                className="two",
            ),
            html.P(
                "A picture, a parent, a projector: left out of every number and list.",
                id="report-ignore-box",
                hidden=True,
                className="muted",
            ),
            html.Button("Correct", id="report-correct", className="primary"),
        ],
        className="form",
    )


def _text(label: str, id_: str, placeholder: str) -> html.Div:
    field = dcc.Input(
        id=id_, type="text", placeholder=placeholder, autoComplete="off", maxLength=200
    )
    return _field(label, field, id_)


def _field(label: str, control: Part, id_: str) -> html.Div:
    return html.Div(
        [html.Label(label, htmlFor=id_, id=f"{id_}-label"), control], className="field"
    )


def _keep(dropped: Person, kept: Person) -> html.Button:
    return _button(
        ["One person, ", html.Bdi(kept.name)],
        {"deed": Deed.MERGE, "student": dropped.id, "other": kept.id},
    )


def _button(text: Parts, wish: dict[str, object]) -> html.Button:
    """A button that is a wish by itself; `report.js` reads it off."""
    attributes: dict[str, Any] = {"data-wish": json.dumps(wish)}
    return html.Button(text, **attributes)


def _rows(items: Iterable[html.Li]) -> html.Ul:
    return html.Ul(list(items), className="rows")


def _left_out(person: Person) -> html.Li:
    wish: dict[str, object] = {"deed": Deed.COUNT_AGAIN, "student": person.id}
    button = _button("Count again", wish)
    return html.Li([html.Bdi(person.name, className="pair"), button])


def _correction(done: Corrected) -> html.Li:
    text = f"{done.text[:1].upper()}{done.text[1:]}"
    return html.Li(
        [
            html.Span(formatting.day_and_clock(done.at), className="muted"),
            html.Bdi(text, className="pair"),
            _button("Take back", {"deed": Deed.TAKE_BACK, "correction": done.id}),
        ]
    )
