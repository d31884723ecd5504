"""The class beside the other classes of its course."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.comparison import MOST, Lecture
from dashboard.components.charts import named_chart
from dashboard.components.tables import behind, data_table
from dashboard.data import is_alive
from dashboard.figures.compare import (
    compare_figure,
    compare_height,
    compare_info,
)
from dashboard.parts import Part, Parts
from dashboard.shares import SHARE_HEADS, share_cells
from monitor.records import Mode, SessionRow
from monitor.reports import formatting

_NAME = "this class beside the others of its course"


def compare_section(session: SessionRow) -> html.Section:
    """The frame; what is in it comes by itself, once the page stands."""
    inside: Part = html.P(
        "This class belongs to no course. Start the next one with a course, and its "
        "classes stand here beside each other.",
        className="muted",
    )
    reads = session.mode is not Mode.PRESENCE
    if session.course is not None:
        inside = html.Div(
            html.P("Summing up the course's classes …", className="muted"),
            id="report-compare",
            style={"minHeight": compare_height(reads=reads) + 72},
        )
    return html.Section(
        [html.H2("Beside the course's other classes"), inside],
        id="report-compare-section",
    )


def comparison(lectures: Sequence[Lecture], session: SessionRow) -> Parts:
    """Sentence, chart and table."""
    course = html.Bdi(session.course or "")
    if len(lectures) < 2:
        words: list[Part] = [
            "This is the first class of ",
            course,
            "; others will stand beside it.",
        ]
        return html.P(words, className="muted alone")
    latest = f"the latest {MOST} classes" if len(lectures) == MOST else "every class"
    told: list[Part] = ["Of ", course, f": {latest}, the oldest first."]
    models = {one.session.model for one in lectures if one.session.model}
    if len(models) > 1:
        told.append(
            " Not all were read by the same network: shares may differ for that alone."
        )
    info = compare_info(lectures, session.id)
    return [
        html.P(told, className="muted"),
        named_chart(
            _NAME,
            id="report-compare-chart",
            figure=compare_figure(info),
            className="chart compare",
            style={"height": compare_height(reads=info.reads)},
        ),
        behind("report-compare", _NAME),
    ]


def comparison_table(lectures: Sequence[Lecture], session: SessionRow) -> html.Div:
    """A row a class: the numbers that the chart is made of, and more."""
    reads = any(lecture.reads for lecture in lectures)
    heads = ["Class", "Started", "Students", "In view, each", "Facing"]
    if reads:
        heads += ["Coverage", *SHARE_HEADS]
        heads += ["Valence", "Engagement"]
    rows = []
    for lecture in lectures:
        session_row, students, whole = lecture
        title = html.Bdi(session_row.title or "Untitled class")
        here = session_row.id == session.id
        page = "live" if is_alive(session_row) else "session"
        link = html.A(title, href=f"/{page}/{session_row.id}")
        row: list[Part] = [
            html.Span([title, " (this class)"]) if here else link,
            formatting.day_and_clock(session_row.started_at),
            f"{students:,}",
            formatting.minutes(lecture.minutes_each),
            formatting.share(whole.facing),
        ]
        if reads:
            row += [
                formatting.share(whole.coverage),
                *share_cells(whole.shares, session_row),
                formatting.valence(whole.valence),
                formatting.index(whole.engagement),
            ]
        rows.append(row)
    return data_table("The course's classes, the oldest first", heads, rows)
