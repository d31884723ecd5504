"""Charts on pages, named for who does not see them."""

from __future__ import annotations

from typing import Any

from dash import dcc, html


def named_chart(name: str, graph: dcc.Graph) -> html.Div:
    """A chart within a figure of that name: the chart itself takes none."""
    named: dict[str, Any] = {"aria-label": f"{name[:1].upper()}{name[1:]}"}
    return html.Div(graph, role="figure", **named)
