"""Charts on pages, named for who does not see them."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.figures.axes import CONFIG


def named_chart(name: str, **graph: Any) -> html.Div:  # noqa: ANN401 - as Graph has
    """A chart within a figure of that name: the chart itself takes none.

    Args:
        name: what the chart shows.
        graph: of `dcc.Graph`, apart from what is the same for every chart.
    """
    named: dict[str, Any] = {"aria-label": f"{name[:1].upper()}{name[1:]}"}
    drawn = dcc.Graph(config=CONFIG, responsive=True, **graph)
    return html.Div(drawn, role="figure", **named)
