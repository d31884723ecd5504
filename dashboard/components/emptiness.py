"""Why there is little to see of a class, where there is."""

from __future__ import annotations

from dashboard.components.notices import empty
from dashboard.data import is_alive
from dashboard.parts import Part
from monitor.records import Mode, SessionData


def why_empty(data: SessionData, waiting: Part) -> Part:
    """A sentence on a class of which nothing was seen or read; else nothing.

    Args:
        data: the session, or its last minutes.
        waiting: what is said before the first look.
    """
    alive = is_alive(data.session)
    if not len(data.samples):
        early = empty("This class ended before the first look at it.")
        return waiting if alive else early
    seen = data.observations
    if not len(seen):
        return empty(
            "No face has been found so far."
            if alive
            else "No face was found in this class.",
            f"{'Is' if alive else 'Was'} the call in gallery view, in front, and "
            "inside the watched region?",
        )
    if data.session.mode is Mode.PRESENCE or seen.is_read.any():
        return None
    if not seen.is_asked.any():
        return empty(
            "Faces were seen, and none was to be read: no consent.",
            "Whoever may be read has a yes in the roster's consent column, and is "
            "known once a name on the tile has been matched.",
        )
    return empty(
        "Faces were seen, and none could be read.",
        "They may be too small: enlarge the call's window or show fewer per page.",
    )
