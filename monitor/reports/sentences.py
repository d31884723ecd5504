"""A session in a few plain sentences, made of its numbers alone.

They speak of expressions that were seen, never of what somebody felt, and say how much
was read before anybody can lean on it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from monitor.moments import Moment
from monitor.prior import Shares
from monitor.records import (
    ALIVE,
    EMOTIONS,
    ClassMinutes,
    GapReason,
    Mode,
    SessionData,
)
from monitor.reports import formatting
from monitor.summaries import StudentSummary, summarise_students
from monitor.unread import unread
from monitor.words import CAPTION, by_share

FEW_READINGS = 20
"""Of fewer faces read, shares say nothing worth a sentence."""

_STEADY_FROM_S = 300.0
"""A class this long that shows no moment may be said to have changed little."""

_BECAUSE_S = 90.0
"""A change so soon after a marker is told together with it."""

_MARKER_CUT = 40


def summary_sentence(
    data: SessionData,
    whole: StudentSummary,
    changes: Sequence[Moment] = (),
    corrected: Shares | None = None,
) -> str:
    """How a class went: length, students, expressions, changes, what was not read.

    Args:
        data: the session, or as much of it as there is.
        whole: its class as one row, from `monitor.summaries.summarise_class`.
        changes: its moments, from `monitor.moments.moments`.
        corrected: the class's shares freed from the training data's balance; the
            largest is told with its interval.

    Returns:
        One to eight sentences on one line; the only free text is that of a marker.
    """
    nothing = _nothing(data, whole)
    if nothing:
        return nothing
    if data.session.mode is Mode.PRESENCE:
        return _joined(_opening(data), _presence(data), _gaps(data))
    if not whole.readings:
        return _joined(_opening(data), _nobody_read(data), _gaps(data))
    if whole.readings < FEW_READINGS:
        told = (
            f"Only {formatting.count(whole.readings, 'reading')} could be made: too "
            "few to say how the class looked."
        )
        return _joined(_opening(data), told, _gaps(data))
    return _joined(
        _opening(data),
        _seen_most(whole, corrected, data.session.expressions),
        _changed(data, changes),
        _coverage(data, whole),
        _gaps(data),
    )


def change_words(moment: Moment) -> str:
    """What changed at a moment: "smiling rose from 15% to 43%"."""
    verb = "rose" if moment.after > moment.before else "fell"
    return (
        f"{CAPTION[moment.expression]} {verb} from {formatting.share(moment.before)} "
        f"to {formatting.share(moment.after)}"
    )


def _nothing(data: SessionData, whole: StudentSummary) -> str:
    """What is said of a session in which nobody was seen; "" of another."""
    if data.minutes is not None:
        return _joined(
            _kept(data, data.minutes), *_of_minutes(whole, data.session.expressions)
        )
    if not len(data.samples):
        if _is_alive(data):
            return "The class has not been looked at yet."
        return "This class ended before the first look at it."
    length = _length(data)
    if not len(data.observations):
        return _joined(f"No face was seen in {length}.", _gaps(data))
    if not whole.samples:
        return _joined(
            "Faces were seen only while the picture stood still or the gallery was "
            "covered, so nothing can be said of this class.",
            _gaps(data),
        )
    return ""


def _kept(data: SessionData, stored: ClassMinutes) -> str:
    """What there is of a class that keeps nothing of its students any more."""
    said = "Of this class only totals by the minute are kept"
    if data.session.purged:
        said = (
            "What was kept of this class's students has been deleted; totals by the "
            "minute are left"
        )
    if not len(stored):
        return f"{said}, and no minute had the five faces that they take."
    length = end = float(stored.minute[-1] + stored.minutes[-1])
    row = data.session
    if row.ended_at is not None:  # its last minutes may have had too few faces
        length = (row.ended_at - row.started_at).total_seconds() / 60
    # The minute in which a class ends is stored as a whole one, and was none.
    kept = float(stored.minutes.sum()) - max(end - length, 0.0)
    return f"{said}: of {formatting.minutes(kept)} of its {formatting.minutes(length)}."


def _of_minutes(whole: StudentSummary, expressions: Collection[str]) -> list[str]:
    if not whole.readings:
        return []
    coverage = f"Coverage was {formatting.share(whole.coverage)}."
    return [_seen_most(whole, None, expressions), coverage]


def _opening(data: SessionData) -> str:
    seen = len(np.unique(data.observations.student))
    if data.session.mode is Mode.CLASS:
        seen = data.session.students
    verb = "was" if seen == 1 else "were"
    so_far = "So far " if _is_alive(data) else ""
    said = f"{so_far}{formatting.count(seen, 'student')} {verb} seen in {_length(data)}"
    missing = len(data.students) - seen
    if missing > 0 and data.session.mode is not Mode.CLASS:
        said += f"; {missing} more {'was' if missing == 1 else 'were'} not"
    return f"{said}."


def _presence(data: SessionData) -> str:
    present = [s.present_minutes for s in summarise_students(data) if s.samples]
    mean = formatting.minutes(sum(present) / len(present))
    who = "They were" if len(present) == 1 else "On average each was"
    return f"{who} in view for {mean}. No expressions were read: presence only."


def _nobody_read(data: SessionData) -> str:
    """What is said of faces of which none was read."""
    found = unread(data)
    faces = formatting.count(found.asked, "face")
    said = f"None of the {faces} could be read"
    if not found.asked:
        said = "Nobody who was seen had agreed to be read"
    elif found.asked == 1:
        said = "The one face could not be read"
    return f"{said}, so nothing can be said of expressions."


def _seen_most(
    whole: StudentSummary, corrected: Shares | None, expressions: Collection[str]
) -> str:
    """The two largest shares, and the largest one when they are corrected."""
    (first, most), (second, less) = by_share(whole.shares, expressions)[:2]
    told = (
        f"The expression seen most was {CAPTION[first]} "
        f"({formatting.share(most)} of what was read), then "
        f"{CAPTION[second]} ({formatting.share(less)})."
    )
    if corrected is None or np.isnan(corrected.mean).any():
        return told
    largest = int(np.argmax(corrected.mean))
    mean, low, high = (
        formatting.share(float(ends[largest]))
        for ends in (corrected.mean, corrected.low, corrected.high)
    )
    return (
        f"{told} Corrected for the faces that the network learned from, "
        f"{CAPTION[EMOTIONS[largest]]} has about {mean}, between {low} and {high}."
    )


def _changed(data: SessionData, changes: Sequence[Moment]) -> str:
    """The largest change, and how many others there were."""
    if not changes:
        long = data.end_s >= _STEADY_FROM_S
        return "No change stood out from the usual ups and downs." if long else ""
    largest = max(changes, key=lambda moment: abs(moment.after - moment.before))
    told = (
        f"It changed most {formatting.into_class(largest.at_s)} minutes into class"
        f"{_marked(data, largest)}: {change_words(largest)}"
    )
    others = [
        formatting.into_class(moment.at_s) for moment in changes if moment != largest
    ]
    return f"{told}; also at {' and '.join(others)}." if others else f"{told}."


def _marked(data: SessionData, moment: Moment) -> str:
    """The marker that a change came right after, in words; "" without one."""
    near = [
        marker.text
        for marker in data.markers
        if 0 <= moment.at_s - marker.offset_s <= _BECAUSE_S
    ]
    if not near:
        return ""
    text = near[-1] if len(near[-1]) <= _MARKER_CUT else f"{near[-1][:_MARKER_CUT]}…"
    # Isolated, so that a marker written from right to left turns nothing around.
    return f", soon after “\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}”"


def _coverage(data: SessionData, whole: StudentSummary) -> str:
    told = f"Coverage was {formatting.share(whole.coverage)}"
    found = unread(data)
    kind = "face of those who agreed" if found.no_consent else "face seen"
    if not found.unreadable:
        return f"{told}; every {kind} could be read."
    verb = "was" if found.unreadable == 1 else "were"
    faces = "faces of those who agreed" if found.no_consent else "faces"
    return (
        f"{told}; {found.unreadable:,} of {found.asked:,} {faces} {verb} not readable."
    )


def _gaps(data: SessionData) -> str:
    found = unread(data)
    paused = found.gap_minutes.get(GapReason.PAUSED, 0.0)
    others = found.minutes - paused
    told = []
    if paused:
        told.append(f"For {formatting.minutes(paused)} the class was paused.")
    if others:
        told.append(f"For {formatting.minutes(others)} there was no class to look at.")
    return " ".join(told)


def _length(data: SessionData) -> str:
    return formatting.minutes(data.end_s / 60)


def _is_alive(data: SessionData) -> bool:
    return data.session.status in ALIVE


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
