"""Markers and moments in words: the list that stands below the chart they are on."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.parts import Part
from monitor.moments import Moment
from monitor.records import Marker
from monitor.reports import formatting
from monitor.reports.sentences import change_words

ABOUT = (
    "Solid lines are the markers set in class; dotted ones are where the class changed "
    "most, the minute before against the minute after."
)
"""What the lines on the chart are, for its subtitle."""


def notes_list(markers: Sequence[Marker], moments: Sequence[Moment]) -> html.Ol | None:
    """Markers and moments in time order; None without any."""
    told: list[tuple[float, Part]] = [
        (marker.offset_s, html.Span(html.Bdi(marker.text))) for marker in markers
    ]
    told += [(moment.at_s, moment_words(moment)) for moment in moments]
    if not told:
        return None
    return html.Ol(
        [
            html.Li([html.Span(formatting.into_class(at_s), className="when"), words])
            for at_s, words in sorted(told, key=lambda note: note[0])
        ],
        className="notes",
    )


def moment_words(moment: Moment) -> str:
    """What changed, how sure that is, and of how many students."""
    points = sorted(abs(round(end * 100)) for end in (moment.low, moment.high))
    if moment.low < 0 < moment.high:
        points[0] = 0
    words = change_words(moment)
    return (
        f"{words[:1].upper()}{words[1:]}: a change of {points[0]} to {points[1]} "
        f"points, nine times of ten, of the "
        f"{formatting.count(moment.students, 'student')} read before and after."
    )
