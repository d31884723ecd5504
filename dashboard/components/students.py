"""The students: names beside a chart's strips, and the table behind them."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.components.tables import data_table
from dashboard.data import View
from dashboard.parts import Part
from dashboard.shares import SHARE_HEADS, share_cells
from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.records import Mode
from monitor.reports import formatting
from monitor.summaries import StudentSummary, summarise_students


def name_cells(students: Sequence[StudentSummary]) -> list[html.Div]:
    """A name for every strip; long ones are cut by the page, whole on hover."""
    head = html.Div("Student", className="head")
    return [
        head,
        *(
            html.Div(html.Bdi(student.name), className="cell", title=student.name)
            for student in students
        ),
    ]


def students_table(view: View, weights: IndexWeights = INDEX_WEIGHTS) -> html.Div:
    """A row a student: what the strips and the numbers beside them say."""
    reads = view.data.session.mode is not Mode.PRESENCE
    heads = ["Student", "Samples", "Present", "Facing"]
    if reads:
        heads += ["Engagement", "Readings", "Coverage", "Valence"]
        heads += SHARE_HEADS
    rows = []
    for student in summarise_students(view.data, weights):
        row: list[Part] = [
            html.Bdi(student.name),
            f"{student.samples:,}",
            formatting.minutes(student.present_minutes),
            formatting.share(student.facing),
        ]
        if reads:
            row += [
                formatting.index(student.engagement),
                f"{student.readings:,}",
                formatting.share(student.coverage),
                formatting.valence(student.valence),
                *share_cells(student.shares, view.data.session),
            ]
        rows.append(row)
    return data_table("Students in name order", heads, rows)
