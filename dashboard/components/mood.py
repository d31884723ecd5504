"""The class's mood: the table behind the chart."""

from __future__ import annotations

from dash import html

from dashboard.components.tables import data_table
from dashboard.data import View
from dashboard.figures.axes import clock, into_class
from dashboard.shares import SHARE_HEADS, share_cells
from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.reports import formatting
from monitor.summaries import summarise_bins

OVER_TIME = "the class's expressions over time"
"""What the chart and the table show."""


def mood_table(view: View, weights: IndexWeights = INDEX_WEIGHTS) -> html.Div:
    """A row a bin: the numbers that the chart is made of."""
    series = summarise_bins(
        view.data, bin_s=view.bin_s, from_s=view.from_s, weights=weights
    )
    started_at = view.data.session.started_at
    rows = []
    for i, start in enumerate(series.starts_s.tolist()):
        rows.append(
            [
                f"{into_class(start, view.bin_s)}, {clock(started_at, start)}",
                *share_cells(series.shares[i], view.data.session),
                formatting.valence(float(series.valence[i])),
                formatting.share(float(series.facing[i])),
                formatting.index(float(series.engagement[i])),
                f"{int(series.students_seen[i]):,}",
                f"{int(series.readings[i]):,}",
                formatting.share(float(series.coverage[i])),
            ]
        )
    heads = ["When", *SHARE_HEADS]
    heads += ["Valence", "Facing", "Engagement", "Students", "Readings", "Coverage"]
    return data_table("The class's expressions over time", heads, rows)
