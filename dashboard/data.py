"""From the store to what the pages show: queries first, then small tuples.

Nothing here draws and nothing here computes an index: the maths is
`monitor.engagement`'s, which the report and the CSV files share.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.errors import UnknownSession
from monitor.minutes import MINUTE_S, whole as whole_of
from monitor.records import (
    ALIVE,
    ClassMinutes,
    Samples,
    SessionData,
    SessionRow,
    StudentRow,
)
from monitor.reports import formatting
from monitor.segments import between
from monitor.store.store import Store
from monitor.summaries import StudentSummary, summarise_class

WINDOW_MINUTES = 10
"""How far a running class looks back, from its last sample."""

NOW_S = 60.0
BEFORE_S = 300.0
"""The first glance compares the last minute with the five before it."""

_TOTALS_OLD_S = 120.0
"""A minute's totals are stored once it is over: older ones are not of the last."""

_BINS_S = (3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
_MOST_BINS = 90


class Glance(NamedTuple):
    """How the class is, as the top of the page says it.

    Attributes:
        present: students seen in the last minute (ended: in the whole class).
        known: students seen in the session so far.
        now: the class in the last minute (ended: over the whole class).
        before: the five minutes before it; None when there is too little.
        is_live: whether ``now`` is the last minute.
        goes_on: whether the class is still being recorded.
        too_few: nothing is kept of the last minute, since totals are over five faces.
    """

    present: int
    known: int
    now: StudentSummary
    before: StudentSummary | None
    is_live: bool
    goes_on: bool
    too_few: bool = False


class View(NamedTuple):
    """What one drawing of a session page needs.

    Attributes:
        data: the session; of a running one the part in the window.
        from_s: where the charts begin, seconds since the session's start.
        to_s: where they end: the end of the last sample's interval.
        bin_s: length of the charts' bins.
    """

    data: SessionData
    from_s: float
    to_s: float
    bin_s: float


def is_alive(session: SessionRow) -> bool:
    """Whether an agent is recording the session."""
    return session.status in ALIVE


def find_session(store: Store, ref: int | str) -> SessionRow:
    """The session that a page or its address names: an id, or "last".

    Raises:
        UnknownSession: no session has that id.
    """
    ref = str(ref)
    if ref != "last" and not re.fullmatch(r"[0-9]{1,9}", ref):
        raise UnknownSession(f"no class is called {ref[:40]!r}: expected its number")
    try:
        return store.session(ref)
    except UnknownSession as error:
        if ref == "last":
            raise
        # The store's own advice is for the command line.
        raise UnknownSession(
            f"there is no class {ref}: the list of classes shows what there is"
        ) from error


def list_sessions(store: Store) -> list[SessionRow]:
    """Running sessions first, then by when the class was, the newest first."""

    def key(session: SessionRow) -> tuple[bool, datetime, int]:
        return is_alive(session), session.started_at, session.id

    return sorted(store.sessions(), key=key, reverse=True)


def load_view(store: Store, session: SessionRow, *, whole: bool) -> View:
    """What is drawn now: all of an ended class, the last minutes of a running one."""
    if whole or not is_alive(session):
        data = store.load(session.id)
        from_s = 0.0
    else:
        data = store.latest(session.id, minutes=WINDOW_MINUTES)
        from_s = window_start(data.samples)
    return view_of(data, from_s)


def view_of(data: SessionData, from_s: float = 0.0) -> View:
    """What is drawn of a session from an offset on; its students in name order."""
    session = data.session
    data = replace(data, students=_in_name_order(data))
    if data.minutes is not None:
        ends = (data.minutes.minute + data.minutes.minutes) * MINUTE_S
        # Where too few faces are seen nothing is kept, and time goes on all the same.
        least = max(MINUTE_S, data.end_s if is_alive(session) else 0.0)
        to_s = float(ends.max(initial=least))
        return View(data, from_s // MINUTE_S * MINUTE_S, to_s, MINUTE_S)
    to_s = data.end_s or session.interval_s
    bin_s = choose_bin(to_s - from_s, session.interval_s)
    # Bins begin at whole multiples, so that they stay put while the window moves on.
    from_s = from_s // bin_s * bin_s
    return View(since(data, from_s), from_s, to_s, bin_s)


def choose_bin(span_s: float, interval_s: float) -> float:
    """Length of the bins for a span: few enough to read, of three samples or more."""
    for bin_s in _BINS_S:
        if bin_s >= 3 * interval_s and span_s / bin_s <= _MOST_BINS:
            return bin_s
    return max(_BINS_S[-1], 3 * interval_s)


def last_offset(samples: Samples) -> float:
    """Seconds from the session's start to its last sample; 0 without one."""
    return float(samples.offset_s[-1]) if len(samples) else 0.0


def since(data: SessionData, from_s: float, to_s: float = np.inf) -> SessionData:
    """The part of a session from one offset up to, without, another."""
    return between(data, from_s, to_s)


def last_minute(data: SessionData) -> float:
    """Where the last minute of a session begins, seconds since its start."""
    # Half an interval later: samples are never quite on time.
    return last_offset(data.samples) - NOW_S + data.session.interval_s / 2


def take_glance(data: SessionData, weights: IndexWeights = INDEX_WEIGHTS) -> Glance:
    """The first glance: of a running class the last minute, else all of it."""
    live = is_alive(data.session)
    if not live:
        return glance_back(data, summarise_class(data, weights))
    if data.minutes is not None:
        return _glance_of_totals(data, data.minutes)
    now_from = last_minute(data)
    recent = since(data, now_from)
    earlier = since(data, now_from - BEFORE_S, now_from)
    before = summarise_class(earlier, weights) if len(earlier.observations) else None
    return Glance(
        present=len(np.unique(recent.observations.student)),
        known=max(data.session.students, len(np.unique(data.observations.student))),
        now=summarise_class(recent, weights),
        before=before,
        is_live=True,
        goes_on=True,
    )


def glance_back(data: SessionData, whole: StudentSummary) -> Glance:
    """The first glance at a class as a whole, mostly one that is over.

    Args:
        data: the session, all of it.
        whole: the class over the whole session.
    """
    seen = len(np.unique(data.observations.student))
    if data.minutes is not None:
        # Of whom the totals are is not kept, but how many they were.
        seen = data.session.students
    goes_on = is_alive(data.session)
    return Glance(seen, seen, whole, None, is_live=False, goes_on=goes_on)


def _glance_of_totals(data: SessionData, stored: ClassMinutes) -> Glance:
    """The last minute, where it was kept, beside those kept of the five before it."""
    interval_s = data.session.interval_s
    ends_s = (stored.minute + stored.minutes) * MINUTE_S
    newest = ends_s == ends_s.max(initial=0.0)
    now = stored.pick(newest & (ends_s >= data.end_s - _TOTALS_OLD_S))
    begins = int(now.minute.max(initial=0))
    from_minute = begins - round(BEFORE_S / MINUTE_S)
    earlier = stored.pick((stored.minute >= from_minute) & (stored.minute < begins))
    return Glance(
        present=int(now.students.sum()),
        known=max(data.session.students, int(stored.students.max(initial=0))),
        now=whole_of(now, interval_s),
        before=whole_of(earlier, interval_s) if len(earlier) else None,
        is_live=True,
        goes_on=True,
        too_few=not len(now),
    )


def window_start(samples: Samples) -> float:
    """Where the last minutes of a running class begin, seconds since its start."""
    return max(0.0, last_offset(samples) - WINDOW_MINUTES * 60)


def _in_name_order(data: SessionData) -> tuple[StudentRow, ...]:
    def key(student: StudentRow) -> tuple[object, int]:
        return formatting.by_name(student.name), student.id

    return tuple(sorted(data.students, key=key))
