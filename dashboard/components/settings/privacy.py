"""What is told to a class, where the data lies, what is kept and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import html

from dashboard.components.notices import misreadings
from dashboard.components.tables import data_table
from dashboard.network_card import Shipped
from dashboard.palette import STACK
from dashboard.parts import Part
from dashboard.words import CAPTION
from monitor.reports import formatting
from monitor.reports.notice import FOR_THE_CHAT, points
from monitor.settings import Settings
from monitor.store.store import AuditRow, Store


def notice() -> html.Section:
    """The notice, and a text for the call's chat."""
    return html.Section(
        [
            html.H2("Before you watch a class"),
            html.Ul([html.Li(point) for point in points("presence mode")]),
            html.H3("A text for the chat"),
            html.Blockquote(FOR_THE_CHAT, id="settings-chat"),
            html.Div(
                [
                    html.Button("Copy the text", id="settings-copy"),
                    html.P(id="settings-copied", role="status", className="muted"),
                ],
                className="acts",
            ),
        ],
        id="notice-text",
    )


def keeping(store: Store, settings: Settings) -> html.Section:
    """What is kept, where and for how long."""
    days = formatting.count(settings.retention_days, "day")
    after = f"{days} after the class was stored"
    rows: list[list[Part]] = [
        ["Pictures", "never kept", "–"],  # noqa: RUF001 - a dash, as print has it
        ["Looks at each student: expression, head, box", after, "database"],
        ["Names, and when a student was away", after, "database"],
        ["CSV files and report of a class, written when it ends", after, "exports"],
        ["A course's roster and names given by you", "until erased", "database"],
        ["The class's minutes, over 5 faces or more", "until erased", "database"],
        ["Who was erased: a keyed mark that tells no name", "stays", "database"],
        ["Answers to the notice, and the list below", "stays", "database"],
    ]
    return html.Section(
        [
            html.H2("What is kept, and for how long"),
            html.P(
                "Data of students has a purpose for a while: to look back at a lesson. "
                f"After {days} what is kept of them goes by itself, the next time "
                "ClassPulse is opened or a class is started. The minutes of the class "
                "stay, where they sum up five faces or more, so that a semester can "
                "be compared."
            ),
            data_table("What is kept", ["What", "How long", "Where"], rows),
            html.H3("Where"),
            html.Dl(
                [
                    html.Div([html.Dt(name), html.Dd(html.Code(str(path)))])
                    for name, path in _places(store).items()
                ],
                className="places",
            ),
        ],
        id="keeping",
    )


def audit(rows: Sequence[AuditRow]) -> html.Section:
    """What was saved, erased and agreed to, without a name."""
    parts: list[Part] = [html.H2("What was done with the data")]
    if rows:
        table = [
            [formatting.day_and_clock(row.at), *_done(row)] for row in reversed(rows)
        ]
        parts.append(data_table("The newest first", ["When", "What", "Of what"], table))
    else:
        text = "Nothing yet: exports, erasures and answers about consent stand here."
        parts.append(html.P(text, className="muted"))
    return html.Section(parts, id="audit")


_ACTIONS = {
    "export": "Files saved",
    "export_person": "A person's data saved",
    "erase_person": "A person erased",
    "erase_session": "A class erased",
    "allow_again": "A name allowed again",
    "consent": "Consent changed",
    "purge": "Old data gone by itself",
}


def _done(row: AuditRow) -> tuple[str, str]:
    """What was done, and of what: ids and counts, no names."""
    detail = ", ".join(_said(key, value) for key, value in row.detail.items())
    return _ACTIONS.get(row.action, row.action), detail


def _said(key: str, value: object) -> str:
    if key == "pseudonyms":
        return "numbers for names" if value else "with names"
    if key == "kind":
        return f"{str(value).upper()} files"
    return f"{key.replace('_', ' ')} {value}"


def limits(shipped: Shipped | None) -> html.Section:
    """What the network's readings are worth."""
    parts: list[Part] = [
        html.H2("How often the readings are wrong"),
        html.P(
            "An expression is not a feeling: people smile without joy and are sad "
            "without a frown (Barrett et al. 2019). The network names expressions, and "
            "it misreads them."
        ),
    ]
    if shipped is not None:
        parts += _measured(shipped)
    parts.append(
        html.Ul(
            [
                html.Li(
                    "It learned from photographs found on the web, many of them posed. "
                    "Other cultures, ages, skin tones, glasses, veils, hard light and "
                    "heads turned away are under-represented; how much worse it reads "
                    "them was not measured."
                ),
                html.Li(
                    "A difference of a few points between two moments, or two people, "
                    "means nothing."
                ),
                html.Li(
                    "Small, blurred or turned faces are stored as not readable, and "
                    "count nowhere else."
                ),
                html.Li("Not for grading, discipline or ranking."),
            ]
        )
    )
    return html.Section(parts, id="limits")


def _measured(shipped: Shipped) -> list[Part]:
    found = shipped.found
    sentence = f"{misreadings(shipped.measured)} This is network {shipped.name}."
    parts: list[Part] = [html.P(sentence)]
    if found:
        parts.append(
            html.P(
                "Not every expression is found as often. Of the faces in which most "
                "of ten people saw it, the network finds:"
            )
        )
        table = data_table(
            "Found by the network",
            ["Expression", "Faces found"],
            [
                [CAPTION[name], formatting.share(found[name])]
                for name in reversed(STACK)
            ],
        )
        parts.append(table)
    return parts


def _places(store: Store) -> dict[str, Path]:
    return {
        "Database": store.path,
        "CSV files": store.path.parent / "exports",
    }
