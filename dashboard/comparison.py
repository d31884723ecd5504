"""A class beside the other classes of its course: a row each, oldest first.

Every class has to be loaded once to be summed up, some 70 ms for an hour of 25
students; what was found is kept until the class changes.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from monitor.engagement import IndexWeights
from monitor.records import Mode, SessionRow
from monitor.store.store import Store
from monitor.summaries import StudentSummary, summarise_class

MOST = 40
"""Classes that are compared: the latest of the course."""

_KEPT = 500


class Lecture(NamedTuple):
    """One class of a course.

    Attributes:
        session: which it is.
        students: those who were seen.
        whole: the class as one row.
    """

    session: SessionRow
    students: int
    whole: StudentSummary

    @property
    def reads(self) -> bool:
        """Whether expressions are read in it."""
        return self.session.mode is not Mode.PRESENCE

    @property
    def minutes_each(self) -> float:
        """How long a student was in view, on average; NaN where nobody was."""
        if not self.students:
            return float("nan")
        return self.whole.present_minutes / self.students


class _Key(NamedTuple):
    """Changes exactly when a class's numbers may have changed."""

    database: str
    session: SessionRow
    corrections: tuple[int, ...]
    weights: IndexWeights


_found: dict[_Key, StudentSummary] = {}
_lock = threading.Lock()


def lectures(store: Store, session: SessionRow, weights: IndexWeights) -> list[Lecture]:
    """The classes of a session's course, this one among them, oldest first.

    Returns:
        Nothing where the class belongs to no course.

    Raises:
        StoreError: the database cannot be read.
    """
    if session.course is None:
        return []
    fellows = [
        row
        for row in store.sessions()
        if row.course == session.course and (row.samples or row.id == session.id)
    ]
    fellows.sort(key=lambda row: (row.started_at, row.id))
    return [
        Lecture(row, row.students, _whole(store, row, weights))
        for row in _latest(fellows, session)
    ]


def _latest(fellows: list[SessionRow], session: SessionRow) -> list[SessionRow]:
    """The latest classes; the one that is looked at stays among them."""
    kept = fellows[-MOST:]
    here = any(row.id == session.id for row in kept)
    return kept if here else [session, *kept[1:]]


def _whole(store: Store, row: SessionRow, weights: IndexWeights) -> StudentSummary:
    corrections = tuple(done.id for done in store.corrections(row.id))
    key = _Key(str(store.path), row, corrections, weights)
    found = _found.get(key)
    if found is None:
        found = summarise_class(store.load(row.id), weights)
        with _lock:
            while len(_found) >= _KEPT:
                _found.pop(next(iter(_found)))
            _found[key] = found
    return found
