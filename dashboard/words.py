"""What the page says: captions of expressions, states and gaps in plain words."""

from __future__ import annotations

import math

from monitor import words
from monitor.engagement import FACING_SIGHTINGS
from monitor.records import AbsenceReason, GapReason, Mode, SessionStatus

CAPTION = words.CAPTION
"""How an expression is named where people read it: a look, not a feeling."""

STATUS = {
    SessionStatus.RUNNING: "Live",
    SessionStatus.PAUSED: "Paused",
    SessionStatus.ENDED: "Ended",
    SessionStatus.INTERRUPTED: "Interrupted",
    SessionStatus.FAILED: "Failed",
}

STATUS_MEANING = {
    SessionStatus.RUNNING: "The class is being watched now.",
    SessionStatus.PAUSED: "Nothing is looked at until you press Resume.",
    SessionStatus.ENDED: "The class ended as planned.",
    SessionStatus.INTERRUPTED: "The program stopped before the class ended; "
    "everything up to then is stored.",
    SessionStatus.FAILED: "The class could not go on; everything up to then is stored.",
}

GAP = {
    GapReason.SOURCE_LOST: "source lost",
    GapReason.COVERED: "gallery covered",
    GapReason.BLACK: "black picture",
    GapReason.FROZEN: "picture frozen",
    GapReason.PAUSED: "paused",
}

UNWATCHED = "not watched"
"""A hole between two samples that no sample explains."""

SEEN = "seen"

AWAY = {
    AbsenceReason.CAMERA_OFF: "camera off",
    AbsenceReason.OFF_PAGE: "off the page",
    AbsenceReason.LEFT: "left",
}
"""Why a student was not seen for a while."""

MODE = {
    Mode.STUDENT: "Expressions of each student",
    Mode.CLASS: "Class totals only",
    Mode.PRESENCE: "Presence only, no expressions",
}

NOT_KNOWN = "not known"

REFUSED = "not read: no consent"
"""Of a face that was seen and not to be read, which is not the same as unreadable."""

TOO_FEW = "not known: fewer than five faces"
"""Of minutes of which nothing was kept."""


def lean(valence: float) -> str:
    """A word for a valence in [-1, 1]."""
    if math.isnan(valence):
        return NOT_KNOWN
    side = "pleasant" if valence > 0 else "unpleasant"
    if abs(valence) < 0.05:
        return "even"
    return f"leaning {side}" if abs(valence) < 0.25 else f"clearly {side}"


def turned(facing: float, sightings: int = 0) -> str:
    """A word for the share of heads turned as usual.

    Args:
        facing: the share; NaN where it is not known.
        sightings: of one student; 0 for a class.
    """
    if math.isnan(facing):
        if sightings >= FACING_SIGHTINGS:
            return "not known of this student"
        return f"not known before {FACING_SIGHTINGS} sightings of a student"
    if facing >= 0.85:
        return "nearly all turned as usual"
    return "most turned as usual" if facing >= 0.6 else "many turned away"


def change(now: float, before: float) -> str:
    """How a valence compares with what it was; empty when that is not known."""
    if math.isnan(now) or math.isnan(before):
        return ""
    if abs(now - before) < 0.05:
        return "much as before"
    return "higher than before" if now > before else "lower than before"


def span(seconds: float) -> str:
    """A bin's length in words: "3 s", "minute", "2 minutes"."""
    if seconds < 60:
        return f"{seconds:g} s"
    return "minute" if seconds == 60 else f"{seconds / 60:g} minutes"
