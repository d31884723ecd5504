"""The legend that names every colour on the page."""

from __future__ import annotations

from dash import html

from dashboard.palette import STACK
from dashboard.words import CAPTION


def expressions_legend() -> html.Ul:
    """The seven expressions in the order of the stack, from its top."""
    return html.Ul(
        [_entry(name, _caption(name)) for name in reversed(STACK)], className="legend"
    )


def students_legend(*, reads: bool) -> html.Ul:
    """What a strip's cells mean, colours aside."""
    first = ("unreadable", "seen, not readable") if reads else ("present", "seen")
    entries = [_entry(*first), _entry("absent", "not seen")]
    return html.Ul(entries, className="legend")


def _caption(name: str) -> str:
    caption = CAPTION[name]
    return caption if caption == name else f"{caption} ({name})"


def _entry(kind: str, text: str) -> html.Li:
    return html.Li([html.Span(className=f"swatch {kind}"), text])
