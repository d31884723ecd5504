"""What a teacher may want to be told while a class runs, gently and with the reason.

Pure: from a session's last minutes to at most one signal of each kind. Nobody is named.

**The mood has fallen**: the valence of the last two minutes against the five before
them, each student with themselves, then the mean over the students (somebody who comes
or goes changes nothing). It is told when the mean has fallen by `LEAST_FALL` or more,
when chance hardly makes such a fall, and when each of the two minutes lies lower.

**Many cannot be read**: of the students seen in the last minute, `MANY` or more were
not readable in most of their looks.

**The picture**: the last sample was marked as frozen, covered, black or lost.

**Late**: in two minutes many looks were dropped because the computer was busy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from monitor.engagement import Floats, valence
from monitor.records import (
    NOT_TRUSTED,
    GapReason,
    Mode,
    SessionData,
)
from monitor.segments import between
from monitor.summaries import summarise_class

FALL_S = 120.0
BEFORE_S = 300.0
LEAST_FALL = 0.08
"""Of valence in [-1, 1]: a tenth of the class from smiling to neutral."""

FEWEST = 5
"""Students who can be compared: of fewer, a mean tells of single ones."""

MANY = 0.4
LATE_SHARE = 0.2
LEAST_LATE = 3

_READINGS = 5
_WITHIN_90_PER_CENT = 1.645
SURE = 2.5
"""Standard errors that a fall must exceed: it is looked for at every sample."""

_PICTURE = NOT_TRUSTED | {GapReason.SOURCE_LOST}


class SignalKind(StrEnum):
    """What there may be to tell."""

    MOOD = "mood"
    UNREADABLE = "unreadable"
    FROZEN = "frozen"
    COVERED = "covered"
    BLACK = "black"
    SOURCE_LOST = "source_lost"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to tell, and the numbers that are its reason.

    Attributes:
        kind: what.
        from_s, to_s: the time that it is about, seconds since the session's start.
        part, whole: of how many it holds, and of how many it could: students who were
            compared and seen (mood), students (unreadable), looks (late).
        before, now: valence in [-1, 1] (mood).
        low, high: valence has changed by something between them nine times of ten.
        coverage: of the time, in [0, 1]; NaN for what is no mean.
    """

    kind: SignalKind
    from_s: float
    to_s: float
    part: int = 0
    whole: int = 0
    before: float = float("nan")
    now: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    coverage: float = float("nan")


def signals(data: SessionData) -> tuple[Signal, ...]:
    """What is to be told at a session's last sample.

    Args:
        data: the session, or its last part, of seven minutes or more.
    """
    if not len(data.samples):
        return ()
    found = [_picture(data), _late(data)]
    if data.session.mode is not Mode.PRESENCE:
        # A picture that cannot be trusted tells nothing of faces.
        if found[0] is None:
            found.append(_unreadable(data))
        found.append(_mood(data))
    return tuple(signal for signal in found if signal is not None)


def _picture(data: SessionData) -> Signal | None:
    """The last samples' gap, since it began."""
    last = data.samples.gap[-1]
    if last not in _PICTURE:
        return None
    gaps = data.samples.gap
    first = len(gaps)
    while first and gaps[first - 1] is last:
        first -= 1
    begun = float(data.samples.offset_s[first])
    return Signal(SignalKind(last.value), begun, data.end_s)


def _late(data: SessionData) -> Signal | None:
    """Looks that were dropped: numbers that are missing, pauses aside."""
    end = data.end_s
    part = between(data, end - FALL_S).samples
    steps = np.diff(part.index) - 1
    paused = np.array([gap is GapReason.PAUSED for gap in part.gap[:-1]], np.bool_)
    late = int(steps[~paused].sum())
    due = late + len(part)
    if late < LEAST_LATE or late < LATE_SHARE * due:
        return None
    return Signal(SignalKind.LATE, end - FALL_S, end, late, due)


def _unreadable(data: SessionData) -> Signal | None:
    """Students of the last minute whose face could mostly not be read."""
    end = data.end_s
    seen = between(data, end - 60.0).trusted
    counted = seen.is_asked
    students, row = np.unique(seen.student[counted], return_inverse=True)
    faces = np.bincount(row, minlength=len(students))
    read = np.bincount(row, seen.is_read[counted], minlength=len(students))
    hidden = int((2 * read < faces).sum())
    if hidden < max(MANY * len(students), min(2, len(students)), 1):
        return None
    kind = SignalKind.UNREADABLE
    return Signal(kind, end - 60.0, end, part=hidden, whole=len(students))


def _mood(data: SessionData) -> Signal | None:
    """A fall of valence over two minutes that is larger than chance makes."""
    end = data.end_s
    start = end - FALL_S
    if data.samples.offset_s[0] > start - BEFORE_S / 2:
        return None
    ids = [student.id for student in data.students]
    before = _valences(between(data, start - BEFORE_S, start), ids)
    lately = between(data, start)
    now = _valences(lately, ids)
    both = ~np.isnan(before - now)
    students = int(both.sum())
    if students < FEWEST:
        return None
    change = (now - before)[both]
    error = float(change.std(ddof=1)) / students**0.5
    mean = float(change.mean())
    if mean > -LEAST_FALL or mean + SURE * error > 0:
        return None
    for half in (between(data, start, end - 60.0), between(data, end - 60.0)):
        fallen = _valences(half, ids, _READINGS // 2)[both] - before[both]
        if np.isnan(fallen).all() or np.nanmean(fallen) > -LEAST_FALL / 2:
            return None
    reach = _WITHIN_90_PER_CENT * error
    return Signal(
        SignalKind.MOOD,
        start,
        end,
        part=students,
        whole=len(np.unique(lately.observations.student)),
        before=float(before[both].mean()),
        now=float(now[both].mean()),
        low=mean - reach,
        high=mean + reach,
        coverage=summarise_class(lately).coverage,
    )


def _valences(data: SessionData, ids: list[int], least: int = _READINGS) -> Floats:
    """(s,) mean valence of each student; NaN with fewer than ``least`` readings."""
    seen = data.trusted
    read = seen.pick(seen.is_read)
    order = np.argsort(ids)
    row = order[np.searchsorted(ids, read.student, sorter=order)]
    # The mean of valences is the valence of the mean.
    sums = np.bincount(row, valence(read.probabilities), minlength=len(ids))
    counts = np.bincount(row, minlength=len(ids))
    return np.where(counts >= least, sums / np.maximum(counts, 1), np.nan)
