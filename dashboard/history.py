"""What running classes looked like so far, kept while pages are open on them.

Who is worth a look is told by comparing students with their own whole class. To load
that at every sample would take far longer than all the rest of a refresh, so the means
of the minutes that are over are kept here: numbers by student's id, nothing else.
"""

from __future__ import annotations

import threading

import flask

from monitor.past import Past
from monitor.records import SessionData
from monitor.store.store import Store

HISTORIES = "HISTORIES"
"""Key in the Flask app's settings."""

_MOST = 4
"""Classes at a time: one runs, and others may have ended a moment ago."""


class Histories:
    """The past of the classes that were last asked for; safe for many threads."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._kept: dict[int, Past] = {}
        self._lock = threading.Lock()

    def of(self, store: Store, data: SessionData) -> Past:
        """The past of a running class.

        Args:
            store: where the class is, for what is not known yet.
            data: its last minutes.

        Raises:
            StoreError: the database cannot be read.
        """
        session_id = data.session.id
        with self._lock:
            known = self._kept.pop(session_id, None)
        past = known.extended(data) if known is not None else None
        if past is None:
            past = Past.of(data if _is_whole(data) else store.load(session_id))
        with self._lock:
            self._kept[session_id] = past
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]
        return past


def current_histories() -> Histories:
    """Those of the app that is answering the present request."""
    histories = flask.current_app.config[HISTORIES]
    assert isinstance(histories, Histories)  # noqa: S101 - narrows a dict's value
    return histories


def _is_whole(data: SessionData) -> bool:
    """Whether the last minutes are all of the class."""
    return not len(data.samples) or int(data.samples.index[0]) == 0
