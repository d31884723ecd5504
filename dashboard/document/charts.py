"""Charts within a file: a place in the text, and the figure as data beside it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import plotly.graph_objects as go
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.figures.axes import CONFIG

_CONFIG = {**CONFIG, "responsive": False}
"""The file sizes its charts itself: it does so for paper too."""


class Chart(NamedTuple):
    """A figure and where it goes.

    Attributes:
        name: its id in the file.
        figure: what is drawn.
        height: of its place, in pixels.
        label: what it shows, for who does not see it.
    """

    name: str
    figure: go.Figure
    height: int
    label: str

    def place(self, *kinds: str) -> html.Div:
        """Where the chart is drawn; ``kinds`` choose its colours in the style sheet."""
        told: dict[str, Any] = {"aria-label": self.label, "data-chart": self.name}
        return html.Div(
            className=" ".join(["chart", *kinds]),
            role="img",
            style={"height": self.height},
            **told,
        )


def chart_data(chart: Chart) -> str:
    """An element with the figure as JSON; text in it ends no element."""
    drawn = {**chart.figure.to_plotly_json(), "config": _CONFIG}
    data = json.dumps(drawn, cls=PlotlyJSONEncoder, separators=(",", ":"))
    data = data.replace("<", "\\u003c").replace(">", "\\u003e")
    return f'<script type="application/json" id="data-{chart.name}">{data}</script>'
