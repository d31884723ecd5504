"""What the Home page lists: classes by course, those that run, those that go soon."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from dashboard.data import is_alive, list_sessions
from dashboard.words import GAP
from monitor.errors import SettingsError
from monitor.records import NOT_TRUSTED, GapReason, SessionRow, SessionStatus
from monitor.reports import formatting
from monitor.store.store import Store

SOON_DAYS = 7
"""How long before they go students' rows are spoken of."""

_LATE_FROM = 0.05
"""A smaller share of missed looks changes nothing that the page shows."""


class Running(NamedTuple):
    """A class that is being recorded, and how that goes in a few words."""

    session: SessionRow
    state: str


class CourseClasses(NamedTuple):
    """The classes of one course, the newest first; ``name`` is None without one."""

    name: str | None
    sessions: tuple[SessionRow, ...]


class Expiring(NamedTuple):
    """A class whose students' rows go soon, and when."""

    session: SessionRow
    goes_at: datetime


class Home(NamedTuple):
    """What the page shows.

    Attributes:
        running: first of all, whatever is looked for.
        courses: the others, the course with the newest class first.
        expiring: whose students' rows go within `SOON_DAYS`.
        trouble: why nothing can be said of what goes soon; "" otherwise.
        total: how many classes there are, looked for or not.
    """

    running: tuple[Running, ...]
    courses: tuple[CourseClasses, ...]
    expiring: tuple[Expiring, ...]
    trouble: str
    total: int


def take_home(store: Store, wanted: str = "") -> Home:
    """The classes that hold every word of ``wanted`` in title, course or date.

    Raises:
        StoreError: the database cannot be read.
    """
    sessions = list_sessions(store)
    expiring, trouble = _expiring(store)
    words = _plain(wanted).split()
    return Home(
        running=tuple(
            Running(session, _state(store, session))
            for session in sessions
            if is_alive(session)
        ),
        courses=_by_course(
            session
            for session in sessions
            if not is_alive(session) and _holds(session, words)
        ),
        expiring=expiring,
        trouble=trouble,
        total=len(sessions),
    )


def _expiring(store: Store) -> tuple[tuple[Expiring, ...], str]:
    """What goes soon; a slip in the settings' file hides no class."""
    try:
        rows = store.expiring(SOON_DAYS)
        return tuple(Expiring(row, store.goes_at(row)) for row in rows), ""
    except SettingsError as error:
        return (), str(error)


def _state(store: Store, session: SessionRow) -> str:
    """What a teacher would want to know of a recording without opening it."""
    if session.status is SessionStatus.PAUSED:
        return "Paused: nothing is looked at until you press Resume."
    samples = store.latest(session.id, minutes=1).samples
    if not len(samples):
        return "Waiting for the first look at the class."
    gap = samples.gap[-1]
    if gap is GapReason.SOURCE_LOST:
        return "The picture of the class is lost; it is being looked for."
    if gap in NOT_TRUSTED:
        return f"Nothing can be read at the moment: {GAP[gap]}."
    if session.late >= _LATE_FROM * (session.samples + session.late):
        missed = formatting.part_of(
            session.late, session.samples + session.late, "looks came too late"
        )
        return f"The computer is busy: {missed}."
    return "The class is being watched."


def _by_course(sessions: Iterable[SessionRow]) -> tuple[CourseClasses, ...]:
    groups: dict[str | None, list[SessionRow]] = {}
    for session in sessions:
        groups.setdefault(session.course, []).append(session)
    return tuple(CourseClasses(name, tuple(rows)) for name, rows in groups.items())


def _holds(session: SessionRow, words: Sequence[str]) -> bool:
    at = session.started_at.astimezone()
    date = f"{formatting.day(at)} {at.day} {at:%A %B %Y}"
    text = _plain(f"{session.title} {session.course or ''} {date}")
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """A text to look for: without accents and capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
