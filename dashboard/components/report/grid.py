"""The students in a table that can be searched, in name order.

Columns of looks cannot be sorted by: a list of students with the lowest index on top
is what this page is not for. Cells hold text as `monitor.reports.formatting` has it.
"""

from __future__ import annotations

import math
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from dashboard.palette import STACK
from dashboard.report_data import Report
from dashboard.shares import SHARE_HEADS, share_cells
from monitor.records import SessionRow
from monitor.reports import formatting
from monitor.summaries import StudentSummary

_THEME = """themeQuartz.withParams({
    backgroundColor: 'var(--ground)', foregroundColor: 'var(--ink)',
    chromeBackgroundColor: 'var(--ground)', headerBackgroundColor: 'var(--ground)',
    headerTextColor: 'var(--muted)', accentColor: 'var(--accent)',
    borderColor: 'var(--rule)', rowHoverColor: 'var(--sunken)',
    selectedRowBackgroundColor: 'var(--sunken)', browserColorScheme: 'inherit',
    fontFamily: 'inherit', fontSize: 14, spacing: 6, headerFontWeight: 400,
    cellHorizontalPadding: 8,
    wrapperBorder: false, headerColumnResizeHandleColor: 'transparent'
})"""

_PAD_PX, _LETTER_PX = 20, 8
_WIDEST = {"present": len("under 1 min"), "engagement": 12}
_WIDE = 7
"""A column is as wide as its head or its numbers, in letters."""

_SORTABLE = ("name", "present", "coverage")


def students_grid(report: Report) -> html.Div:
    """A search field, the table, and a place for it on paper."""
    return html.Div(
        [
            html.Div(
                [
                    html.Label("Search", htmlFor="report-search"),
                    dcc.Input(
                        id="report-search",
                        type="search",
                        placeholder="part of a name",
                        autoComplete="off",
                    ),
                ],
                className="search",
            ),
            dag.AgGrid(
                id="report-grid",
                columnDefs=_columns(report),
                rowData=grid_rows(report),
                defaultColDef={
                    "sortable": False,
                    "resizable": True,
                    "suppressMovable": True,
                    "suppressHeaderMenuButton": True,
                },
                dashGridOptions={
                    "theme": {"function": _THEME},
                    "domLayout": "autoHeight",
                    "rowSelection": {
                        "mode": "singleRow",
                        "checkboxes": False,
                        "enableClickSelection": True,
                    },
                    "suppressColumnVirtualisation": True,
                    "animateRows": False,
                    "ensureDomOrder": True,
                    "enableCellTextSelection": True,
                },
                getRowId="params.data.id",
                className="report-grid",
                style={"height": None, "width": "100%"},
            ),
            # Filled when it is printed: a component a cell would slow every page.
            html.Div(id="report-paper", className="on-paper"),
        ]
    )


def grid_rows(report: Report) -> list[dict[str, Any]]:
    """A row a student; numbers beside text are what columns are sorted by."""
    return [
        {
            "id": str(student.id),
            "order": place,
            "name": student.name,
            "href": f"/student/{report.session.id}/{student.id}",
            "present": formatting.minutes(student.present_minutes),
            "present_minutes": round(student.present_minutes, 2),
            "facing": formatting.share(student.facing),
            **(_expressions(student, report.session) if report.reads else {}),
        }
        for place, student in enumerate(report.facts.students)
    ]


def _expressions(student: StudentSummary, session: SessionRow) -> dict[str, Any]:
    covered = student.coverage
    return {
        "coverage": formatting.share(covered),
        "covered": -1 if math.isnan(covered) else round(covered, 4),
        "engagement": formatting.index(student.engagement),
        "valence": formatting.valence(student.valence),
        **dict(zip(STACK, share_cells(student.shares, session), strict=True)),
    }


def _columns(report: Report) -> list[dict[str, Any]]:
    name = {
        "field": "name",
        "headerName": "Student",
        "cellRenderer": "StudentLink",
        "comparator": {"function": "byOrder"},
        "sort": "asc",
        "pinned": "left",
        "width": 176,
        "maxWidth": 240,
        "sortable": True,
        "tooltipField": "name",
    }
    heads = {"present": "Present", "facing": "Facing"}
    if report.reads:
        heads = {
            "present": "Present",
            "coverage": "Coverage",
            **dict(zip(STACK, SHARE_HEADS, strict=True)),
            "valence": "Valence",
            "facing": "Facing",
            "engagement": "Engagement",
        }
    return [name, *(_number(field, head) for field, head in heads.items())]


def _number(field: str, head: str) -> dict[str, Any]:
    column: dict[str, Any] = {
        "field": field,
        "headerName": head,
        "type": "rightAligned",
        # Measuring every cell for it takes the browser longer than the charts.
        "width": _PAD_PX + _LETTER_PX * max(len(head), _WIDEST.get(field, _WIDE)),
        # Only names are searched for.
        "getQuickFilterText": {"function": "nothing"},
    }
    if field in _SORTABLE:
        by = "byPresence" if field == "present" else "byCoverage"
        column |= {"sortable": True, "comparator": {"function": by}}
    return column
