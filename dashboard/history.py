"""What running classes looked like so far, kept while pages are open on them.

A live page asks every few seconds for the last ten minutes, of which nearly all is what
it had a moment ago, and compares students with their own whole class. To load either
again would take longer than all the rest of a refresh: so the last minutes are kept and
added to, and of the minutes before them the means. A class that is over is forgotten.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

import flask
import numpy as np

from dashboard.data import WINDOW_MINUTES, last_offset, since
from monitor.past import Past
from monitor.records import Absence, Observations, Samples, SessionData, SessionRow
from monitor.store.store import Store

HISTORIES = "HISTORIES"
"""Key in the Flask app's settings."""

_MOST = 4
"""Classes at a time: one runs, and others may have ended a moment ago."""

_T = TypeVar("_T")


class _Kept(NamedTuple, Generic[_T]):
    """Something of a class, and the corrections under which it holds."""

    corrections: tuple[int, ...]
    value: _T


class Histories:
    """What was last asked for of running classes; safe for many threads."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._latest: dict[int, _Kept[SessionData]] = {}
        self._pasts: dict[int, _Kept[Past]] = {}
        self._lock = threading.Lock()

    def latest(self, store: Store, session: SessionRow) -> SessionData:
        """The last minutes of a running class, as `Store.latest` gives them.

        Raises:
            StoreError: the database cannot be read.
        """
        corrections = _standing(store, session.id)
        known = self._known(self._latest, session.id, corrections)
        data = _continued(store, known) if known is not None else None
        if data is None:
            data = store.latest(session.id, minutes=WINDOW_MINUTES)
        self._keep(self._latest, session.id, _Kept(corrections, data))
        return data

    def past(self, store: Store, data: SessionData) -> Past:
        """The minutes of a running class that are over.

        Args:
            store: where the class is, for what is not known yet.
            data: its last minutes.

        Raises:
            StoreError: the database cannot be read.
        """
        session_id = data.session.id
        corrections = _standing(store, session_id)
        known = self._known(self._pasts, session_id, corrections)
        past = known.extended(data) if known is not None else None
        if past is None:
            past = Past.of(data if _is_whole(data) else store.load(session_id))
        self._keep(self._pasts, session_id, _Kept(corrections, past))
        return past

    def forget(self, session_id: int) -> None:
        """The class is over: nobody asks for its last minutes again."""
        with self._lock:
            self._latest.pop(session_id, None)
            self._pasts.pop(session_id, None)

    def _known(
        self, kept: dict[int, _Kept[_T]], session_id: int, corrections: tuple[int, ...]
    ) -> _T | None:
        """What is kept, unless the class has been corrected since."""
        with self._lock:
            found = kept.get(session_id)
        return found.value if found and found.corrections == corrections else None

    def _keep(
        self, kept: dict[int, _Kept[_T]], session_id: int, value: _Kept[_T]
    ) -> None:
        with self._lock:
            kept.pop(session_id, None)
            kept[session_id] = value
            while len(kept) > _MOST:
                del kept[next(iter(kept))]


def current_histories() -> Histories:
    """Those of the app that is answering the present request."""
    histories = flask.current_app.config[HISTORIES]
    assert isinstance(histories, Histories)  # noqa: S101 - narrows a dict's value
    return histories


def _standing(store: Store, session_id: int) -> tuple[int, ...]:
    """The corrections of a class: any of them may say anew who was seen when."""
    return tuple(done.id for done in store.corrections(session_id))


def _is_whole(data: SessionData) -> bool:
    """Whether the last minutes are all of the class."""
    return not len(data.samples) or int(data.samples.index[0]) == 0


def _continued(store: Store, known: SessionData) -> SessionData | None:
    """What is known and what came since, the last minutes of both.

    Returns:
        None where what is known may hold no more: students came or went.
    """
    if known.minutes is not None or not len(known.samples):
        return None
    last = int(known.samples.index[-1])
    new = store.load(known.session.id, since_sample=last)
    if {s.id for s in new.students} != {s.id for s in known.students}:
        return None
    first, added = known.observations, new.observations
    both = replace(
        new,
        samples=Samples(
            index=np.concatenate([known.samples.index, new.samples.index]),
            offset_s=np.concatenate([known.samples.offset_s, new.samples.offset_s]),
            gap=known.samples.gap + new.samples.gap,
            left_out=np.concatenate([known.samples.left_out, new.samples.left_out]),
        ),
        observations=Observations(
            **{
                part: np.concatenate([getattr(first, part), getattr(added, part)])
                for part in Observations.__slots__
                if part != "sample"
            },
            sample=np.concatenate(
                [first.sample, added.sample + np.int32(len(known.samples))]
            ),
        ),
        absences=tuple(_absences(known, new)),
    )
    return since(both, last_offset(both.samples) - WINDOW_MINUTES * 60)


def _absences(known: SessionData, new: SessionData) -> Iterator[Absence]:
    """Those of both parts; what goes on from one to the other is one absence."""
    if not len(new.samples):
        yield from known.absences
        return
    end = known.end_s
    begin = float(new.samples.offset_s[0])
    going_on = {
        (absence.student, absence.reason): absence
        for absence in new.absences
        if absence.from_s == begin
    }
    found = [a for a in new.absences if a.from_s != begin]
    for absence in known.absences:
        more = going_on.get((absence.student, absence.reason))
        if more is not None and absence.to_s >= end:
            del going_on[absence.student, absence.reason]
            found.append(replace(absence, to_s=more.to_s))
        else:
            found.append(absence)
    found += going_on.values()
    yield from sorted(found, key=lambda absence: (absence.student, absence.from_s))
