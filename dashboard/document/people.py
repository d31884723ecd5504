"""The report's sections about the students: always in name order, never ranked."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.components.legend import expressions_legend, students_legend
from dashboard.components.students import name_cells
from dashboard.components.tables import data_table
from dashboard.document.charts import Chart
from dashboard.document.facts import Facts, of_students
from dashboard.document.sections import fold
from dashboard.figures.students import (
    students_figure,
    students_height,
    students_info,
)
from dashboard.parts import Part
from dashboard.shares import SHARE_HEADS, share_cells
from dashboard.words import CAPTION, span
from monitor.presence import away_minutes
from monitor.records import EMOTIONS, Absence, AbsenceReason
from monitor.reports import formatting
from monitor.summaries import StudentSummary

ROWS_A_PAGE = 22
"""Strips that fit on a page of paper, Letter or A4, with their heading."""

_MOST_STRETCHES = 8


def students(facts: Facts) -> html.Section | None:
    """A row a student: how long they were in view, and what was read."""
    if not facts.has_students:
        return None
    heads = ["Student", "In view", "First seen", "Last seen", "Facing"]
    if facts.reads:
        heads += ["Engagement", "Seen most", "Valence", "Readings", "Coverage"]
    rows = [_row(student, reads=facts.reads) for student in facts.students]
    began = formatting.clock(facts.session.started_at)
    about = (
        f"In name order. First and last seen in minutes into class, which began at "
        f"{began}. A dash is not known. "
    )
    if facts.reads:
        about += "An average over few readings says little: coverage stands beside it. "
    return html.Section(
        [
            html.H2("Students"),
            html.P(f"{about}Not for grading or comparing.", className="muted"),
            data_table("Students in name order", heads, rows),
        ]
    )


def strips(facts: Facts, charts: list[Chart]) -> html.Section | None:
    """Every student over time, in charts that each fit on a page."""
    if not facts.has_students or not len(facts.data.observations):
        return None
    bins = span(facts.view.bin_s)
    about = (
        f"The expression with the largest share in every {bins}, as high as that share."
        if facts.reads
        else f"Who was seen, in every {bins}."
    )
    table = fold(_shares_table(facts)) if facts.reads else None
    first, *others = [
        _strips(facts, page, number, charts)
        for number, page in enumerate(pages(facts.students), 1)
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Each student over time"),
                    html.P(f"{about} In name order.", className="muted"),
                    expressions_legend(facts.session.expressions)
                    if facts.reads
                    else None,
                    students_legend(
                        reads=facts.reads, refused=facts.missing.no_consent > 0
                    ),
                    first,
                ],
                className="keep",
            ),
            *others,
            table,
        ]
    )


def pages(students: Sequence[StudentSummary]) -> list[Sequence[StudentSummary]]:
    """The students in parts of about one length that each fit on a page."""
    count = -(-len(students) // ROWS_A_PAGE)
    if not count:
        return []
    size = -(-len(students) // count)
    return [students[at : at + size] for at in range(0, len(students), size)]


def presence(facts: Facts) -> html.Section | None:
    """Who was not in view, for how long and why; nothing if nobody was away."""
    if not facts.has_students or not facts.data.absences:
        return None
    away = away_minutes(facts.data)
    by_student: dict[int, list[Absence]] = {}
    for absence in facts.data.absences:
        by_student.setdefault(absence.student, []).append(absence)
    rows: list[list[Part]] = [
        [
            html.Bdi(student.name),
            formatting.minutes(student.present_minutes),
            *(formatting.minutes(away[student.id][why]) for why in AbsenceReason),
            _stretches(by_student[student.id]),
        ]
        for student in facts.students
        if student.id in by_student
    ]
    about = (
        "Told from the gallery's tiles and labels; times are minutes into class. Not "
        "seen is not absent, and is never counted as anything else."
    )
    if len(rows) < len(facts.students):
        about += " Nobody else is known to have been out of view."
    heads = ["Student", "In view", "Camera off", "Off page", "Left", "When"]
    return html.Section(
        [
            html.H2("Out of view"),
            html.P(about, className="muted"),
            html.Div(
                data_table("Students in name order", heads, rows),
                className="stretches",
            ),
        ]
    )


def _row(student: StudentSummary, *, reads: bool) -> list[Part]:
    row: list[Part] = [
        html.Bdi(student.name),
        formatting.minutes(student.present_minutes),
        formatting.into_class(student.first_seen_s),
        formatting.into_class(student.last_seen_s),
        formatting.share(student.facing),
    ]
    if reads:
        row += [
            formatting.index(student.engagement),
            _most(student),
            formatting.valence(student.valence),
            f"{student.readings:,}",
            formatting.share(student.coverage),
        ]
    return row


def _most(student: StudentSummary) -> str:
    if student.dominant is None:
        return formatting.NOT_KNOWN
    share = student.shares[EMOTIONS.index(student.dominant)]
    return f"{CAPTION[student.dominant]} {formatting.share(share)}"


def _strips(
    facts: Facts, page: Sequence[StudentSummary], number: int, charts: list[Chart]
) -> html.Div:
    view = of_students(facts.view, [student.id for student in page])
    chart = Chart(
        f"strips-{number}",
        students_figure(students_info(view)),
        students_height(len(page)),
        "A strip a student over time; the tables hold the numbers.",
    )
    charts.append(chart)
    parts: list[Part] = [
        html.Div(name_cells(page), className="names"),
        html.Div(chart.place(), className="strip-chart"),
    ]
    if facts.reads:
        cells = [
            html.Div(formatting.share(student.coverage), className="cell")
            for student in page
        ]
        head = html.Div("Coverage", className="head")
        parts.append(html.Div([head, *cells], className="numbers"))
    return html.Div(parts, className="strips keep")


def _shares_table(facts: Facts) -> html.Div:
    rows: list[list[Part]] = [
        [
            html.Bdi(student.name),
            *share_cells(student.shares, facts.session),
            f"{student.readings:,}",
            formatting.share(student.coverage),
        ]
        for student in facts.students
    ]
    heads = ["Student", *SHARE_HEADS, "Readings", "Coverage"]
    return data_table("Shares of expressions, students in name order", heads, rows)


def _stretches(absences: Sequence[Absence]) -> str:
    told = [
        f"{_reason(absence)} {formatting.into_class(absence.from_s)} to "
        f"{formatting.into_class(absence.to_s)}"
        for absence in absences[:_MOST_STRETCHES]
    ]
    more = len(absences) - len(told)
    return ", ".join([*told, *([f"{more} more"] if more > 0 else [])])


def _reason(absence: Absence) -> str:
    return absence.reason.value.replace("_", " ")
