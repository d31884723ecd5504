"""The legend that names every colour on the page."""

from __future__ import annotations

from collections.abc import Container

from dash import html

from dashboard.palette import STACK
from dashboard.words import CAPTION, REFUSED, SEEN


def expressions_legend(told: Container[str]) -> html.Ul:
    """Those expressions that a network can tell, from the top of the stack."""
    return html.Ul(
        [_entry(name, full_caption(name)) for name in reversed(STACK) if name in told],
        className="legend",
    )


def students_legend(*, reads: bool, refused: bool) -> html.Ul:
    """What a strip's cells mean, colours aside.

    Args:
        reads: whether expressions are read in this class.
        refused: whether somebody was seen in it who did not agree to be read.
    """
    entries = []
    if reads:
        entries.append(_entry("unreadable", f"{SEEN}, not readable"))
    if refused or not reads:
        entries.append(_entry("present", f"{SEEN}, {REFUSED}" if reads else SEEN))
    entries.append(_entry("absent", "not seen"))
    return html.Ul(entries, className="legend")


def full_caption(name: str) -> str:
    """An expression as people read it, with the contract's word where it differs."""
    caption = CAPTION[name]
    return caption if caption == name else f"{caption} ({name})"


def _entry(kind: str, text: str) -> html.Li:
    return html.Li([html.Span(className=f"swatch {kind}"), text])
