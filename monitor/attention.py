"""Students worth a look: whose face tells something that it did not tell before.

Each student is compared with nobody but themselves. Three things are told, and nothing
else; there is no score, and the order is that of the names:

**Changed**: for five minutes the expression has been another than the student's own
before. Every minute's mean shares are compared with the mean of all minutes before
those five, by half the sum of the differences (the share of looks that would have to
be another). Each of the five, one missing at most, must differ by more than
`LEAST_CHANGE` and by more than nine of ten of the minutes before did.

**Unreadable**: the face is seen and has hardly been readable for two minutes, and was
before.

**Camera off**: the camera went off after being on.

It is a reason to look at somebody, and says nothing about why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from monitor.engagement import Floats, Ints, dominant
from monitor.minutes import MINUTE_S
from monitor.past import Past
from monitor.records import NOT_LOOKED, AbsenceReason, Mode, SessionData
from monitor.segments import between
from monitor.summaries import summarise_student_bins

CHANGE_MINUTES = 5
"""So long an expression must have been another."""

LEAST_CHANGE = 0.25
"""Of the seven shares together: a quarter of the looks."""

USUAL_MINUTES = 5
"""Minutes with readings before which nobody's usual expression is known."""

UNREADABLE_MINUTES = 2
CAMERA_OFF_S = 30.0
"""A camera that blinks is no reason to look."""

_READINGS = 3
"""In a minute: fewer are no mean."""

_USUAL_SPREAD = 0.9
_HARDLY = 0.2
_MOSTLY = 0.6
"""Shares of faces read: unreadable now, readable before."""


class LookReason(StrEnum):
    """Why somebody is worth a look."""

    CHANGED = "changed"
    UNREADABLE = "unreadable"
    CAMERA_OFF = "camera_off"


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody who is worth a look.

    Attributes:
        student: the database id.
        name: as shown.
        reason: why.
        from_s, to_s: since when and until when, seconds since the session's start.
        coverage: readings over the samples of that time, in [0, 1].
        before: the expression with the largest share before; None but for `CHANGED`.
        now: since then; None but for `CHANGED`.
    """

    student: int
    name: str
    reason: LookReason
    from_s: float
    to_s: float
    coverage: float
    before: str | None = None
    now: str | None = None


def worth_a_look(data: SessionData, past: Past) -> list[Look]:
    """Who is worth a look at a session's last sample, in the order of its students.

    Args:
        data: the session, or its last part, of ten minutes or more.
        past: its minutes; students that it does not hold have no past.

    Returns:
        Each student at most once; nobody where no student may be named.
    """
    if data.session.mode is Mode.CLASS or not len(data.samples):
        return []
    off = _cameras_off(data)
    found: dict[int, Look] = {look.student: look for look in off}
    if data.session.mode is Mode.STUDENT:
        for look in (*_unreadable(data, past), *_changed(data, past)):
            found.setdefault(look.student, look)
    return [found[student.id] for student in data.students if student.id in found]


class _Now(NamedTuple):
    """The last minutes of a session, counted back from its last sample; k minutes.

    Attributes:
        from_s, to_s: their beginning and end.
        ids: (s,) the students.
        names: by the student's id.
        sightings, readings: (s, k).
        shares: (s, k, 7).
        looks: samples in which somebody looked.
    """

    from_s: float
    to_s: float
    ids: list[int]
    names: dict[int, str]
    sightings: Ints
    readings: Ints
    shares: Floats
    looks: int

    def look(self, row: int, reason: LookReason, **told: str | None) -> Look:
        """That a student is worth a look for these minutes."""
        return Look(
            student=self.ids[row],
            name=self.names[self.ids[row]],
            reason=reason,
            from_s=self.from_s,
            to_s=self.to_s,
            coverage=float(self.readings[row].sum()) / self.looks,
            **told,
        )


def _last_minutes(data: SessionData, minutes: int) -> _Now | None:
    """None where the session is shorter, or where nobody looked in one of them."""
    to_s = data.end_s
    from_s = to_s - minutes * MINUTE_S
    part = between(data, from_s)
    series = summarise_student_bins(part, bin_s=MINUTE_S, from_s=from_s)
    if data.samples.offset_s[0] > from_s or len(series.starts_s) < minutes:
        return None
    return _Now(
        from_s=from_s,
        to_s=to_s,
        ids=series.ids.tolist(),
        names={student.id: student.name for student in data.students},
        # A sample at the very end of a minute may begin another one.
        sightings=series.sightings[:, :minutes],
        readings=series.readings[:, :minutes],
        shares=series.shares[:, :minutes],
        looks=max(1, sum(gap not in NOT_LOOKED for gap in part.samples.gap)),
    )


def _changed(data: SessionData, past: Past) -> list[Look]:
    """Whose expression has been another than their own for five minutes."""
    now = _last_minutes(data, CHANGE_MINUTES)
    if now is None:
        return []
    before, over = past.rows, past.minutes_before(now.from_s)
    found = []
    for row, id_ in enumerate(now.ids):
        read = now.readings[row] >= _READINGS
        if id_ not in before or read.sum() < CHANGE_MINUTES - 1:
            continue
        known = past.readings[before[id_], :over] >= _READINGS
        if known.sum() < USUAL_MINUTES:
            continue
        minutes = past.shares[before[id_], :over][known]
        usual = minutes.mean(axis=0)
        lately = now.shares[row][read]
        least = float(_distance(lately, usual).min())
        if least > LEAST_CHANGE and least > _spread(minutes, usual):
            words = {"before": dominant(usual), "now": dominant(lately.mean(axis=0))}
            found.append(now.look(row, LookReason.CHANGED, **words))
    return found


def _spread(minutes: Floats, usual: Floats) -> float:
    """How far nine of ten minutes lie from the usual at the most."""
    return float(np.quantile(_distance(minutes, usual), _USUAL_SPREAD))


def _distance(shares: Floats, usual: Floats) -> Floats:
    """(n,) half the sum of differences of (n, 7) shares and (7,) others, in [0, 1]."""
    return np.asarray(np.abs(shares - usual).sum(axis=1) / 2)


def _unreadable(data: SessionData, past: Past) -> list[Look]:
    """Whose face is seen and can hardly be read any more."""
    now = _last_minutes(data, UNREADABLE_MINUTES)
    if now is None:
        return []
    before, over = past.rows, past.minutes_before(now.from_s)
    found = []
    for row, id_ in enumerate(now.ids):
        seen, read = now.sightings[row], now.readings[row]
        hardly = (read <= _HARDLY * seen).all() and (seen > 0).all()
        if id_ not in before or not hardly or 2 * seen.sum() < now.looks:
            continue
        seen, read = past.sightings[before[id_]], past.readings[before[id_]]
        begun = over
        while begun and read[begun - 1] <= _HARDLY * seen[begun - 1]:
            begun -= 1
        then = slice(max(0, begun - USUAL_MINUTES), begun)
        if not begun or read[then].sum() < _MOSTLY * seen[then].sum():
            continue
        look = now.look(row, LookReason.UNREADABLE)
        looks = now.looks + (over - begun) * MINUTE_S / data.session.interval_s
        readings = look.coverage * now.looks + float(read[begun:over].sum())
        from_s = begun * MINUTE_S if begun < over else now.from_s
        found.append(replace(look, from_s=from_s, coverage=readings / looks))
    return found


def _cameras_off(data: SessionData) -> list[Look]:
    """Whose camera went off and still is."""
    names = {student.id: student.name for student in data.students}
    end = data.end_s
    return [
        Look(
            student=absence.student,
            name=names[absence.student],
            reason=LookReason.CAMERA_OFF,
            from_s=absence.from_s,
            to_s=absence.to_s,
            coverage=0.0,
        )
        for absence in data.absences
        if absence.reason is AbsenceReason.CAMERA_OFF
        and absence.to_s >= end
        and absence.to_s - absence.from_s >= CAMERA_OFF_S
        and absence.student in names
    ]
