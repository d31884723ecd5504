"""Calm sentences for when there is nothing to show, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from dash import html

from dashboard.network_card import Measured
from monitor.errors import (
    ClassPulseError,
    SchemaError,
    SettingsError,
    StoreBusy,
    StoreError,
    UnknownSession,
)


class Again(StrEnum):
    """How what a busy database prevented comes about: the page alone knows."""

    ITSELF = "This page tries again by itself."
    RELOAD = "Reload the page when the database is free."
    OPEN = "Close the table, and open it again when the database is free."
    PRESS = "Nothing was changed. Press the button again when the database is free."


def error_notice(error: ClassPulseError, again: Again = Again.RELOAD) -> html.Div:
    """A whole page's worth of failure: what happened, what to do, a way back."""
    heading = _heading(error)
    return html.Div(
        [
            html.H1(heading),
            html.P(_sentence(error), className="lead"),
            html.P(_advice(error, again), className="muted"),
            html.P(html.A("All classes", href="/")),
        ],
        className="notice",
        role="alert",
    )


def refresh_notice(error: ClassPulseError, again: Again = Again.RELOAD) -> html.P:
    """A line where something could not be brought up to date, or was not done."""
    return html.P(
        [
            html.Strong(f"{_heading(error)}. "),
            f"{_sentence(error)} ",
            _advice(error, again),
        ],
        className="banner",
        role="status",
    )


def empty(*sentences: str) -> html.Div:
    """An empty state: what would be here, and how it comes."""
    return html.Div([html.P(sentence) for sentence in sentences], className="empty")


def presence_only() -> html.Footer:
    """What a page without expressions says of itself."""
    return html.Footer(
        html.P(
            [
                html.Strong("Presence only. "),
                "No expression was read in this class. Not seen is not absent: a "
                "camera may be off.",
            ]
        ),
        className="honesty",
    )


def honesty(measured: Measured | None) -> html.Footer:
    """What the numbers are and are not; on every page that shows expressions."""
    return html.Footer(
        [
            html.P(
                [
                    html.Strong("Expressions, not feelings. "),
                    "A face shows an expression; what a student feels or follows it "
                    "does not tell. ",
                    misreadings(measured),
                ]
            ),
            html.P(
                "Averages over few readings say little: coverage stands beside each. "
                "Not for grading, discipline or ranking."
            ),
        ],
        className="honesty",
    )


def misreadings(measured: Measured | None) -> str:
    """How often the network is right, in a sentence."""
    if measured is None:
        return (
            "The network misreads faces, as people do: shown FER2013's faces, people "
            "agree with the label about two times in three."
        )
    if measured.votes is None:
        return (
            f"The network reads {measured.labels} of FER2013's test faces as their "
            "label says."
        )
    return (
        f"Of FER2013's test faces the network reads {measured.votes} as most of ten "
        f"people did, and {measured.labels} as their label says."
    )


def _heading(error: ClassPulseError) -> str:
    match error:
        case UnknownSession():
            return "There is no such class"
        case StoreBusy():
            return "The database is busy"
        case SchemaError():
            return "The database is of another version"
        case SettingsError():
            return "A setting cannot be used"
        case StoreError():
            return "The database cannot be read"
        case _:
            return "That could not be done"


def _advice(error: ClassPulseError, again: Again) -> str:
    match error:
        case UnknownSession():
            return "It may have been erased, or the address mistyped."
        case StoreBusy():
            return again
        case SchemaError() | SettingsError():
            return "Then open this page again."
        case StoreError():
            return "Nothing on this page was changed. Mend it, then reload the page."
        case _:
            return "Nothing was changed."


def _sentence(error: ClassPulseError) -> str:
    """The error's line as a sentence of a page."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
