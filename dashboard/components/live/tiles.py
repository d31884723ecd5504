"""The grid of students: name, expression now, a strip of the last minutes, coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dashboard.painted import Element, element
from dashboard.tiles import ABSENT, PRESENT, UNREADABLE, Run, Tile
from dashboard.words import CAPTION
from monitor.reports import formatting

_LAYER = {UNREADABLE: "transparent", ABSENT: "var(--ground)", PRESENT: "var(--present)"}
"""Beneath a strip lies hatching: what is unreadable lets it through."""


def student_tiles(
    tiles: Sequence[Tile], session_id: int, *, reads: bool
) -> list[Element]:
    """A tile a student; its name leads to the student's own page.

    Args:
        tiles: in the order in which they stand.
        session_id: whose students.
        reads: whether expressions are read in this class.
    """
    return [_tile(tile, session_id, reads=reads) for tile in tiles]


def _tile(tile: Tile, session_id: int, *, reads: bool) -> Element:
    page = f"/student/{session_id}/{tile.student}"
    strip = {"role": "img", "aria-label": _strip_words(tile)}
    strip |= {"className": "strip"}
    name = {"href": page, "className": "name", "title": tile.name}
    swatch = {"className": f"swatch {tile.kind}"}
    parts = [
        element("A", element("Bdi", tile.name), **name),
        element("Div", [element("Span", **swatch), tile.says], className="says"),
        element("Div", style=_painted(tile.strip), **strip),
    ]
    if reads:
        parts.append(element("Div", _read(tile), className="read"))
    return element("Li", parts, key=str(tile.student))


def _read(tile: Tile) -> str:
    """How much of the last minutes was read, of whom something was to be."""
    if not math.isnan(tile.coverage):
        return f"{formatting.share(tile.coverage)} read"
    seen = any(run.kind != ABSENT for run in tile.strip)
    return "without consent" if seen else "not in view"


def _painted(strip: Sequence[Run]) -> dict[str, str]:
    """The strip as one gradient with hard edges: one element, and no picture."""
    stops = []
    for run in strip:
        colour = _LAYER.get(run.kind, f"var(--fill-{run.kind})")
        stops.append(f"{colour} {run.start * 100:.1f}% {run.end * 100:.1f}%")
    if not stops:
        return {}
    return {"--strip": f"linear-gradient(to right, {', '.join(stops)})"}


def _strip_words(tile: Tile) -> str:
    """What the strip shows, for who cannot see it: shares of its length."""
    lengths: dict[str, float] = {}
    for run in tile.strip:
        lengths[run.kind] = lengths.get(run.kind, 0.0) + run.end - run.start
    names = {UNREADABLE: "not readable", ABSENT: "not seen", PRESENT: "seen"}
    told = [
        f"{CAPTION.get(kind) or names[kind]} {formatting.share(share)}"
        for kind, share in sorted(lengths.items(), key=lambda item: -item[1])
    ]
    return f"Last minutes: {', '.join(told)}" if told else "Nothing seen yet"
