"""What the page on a running class shows at one moment, ready to be put in place."""

from __future__ import annotations

from typing import Any, NamedTuple

from dash import html

from dashboard.components.emptiness import why_empty
from dashboard.components.glance import glance_cards
from dashboard.components.header import session_facts, session_status
from dashboard.components.legend import students_legend
from dashboard.components.live.marking import markers_list
from dashboard.components.live.now import now_table
from dashboard.components.live.signals import notices
from dashboard.components.live.tiles import student_tiles
from dashboard.components.live.worth import worth_list
from dashboard.components.notices import empty, refresh_notice
from dashboard.data import (
    BEFORE_S,
    WINDOW_MINUTES,
    Glance,
    View,
    is_alive,
    last_minute,
    load_view,
    since,
    take_glance,
    view_of,
    window_start,
)
from dashboard.figures.axes import bare_figure, layout
from dashboard.figures.mood import mood_bare, mood_height, mood_info
from dashboard.history import Histories
from dashboard.now import now_info
from dashboard.painted import Painted
from dashboard.parts import Part, Parts
from dashboard.stores import usable_settings
from dashboard.tiles import take_tiles
from dashboard.words import STATUS_MEANING, span
from monitor.attention import worth_a_look
from monitor.errors import SettingsError
from monitor.prior import class_shares
from monitor.records import Mode, SessionRow, SessionStatus
from monitor.reports import formatting
from monitor.settings import Settings
from monitor.signals import signals
from monitor.store.store import Store


class Wish(NamedTuple):
    """What the reader chose to see.

    Attributes:
        students: names and tiles.
        whole: the chart of the whole class, else of its last minutes.
        muted: kinds of notices that are not wanted.
        marked: how many markers were dropped or taken back on this page.
    """

    students: bool = False
    whole: bool = False
    muted: tuple[str, ...] = ()
    marked: int = 0


class Drawing(NamedTuple):
    """Everything on the page that changes.

    Attributes:
        painted: components by the id of the place that they fill. They are painted
            in place (assets/paint.js): nobody loses the focus to a new sample.
        mood, mood_style: the chart.
        seen: what all this is a drawing of.
        no_mood, no_students: which parts are hidden.
    """

    painted: dict[str, Painted]
    mood: dict[str, Any]
    mood_style: dict[str, int]
    seen: list[Any]
    no_mood: bool
    no_students: bool


def stamp(session: SessionRow, wish: Wish) -> list[Any]:
    """Changes exactly when the page has something new to show."""
    counts = [session.samples, session.late, session.lost]
    chosen = [wish.students, wish.whole, [*wish.muted], wish.marked]
    return [str(session.status), *counts, *chosen]


def draw(
    store: Store, session: SessionRow, wish: Wish, histories: Histories
) -> Drawing:
    """Draw a session as it stands.

    Raises:
        StoreError: the database cannot be read.
    """
    view = _load(store, session, wish, histories)
    settings, trouble = usable_settings(store)
    alive = is_alive(session)
    glance = take_glance(view.data, settings.weights)
    reads = session.mode is not Mode.PRESENCE
    totals = view.data.minutes
    bare = not len(view.data.observations if totals is None else totals)
    nameless = bare or not alive or session.mode is Mode.CLASS
    shown = wish.students and not nameless
    mood = mood_info(view, weights=settings.weights) if reads else None
    told = signals(view.data) if alive and settings.notices else ()
    named = _named(store, view, settings, histories) if shown else {}
    return Drawing(
        painted={
            "status": session_status(session),
            "facts": session_facts(session),
            "notice": _notice(view, trouble),
            "gentle": notices(told, wish.muted) if alive and settings.notices else [],
            "glance": _glance(view, None if bare else glance, reads=reads),
            "now": _now(view, glance) if reads and not bare else None,
            "mood-subtitle": _mood_subtitle(view),
            "markers": markers_list(view.data.markers) if alive else None,
            "worth": named.get("worth"),
            "tiles-legend": named.get("legend"),
            "tiles": named.get("tiles"),
        },
        mood=_blank() if mood is None else mood_bare(mood),
        mood_style={"height": 64 if mood is None else mood_height(mood)},
        seen=stamp(session, wish),
        no_mood=not (reads and _is_anything_read(view)),
        no_students=nameless,
    )


def _load(store: Store, session: SessionRow, wish: Wish, histories: Histories) -> View:
    if not is_alive(session):
        histories.forget(session.id)
    elif not wish.whole:
        data = histories.latest(store, session)
        return view_of(data, window_start(data.samples))
    return load_view(store, session, whole=True)


def _notice(view: View, trouble: str) -> list[Part]:
    """Whether the class still runs, and why there is little to see, when there is."""
    session, totals = view.data.session, view.data.minutes is not None
    found: list[Part] = [refresh_notice(SettingsError(trouble))] if trouble else []
    if session.status is not SessionStatus.RUNNING:
        found.append(_standing(session))
    found.append(_no_totals(view) if totals else why_empty(view.data, _waiting()))
    return [part for part in found if part is not None]


def _waiting() -> Part:
    return empty(
        "Waiting for the first look at the class.",
        "The page fills by itself, usually within a few seconds.",
    )


def _is_anything_read(view: View) -> bool:
    if view.data.minutes is not None:
        return bool(view.data.minutes.readings.any())
    return bool(view.data.observations.is_read.any())


def _no_totals(view: View) -> Part:
    """Why nothing is told yet of a class of which only totals are kept."""
    if len(view.data.minutes or ()) or not is_alive(view.data.session):
        return None
    return empty(
        "Waiting for the first minute with five faces or more.",
        "Of this class only totals by the minute are kept, and none over fewer.",
    )


def _standing(session: SessionRow) -> Part:
    """A sentence on a class that rests or is over; then the way to its report."""
    words: list[Part] = [html.Strong(STATUS_MEANING[session.status])]
    if not is_alive(session):
        link = html.A(
            "Read the report", href=f"/session/{session.id}", className="button"
        )
        words += [" ", link]
    return html.P(words, className="banner", role="status")


def _glance(view: View, glance: Glance | None, *, reads: bool) -> Parts:
    left_out = formatting.left_out(view.data.samples.left_out.tolist())
    told = [html.P(left_out, className="muted")] if left_out else []
    if glance is None:
        return told or None
    told_by = view.data.session.expressions
    cards = glance_cards(glance, reads=reads, expressions=told_by, most=False)
    return [*cards, *told]


def _now(view: View, glance: Glance) -> Parts:
    """The expressions of the last minute, or of the whole of an ended class."""
    if view.data.minutes is not None:
        return now_table(now_info(glance, None, None, view.data.session), totals=True)
    if not glance.is_live:
        return now_table(
            now_info(glance, class_shares(view.data), None, view.data.session)
        )
    start = last_minute(view.data)
    now = class_shares(since(view.data, start))
    before = class_shares(since(view.data, start - BEFORE_S, start))
    return now_table(now_info(glance, now, before, view.data.session))


def _named(
    store: Store, view: View, settings: Settings, histories: Histories
) -> dict[str, Painted]:
    """What names students; shown on a click alone."""
    session = view.data.session
    reads = session.mode is not Mode.PRESENCE
    seen = view.data.observations
    told: dict[str, Painted] = {
        "legend": students_legend(reads=reads, refused=not seen.is_asked.all()),
        "tiles": student_tiles(take_tiles(view.data), session.id, reads=reads),
    }
    if settings.worth_a_look:
        looks = worth_a_look(view.data, histories.past(store, view.data))
        told["worth"] = worth_list(looks, session.id, session.mode)
    return told


def _mood_subtitle(view: View) -> str:
    text = f"Mean of all readings in every {span(view.bin_s)}; time runs in minutes "
    text += "into class. Where nothing could be trusted the chart is left open."
    if view.from_s > 0:
        text += f" The last {WINDOW_MINUTES} minutes are shown."
    return text


def _blank() -> dict[str, Any]:
    frame = layout(64, {"l": 0, "r": 0, "t": 0, "b": 0}, revision="mood")
    frame |= {"xaxis": {"visible": False}, "yaxis": {"visible": False}}
    return bare_figure([], frame)
