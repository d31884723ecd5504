"""The words of the contract: expressions, and the states that things can be in.

Apart from the records, so that a command which looks at no picture loads no arrays.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from enum import StrEnum

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""FER2013's seven expressions, in the order used everywhere."""

CAPTION = {
    "angry": "frowning",
    "disgust": "grimacing",
    "fear": "fearful",
    "happy": "smiling",
    "sad": "downcast",
    "surprise": "surprised",
    "neutral": "neutral",
}
"""How an expression is named where people read it: a look, not a feeling."""

PROBABILITY_UNITS = 10_000
"""Stored probabilities are integers in ten-thousandths."""


class Status(StrEnum):
    """What became of one sighting."""

    READ = "read"
    UNREADABLE = "unreadable"
    NO_CONSENT = "no_consent"
    PRESENT = "present"


class SessionStatus(StrEnum):
    """Where a session stands."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class RequestKind(StrEnum):
    """What the dashboard may ask of a running agent."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class Mode(StrEnum):
    """How much of the class is kept (see the README on privacy)."""

    STUDENT = "student"
    CLASS = "class"
    PRESENCE = "presence"


class GapReason(StrEnum):
    """Why a stretch of a session holds no readings to trust."""

    SOURCE_LOST = "source_lost"
    COVERED = "covered"
    BLACK = "black"
    FROZEN = "frozen"
    PAUSED = "paused"


class AbsenceReason(StrEnum):
    """Why a student was not seen for a while."""

    CAMERA_OFF = "camera_off"
    OFF_PAGE = "off_page"
    LEFT = "left"


ALIVE = frozenset({SessionStatus.RUNNING, SessionStatus.PAUSED})
"""What a session is while it is being recorded."""

NOT_LOOKED = frozenset({GapReason.SOURCE_LOST, GapReason.PAUSED})
"""Gaps at which nobody looked: such a row marks a time, it is no sample."""

NOT_TRUSTED = frozenset({GapReason.BLACK, GapReason.FROZEN, GapReason.COVERED})
"""Gaps at which somebody looked, but what was seen is no class to sum up."""

STATUS_CODES = {status: code for code, status in enumerate(Status)}
"""`Status` as small integers, for columns and for the database."""


def shares_told(
    shares: Iterable[float], expressions: Container[str]
) -> dict[str, float]:
    """Shares by name, of those expressions alone that the network can tell.

    Args:
        shares: seven, in the order of `EMOTIONS`.
        expressions: those that the network can tell; of the others nothing is known.
    """
    return {
        name: share
        for name, share in zip(EMOTIONS, shares, strict=True)
        if name in expressions
    }


def by_share(
    shares: Iterable[float], expressions: Container[str]
) -> list[tuple[str, float]]:
    """Expressions with their shares, the largest first.

    Args:
        shares: as for `shares_told`, none of them NaN.
        expressions: as there.
    """
    told = shares_told(shares, expressions)
    return sorted(told.items(), key=lambda pair: -pair[1])
