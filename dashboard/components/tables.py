"""Tables, and the folds in which they stand behind charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dash import html

from dashboard.parts import Part


def data_table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Part]]
) -> html.Div:
    """A plain table whose first column names the row."""
    head = html.Tr([html.Th(text, scope="col") for text in heads])
    body = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])])
        for row in rows
    ]
    table = html.Table(
        [html.Caption(caption), html.Thead(head), html.Tbody(body)], className="data"
    )
    return html.Div(table, className="scroll", tabIndex="0")


def behind(chart: str, name: str) -> html.Details:
    """A fold for the table behind a chart; it is filled when it is opened.

    Args:
        chart: the chart's id.
        name: what it shows, for who hears of several such folds.
    """
    named = html.Span(f": {name}", className="unseen")
    return html.Details(
        [
            html.Summary(["Show as table", named], id=f"{chart}-open"),
            html.Div(id=f"{chart}-table"),
        ],
        className="behind",
    )
