"""Markers: drop one while the class runs, see them, take a slip back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.parts import Parts
from monitor.records import Marker
from monitor.reports import formatting
from monitor.store.markers import LONGEST_TEXT

SUGGESTIONS = ("quiz", "break", "slide ")


def marker_form(*, hidden: bool) -> html.Details:
    """The button and, behind it, the field. M opens it, Enter drops the marker."""
    keys: dict[str, Any] = {"aria-keyshortcuts": "m", "title": "Press m"}
    chips = [
        html.Button(text.strip(), className="chip", **{"data-fill": text})  # type: ignore[arg-type]
        for text in SUGGESTIONS
    ]
    field = dcc.Input(
        id="mark-text",
        type="text",
        value="",
        maxLength=LONGEST_TEXT,
        placeholder="quiz, slide 12",
        autoComplete="off",
    )
    return html.Details(
        [
            html.Summary("Marker", role="button", id="mark-open", **keys),
            html.Div(
                [
                    html.Label("What begins now?", htmlFor="mark-text"),
                    field,
                    html.Div(chips, className="chips"),
                    html.Button("Drop marker", id="mark-drop", className="primary"),
                ],
                className="panel",
            ),
        ],
        id="mark-box",
        className="ask",
        hidden=hidden,
    )


def markers_list(markers: Sequence[Marker]) -> Parts:
    """Every marker of the class with a button that takes it back."""
    if not markers:
        return None
    return html.Ul([_marker(marker) for marker in markers], className="markers")


def _marker(marker: Marker) -> html.Li:
    when = formatting.into_class(marker.offset_s)
    label: dict[str, Any] = {
        "aria-label": f"Remove the marker {marker.text} at {when}",
        "data-unmark": str(marker.id),
    }
    return html.Li(
        [
            html.Span(when, className="when"),
            html.Bdi(marker.text),
            html.Button(
                "\N{MULTIPLICATION SIGN}",
                type="button",
                title="Remove",
                **label,
            ),
        ],
        key=str(marker.id),
    )
