"""What the live page asks for: pause, resume, stop, a marker, and quiet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashboard.data import find_session
from monitor.errors import StoreError, UsageError
from monitor.records import RequestKind, SessionStatus
from monitor.signals import SignalKind
from monitor.store.store import Store

_ASKED = {
    "pause": (
        RequestKind.PAUSE,
        SessionStatus.PAUSED,
        "Asked to pause; nothing more is looked at after the present look.",
    ),
    "resume": (RequestKind.RESUME, SessionStatus.RUNNING, "Asked to go on."),
    "stop": (RequestKind.STOP, SessionStatus.ENDED, "Asked to stop."),
}


class Asked(NamedTuple):
    """What became of a request.

    Attributes:
        text: what to tell.
        pending: the status that it leads to; "" when nothing was asked.
    """

    text: str
    pending: str


class Done(NamedTuple):
    """What became of a marker: what to tell, and whether anything changed."""

    text: str
    done: bool


def ask(store: Store, session_id: int, button: str) -> Asked:
    """Ask the agent for what a button says."""
    kind, status, text = _ASKED[button]
    try:
        store.request(find_session(store, session_id).id, kind)
    except StoreError as error:
        return Asked(str(error), "")
    return Asked(text, status.value)


def carry_out(store: Store, session_id: int, wish: Mapping[str, Any]) -> Done:
    """Drop the marker with a ``text``, or take back the one with an ``id``."""
    text, marker_id = wish.get("text"), wish.get("id")
    try:
        if isinstance(marker_id, int):
            store.unmark(find_session(store, session_id).id, marker_id)
            return Done("Marker removed.", done=True)
        if not isinstance(text, str) or not text.strip():
            return Done("Type what begins now, then press Enter.", done=False)
        marker = store.mark(find_session(store, session_id).id, text)
    except (StoreError, UsageError) as error:
        line = str(error)
        return Done(f"{line[:1].upper()}{line[1:]}.", done=False)
    return Done(f"Marked: {marker.text}.", done=True)


def muted_in(muted: object, session_id: int) -> tuple[str, ...]:
    """The kinds of notices that the browser remembers as muted for a class."""
    kinds = muted.get(str(session_id)) if isinstance(muted, dict) else None
    known = [kind.value for kind in SignalKind]
    return tuple(kind for kind in known if isinstance(kinds, list) and kind in kinds)
