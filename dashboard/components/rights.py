"""A person's rights over their data: all that is kept of them, saved or erased."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.erasing import Done
from dashboard.parts import Part

HERE = "here"
EVERYWHERE = "everywhere"


def rights(name: str, course: str | None) -> html.Section:
    """Save and erase, of one person; erasing asks for the name."""
    return html.Section(
        [
            html.H2("This student's data"),
            html.P(
                "Whoever asks may have what is kept of them, and may have it erased."
            ),
            _scope(course),
            html.Div(
                [
                    html.Button("Save what is kept", id="student-save"),
                    _erase(name),
                    html.P(id="student-told", role="status", className="muted"),
                ],
                className="acts",
            ),
            dcc.Download(id="student-file"),
        ],
        className="rights",
        id="student-rights",
    )


def gone(done: Done, back: str) -> html.Div:
    """What the page is after an erasure: the name is not said again.

    Args:
        done: what became of it.
        back: address of the class.
    """
    heading = "Nothing is kept of this student any more"
    files = html.P("The files beside the database were written anew.")
    if done.trouble:
        heading = "This student was erased, and something is left to do"
        files = html.P(done.trouble, className="banner")
    return html.Div(
        [
            html.H1(heading),
            html.P(done.told, className="lead"),
            files,
            html.P("Files that you saved elsewhere are yours to delete."),
            html.P(html.A("Back to the class", href=back)),
        ],
        className="notice",
        role="status",
    )


def _scope(course: str | None) -> Part:
    """Which classes are meant; without a course there is but one."""
    options: list[Any] = [{"label": "This class only", "value": HERE}]
    if course is not None:
        label = html.Span(["Every class of ", html.Bdi(course)])
        options.append({"label": label, "value": EVERYWHERE})
    choice = dcc.RadioItems(
        id="student-scope",
        options=options,
        value=HERE,
        className="choice",
        inline=True,
    )
    title = html.Legend("Which classes", className="unseen")
    return html.Fieldset([title, choice], hidden=course is None)


def _erase(name: str) -> html.Details:
    return html.Details(
        [
            html.Summary("Erase", role="button"),
            html.Div(
                [
                    html.P(
                        "Erased for good: every look, the name and its labels. Totals "
                        "of the class are counted anew without them. So that nobody "
                        "of the name is made again, only a keyed mark of it is kept, "
                        "which does not tell the name."
                    ),
                    html.Label(
                        [
                            html.Span("Type the name to confirm: "),
                            html.Bdi(name, className="typed"),
                        ],
                        htmlFor="student-typed",
                    ),
                    dcc.Input(
                        id="student-typed", type="text", debounce=False, maxLength=400
                    ),
                    html.Button("Erase for good", id="student-erase"),
                    html.P(id="student-refused", role="alert"),
                ],
                className="panel",
            ),
        ],
        className="ask erase",
    )
