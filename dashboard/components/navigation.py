"""What stands above every page: the way to the others, and past it to the content."""

from __future__ import annotations

from typing import Any

import dash
from dash import html

CONTENT = "content"
"""The page's own part, where the skip link leads."""

_PAGES = {"/": "Classes", "/start": "Start a class", "/settings": "Settings"}


def skip_link() -> html.A:
    """Seen once it has the focus: for those who go by keyboard."""
    return html.A("Skip to the page", href=f"#{CONTENT}", className="skip")


def navigation() -> html.Header:
    """The pages that there are; the browser marks the present one (navigation.js)."""
    there = {page["path"] for page in dash.page_registry.values()}
    links = [
        html.Li(html.A(name, href=path, className="place"))
        for path, name in _PAGES.items()
        if path in there
    ]
    brand = html.A(html.Span("ClassPulse"), href="/", className="brand")
    label: dict[str, Any] = {"aria-label": "Pages"}
    return html.Header(html.Nav([brand, html.Ul(links)], **label), className="top")
