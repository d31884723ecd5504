"""Labels on a time axis: markers and moments, placed so that none covers another.

A label stands beside its line, in rows above the chart. Lines rise to their labels as
flags do: a line never runs through a label of a lower row. A label without room is left
out and its line stays; the list below the chart names them all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.figures.axes import plain
from dashboard.palette import LIGHT
from monitor.moments import Moment
from monitor.records import Marker
from monitor.reports import formatting
from monitor.words import CAPTION

ROW_PX = 16
MOST_ROWS = 4

_LONGEST = 22
_PLOT_PX = 520
"""A plot's width on a narrow window; on a wider one labels have more room."""
_CHAR_PX, _WIDE_CHAR_PX = 6.4, 12.5
_BESIDE_PX = 6
"""Between a line and its label, and between two labels."""
_MARGIN_PX = 40
"""How far a label may reach beyond the plot on either side."""


class Note(NamedTuple):
    """A line on the chart and the label that belongs to it.

    Attributes:
        at_s: seconds since the session's start.
        text: the label, cut; unescaped.
        row: of the label, from 0 just above the chart; None: there is no room.
        left: whether the label stands at the left of its line.
        found: a moment that was found, not a marker that somebody set.
    """

    at_s: float
    text: str
    row: int | None
    left: bool
    found: bool


class _Flag(NamedTuple):
    """A placed label in pixels: its pole and what its text covers."""

    pole: float
    first: float
    last: float
    row: int


def place_notes(
    markers: Sequence[Marker], moments: Sequence[Moment], from_s: float, to_s: float
) -> tuple[Note, ...]:
    """Markers and moments within a time axis, in time order, with room for each."""
    told = [(marker.offset_s, _cut(marker.text), False) for marker in markers]
    told += [(moment.at_s, moment_label(moment), True) for moment in moments]
    # One made before the first or after the last sample stands at the edge.
    told = [
        (min(max(at, from_s), to_s), text, found)
        for at, text, found in told
        if found or from_s <= at <= to_s or from_s == 0
    ]
    told.sort(key=lambda note: note[0])
    scale = _PLOT_PX / max(to_s - from_s, 1.0)
    flags: list[_Flag] = []
    notes = []
    # From the right: a label that needs a higher row then has its pole at the left of
    # those below it.
    for at_s, text, found in reversed(told):
        flag = _room((at_s - from_s) * scale, _width(text), flags)
        if flag is not None:
            flags.append(flag)
        row = flag.row if flag else None
        left = flag is not None and flag.first < flag.pole
        notes.append(Note(at_s, text, row, left, found))
    return tuple(reversed(notes))


def moment_label(moment: Moment) -> str:
    """A moment in as few characters as can be: "smiling 15→43%"."""
    before, after = formatting.share(moment.before), formatting.share(moment.after)
    return f"{CAPTION[moment.expression]} {before.removesuffix('%')}→{after}"


def rows_of(notes: Sequence[Note]) -> int:
    """How many rows the labels take."""
    return max((note.row + 1 for note in notes if note.row is not None), default=0)


def note_shapes(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """A line over all panels for each note, and the pole up to its label."""
    shapes: list[dict[str, Any]] = []
    for note in notes:
        line = {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": note.at_s / 60,
            "x1": note.at_s / 60,
            "line": {
                "width": 1.5,
                "color": LIGHT["muted"],
                "dash": "dot" if note.found else "solid",
            },
            "layer": "above",
        }
        shapes.append({**line, "y0": 0, "y1": 1})
        if note.row is not None:
            top = (note.row + 1) * ROW_PX
            pole = {"ysizemode": "pixel", "yanchor": 1, "y0": 0, "y1": top}
            shapes.append({**line, **pole})
    return shapes


def note_labels(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """The labels that have room."""
    return [
        {
            "text": plain(note.text),
            "xref": "x",
            "yref": "paper",
            "x": note.at_s / 60,
            "y": 1,
            "xanchor": "right" if note.left else "left",
            "yanchor": "bottom",
            "xshift": -1 if note.left else 1,
            "yshift": note.row * ROW_PX,
            "showarrow": False,
            "borderpad": 0,
            # Nobody sees it; the style sheet knows the labels by it, and hides them
            # where a plot is so narrow that they would cover one another.
            "opacity": 0.999,
        }
        for note in notes
        if note.row is not None
    ]


def _room(pole: float, width: float, flags: Sequence[_Flag]) -> _Flag | None:
    """The lowest free place at the right of a pole, else at its left."""
    spans = [(pole, pole + width), (pole - width, pole)]
    if pole + width > _PLOT_PX + _MARGIN_PX:
        spans = spans[1:]
    for first, last in spans:
        for row in range(MOST_ROWS):
            flag = _Flag(pole, first, last, row)
            if first >= -_MARGIN_PX and not any(_collide(flag, f) for f in flags):
                return flag
    return None


def _collide(one: _Flag, other: _Flag) -> bool:
    if one.row == other.row and _overlap(one, other):
        return True
    lower, higher = sorted((one, other), key=lambda flag: flag.row)
    # The pole of the higher label passes the row of the lower one.
    return lower.row < higher.row and lower.first < higher.pole < lower.last


def _overlap(one: _Flag, other: _Flag) -> bool:
    return one.first < other.last + _BESIDE_PX and other.first < one.last + _BESIDE_PX


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _width(text: str) -> float:
    """Pixels that a label takes, generously."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return wide * _WIDE_CHAR_PX + (len(text) - wide) * _CHAR_PX + _BESIDE_PX
