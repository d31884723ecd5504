"""What a session page shows at one moment, ready to be put in its places."""

from __future__ import annotations

from typing import Any, NamedTuple

import plotly.graph_objects as go
from dash import html

from dashboard.components.glance import glance_cards
from dashboard.components.header import session_facts, session_status
from dashboard.components.notices import empty
from dashboard.components.students import name_cells, number_cells
from dashboard.data import (
    WINDOW_MINUTES,
    View,
    is_alive,
    load_view,
    take_glance,
)
from dashboard.figures.axes import figure, layout
from dashboard.figures.mood import mood_figure, mood_info
from dashboard.figures.students import students_figure, students_height, students_info
from dashboard.parts import Part, Parts
from dashboard.words import STATUS_MEANING, span
from monitor.records import Mode, SessionRow, SessionStatus
from monitor.reports import formatting
from monitor.store.store import Store
from monitor.summaries import summarise_students


class Wish(NamedTuple):
    """What the reader chose to see."""

    students: bool
    whole: bool


class Drawing(NamedTuple):
    """Everything on the page that changes; components, figures and flags."""

    status: Parts
    facts: Parts
    notice: Part
    glance: Parts
    mood_subtitle: str
    mood: go.Figure
    students_subtitle: str
    names: Parts
    strips: go.Figure
    strips_style: dict[str, int]
    numbers: Parts
    files: Parts
    seen: list[Any]
    shown: bool
    no_mood: bool
    no_students: bool


def stamp(session: SessionRow, wish: Wish) -> list[Any]:
    """Changes exactly when the page has something new to show."""
    return [session.samples, session.late, str(session.status), *wish]


def draw(store: Store, session: SessionRow, wish: Wish) -> Drawing:
    """Draw a session as it stands.

    Raises:
        StoreError: the database cannot be read.
    """
    view = load_view(store, session, whole=wish.whole)
    reads = session.mode is not Mode.PRESENCE
    summaries = summarise_students(view.data) if wish.students else []
    shown = bool(summaries)
    bare = not len(view.data.observations)
    return Drawing(
        status=session_status(session),
        facts=session_facts(session),
        notice=_notice(view),
        glance=_glance(view, reads=reads),
        mood_subtitle=_mood_subtitle(view),
        mood=mood_figure(mood_info(view)) if reads else _blank("mood"),
        students_subtitle=_students_subtitle(view, reads=reads),
        names=name_cells(summaries) if shown else [],
        strips=students_figure(students_info(view)) if shown else _blank("students"),
        strips_style={"height": students_height(len(summaries))},
        numbers=number_cells(summaries, reads=reads) if shown else [],
        files=_files(store, session),
        seen=stamp(session, wish),
        shown=wish.students,
        no_mood=not (reads and view.data.observations.is_read.any()),
        no_students=bare or session.mode is Mode.CLASS,
    )


def _notice(view: View) -> Part:
    """Why there is little to see, when there is."""
    alive = is_alive(view.data.session)
    if view.data.session.mode is Mode.CLASS and not alive:
        return empty("Of this class only its totals are kept: see timeline.csv.")
    if not len(view.data.samples):
        if alive:
            return empty(
                "Waiting for the first look at the class.",
                "The page fills by itself, usually within a few seconds.",
            )
        return empty("This class ended before the first look at it.")
    if not len(view.data.observations):
        return empty(
            "No face has been found so far."
            if alive
            else "No face was found in this class.",
            "Is the call in gallery view, in front, and inside the watched region?",
        )
    reads = view.data.session.mode is not Mode.PRESENCE
    if reads and not view.data.observations.is_read.any():
        return empty(
            "Faces were seen, and none could be read.",
            "They may be too small: enlarge the call's window or show fewer per page.",
        )
    return _standing(view.data.session.status)


def _standing(status: SessionStatus) -> Part:
    """A sentence on a class that neither runs nor ended as planned."""
    if status in (SessionStatus.RUNNING, SessionStatus.ENDED):
        return None
    return html.P(STATUS_MEANING[status], className="banner", role="status")


def _glance(view: View, *, reads: bool) -> Parts:
    left_out = formatting.left_out(view.data.samples.left_out.tolist())
    told = [html.P(left_out, className="muted")] if left_out else []
    if not len(view.data.observations):
        return told or None
    return [*glance_cards(take_glance(view.data), reads=reads), *told]


def _mood_subtitle(view: View) -> str:
    text = f"Mean of all readings in every {span(view.bin_s)}; time runs in minutes "
    text += "into class. Where nothing could be trusted the chart is left open."
    if view.from_s > 0:
        text += f" The last {WINDOW_MINUTES} minutes are shown."
    return text


def _students_subtitle(view: View, *, reads: bool) -> str:
    bins = span(view.bin_s)
    text = (
        f"The expression with the largest share in every {bins}, as high as that "
        "share. In name order."
        if reads
        else f"Who was seen, in every {bins}. In name order."
    )
    text += " Facing: the share of looks with the head turned as usual."
    if reads:
        text += " Engagement: an index of looks from 0 to 1."
    if view.from_s > 0:
        text += f" Strips and numbers are of the last {WINDOW_MINUTES} minutes."
    return text


def _files(store: Store, session: SessionRow) -> Parts:
    """Where the CSV files of an ended class lie."""
    if is_alive(session):
        return None
    folder = store.exports_folder(session.id)
    if not folder.is_dir():
        return None
    return [
        html.H2("Files"),
        html.P(["CSV files of this class lie in ", html.Code(str(folder)), "."]),
    ]


def _blank(revision: str) -> go.Figure:
    frame = layout(64, {"l": 0, "r": 0, "t": 0, "b": 0}, revision=revision)
    frame |= {"xaxis": {"visible": False}, "yaxis": {"visible": False}}
    return figure([], frame)
