"""The start page's form: what is kept, the notice, and the class itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dash import dcc, html

from dashboard.components.start_form import choice, field
from dashboard.parts import Parts
from dashboard.starting import AGREED
from dashboard.words import MODE
from monitor.records import Mode
from monitor.reports.notice import FOR_THE_CHAT, points
from monitor.settings import Settings

MODES = (Mode.STUDENT, Mode.CLASS, Mode.PRESENCE)


class Remembered(NamedTuple):
    """What the form begins with.

    Attributes:
        agreed: the mode chosen in answer to the notice, None before the first class.
        courses: their names.
        settings: the teacher's.
        first: values that the command line gave, by field.
    """

    agreed: Mode | None
    courses: Sequence[str]
    settings: Settings
    first: Mapping[str, Any]


def kept(remembered: Remembered) -> html.Section:
    """What is kept of the class, and the notice."""
    told = html.Ul([html.Li(point) for point in points("\u201cPresence only\u201d")])
    chat = html.Details(
        [html.Summary("A text for the chat"), html.Blockquote(FOR_THE_CHAT)],
        className="behind",
    )
    agree = dcc.Checklist(
        id="start-agreed",
        options={AGREED: "I have told the class, and may do this where I am."},
        value=[],
        className="choice",
    )
    notice: Parts
    if remembered.agreed is None:
        notice = [html.H3("Before you watch a class"), told, chat, agree]
    else:
        # Answered once: there to be read again, and the answer may be another today.
        notice = [
            html.Details(
                [html.Summary("What you agreed to"), told],
                className="behind",
            ),
            html.Div(agree, hidden=True),
            chat,
        ]
    return html.Section(
        [
            html.H2("What is kept", id="start-kept"),
            choice(
                "start-mode",
                {str(mode): MODE[mode] for mode in MODES},
                "start-kept",
                value=remembered.first.get("mode")
                or (remembered.agreed and str(remembered.agreed)),
            ),
            html.P(
                "Class totals are kept by the minute, over five faces or more; nothing "
                "is stored of a single student then.",
                className="muted",
            ),
            html.Div(notice, className="notice-text"),
        ]
    )


def about(remembered: Remembered) -> html.Section:
    """Name, course, people and pace of the class."""
    first = remembered.first
    courses = html.Datalist(
        [html.Option(value=name) for name in remembered.courses], id="start-courses"
    )
    return html.Section(
        [
            html.H2("The class"),
            courses,
            html.Div(
                [
                    field(
                        "title",
                        "Title",
                        "A name for lists; the date if empty",
                        value=first.get("title"),
                    ),
                    field(
                        "course",
                        "Course",
                        "Its classes stand together, and its students are remembered",
                        list="start-courses",
                        value=first.get("course"),
                    ),
                    _roster(first.get("roster")),
                    field(
                        "me",
                        "Your own name",
                        "As on your tile, which is left out",
                        value=first.get("me"),
                    ),
                    # Text: a number field hands on nothing of what is no number, and
                    # a wrong end would count as none.
                    field(
                        "every",
                        "Seconds between looks",
                        "3 is a good choice",
                        value=first.get("every") or remembered.settings.every_s,
                        inputMode="decimal",
                    ),
                    field(
                        "minutes",
                        "End after (minutes)",
                        "Until you stop it if empty",
                        value=first.get("minutes"),
                        inputMode="decimal",
                    ),
                ],
                className="entries",
            ),
        ]
    )


def _roster(path: str | None) -> html.Div:
    return html.Div(
        [
            html.Label("Roster", htmlFor="start-roster"),
            dcc.Input(
                id="start-roster",
                value=path,
                placeholder="path of a CSV file",
                debounce=True,
                maxLength=1000,
            ),
            dcc.Upload(
                html.Button("Choose a file\u2026", id="start-choose"),
                id="start-upload",
                accept=".csv,.txt,text/csv",
                className="upload",
            ),
            html.P(id="start-roster-told", className="muted", role="status"),
            html.P(
                "Columns name and, if wanted, aliases, id, consent and course",
                className="muted hint",
            ),
        ],
        className="entry",
    )
