"""The students: names and numbers that stand beside the chart's strips."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.components.tables import data_table
from dashboard.data import View
from dashboard.palette import STACK
from dashboard.parts import Part
from dashboard.words import CAPTION
from monitor.records import EMOTIONS, Mode
from monitor.reports import formatting
from monitor.summaries import StudentSummary, summarise_students

_COLUMNS = {
    "seen-most": "Seen most",
    "facing": "Facing",
    "engagement": "Engagement",
    "coverage": "Coverage",
    "present": "Present",
}
_PRESENCE_COLUMNS = {"facing": "Facing", "present": "Present"}
"""Columns beside the strips: class name and heading."""


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


def number_cells(students: Sequence[StudentSummary], *, reads: bool) -> list[html.Div]:
    """Expression seen most, indices, coverage and minutes for every strip."""
    columns = _COLUMNS if reads else _PRESENCE_COLUMNS
    cells = [html.Div(head, className=f"head {kind}") for kind, head in columns.items()]
    for student in students:
        values = {
            "seen-most": _most(student),
            "facing": formatting.share(student.facing),
            "engagement": formatting.index(student.engagement),
            "coverage": formatting.share(student.coverage),
            "present": formatting.minutes(student.present_minutes),
        }
        cells += [html.Div(values[kind], className=f"cell {kind}") for kind in columns]
    return cells


def students_table(view: View) -> html.Div:
    """A row a student: what the strips and the numbers beside them say."""
    reads = view.data.session.mode is not Mode.PRESENCE
    order = [EMOTIONS.index(name) for name in STACK]
    heads = ["Student", "Samples", "Present", "Facing"]
    if reads:
        heads += ["Engagement", "Readings", "Coverage", "Valence"]
        heads += [CAPTION[name] for name in STACK]
    rows = []
    for student in summarise_students(view.data):
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
                *(formatting.share(student.shares[k]) for k in order),
            ]
        rows.append(row)
    return data_table("Students in name order", heads, rows)


def _most(student: StudentSummary) -> str:
    if student.dominant is None:
        return "\N{EN DASH}"
    share = student.shares[EMOTIONS.index(student.dominant)]
    return f"{CAPTION[student.dominant]} {formatting.share(share)}"
