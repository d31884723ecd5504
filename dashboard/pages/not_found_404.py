"""Any other address: a way back."""

from __future__ import annotations

import dash
from dash import html

dash.register_page(__name__, title="ClassPulse")  # type: ignore[no-untyped-call]


def layout(**_: object) -> html.Div:
    """What there is instead of an empty page."""
    return html.Div(
        [
            html.H1("No such page"),
            html.P("Nothing stands at this address.", className="lead"),
            html.P(html.A("All classes", href="/")),
        ],
        className="page notice",
    )
