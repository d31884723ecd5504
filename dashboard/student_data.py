"""One student: the part of a class that is theirs, and their classes of a course.

Nobody is set beside another: every number is of this student alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dashboard.data import View, choose_bin
from dashboard.figures.gaps import MISSED, Gap, find_gaps
from dashboard.stores import own_weights
from dashboard.words import AWAY, SEEN
from monitor.engagement import IndexWeights
from monitor.presence import away_minutes
from monitor.records import (
    AbsenceReason,
    Mode,
    SessionData,
    SessionRow,
    StudentRow,
)
from monitor.store.store import Store
from monitor.summaries import StudentSummary, summarise_students


class Band(NamedTuple):
    """A stretch in seconds since the start: seen, or away and why."""

    from_s: float
    to_s: float
    kind: str
    caption: str


class Student(NamedTuple):
    """What the student's page shows of one class.

    Attributes:
        row: id and name.
        view: the class as if this student had been alone in it.
        weights: of the engagement index.
        summary: the student's numbers over the class.
        away: minutes not seen, by reason.
        bands: when the student was seen or away, in time order.
        gaps: when the class itself was not watched.
    """

    row: StudentRow
    view: View
    weights: IndexWeights
    summary: StudentSummary
    away: dict[AbsenceReason, float]
    bands: tuple[Band, ...]
    gaps: tuple[Gap, ...]

    @property
    def session(self) -> SessionRow:
        """The class."""
        return self.view.data.session

    @property
    def refused(self) -> bool:
        """Whether the student was seen, in a class that is read, and never to be."""
        presence = self.session.mode is Mode.PRESENCE
        return bool(self.summary.samples) and not self.summary.asked and not presence

    @property
    def reads(self) -> bool:
        """Whether there are expressions of the student to draw."""
        return self.session.mode is not Mode.PRESENCE and not self.refused


class Attended(NamedTuple):
    """A class of the course in which the person was, and their numbers in it."""

    session: SessionRow
    student_id: int
    summary: StudentSummary


def load_student(store: Store, session: SessionRow, student_id: str) -> Student | None:
    """A student of a class; None when there is none of that number (any more).

    Args:
        store: where it is.
        session: the class.
        student_id: as the address has it.

    Raises:
        StoreError: the database cannot be read.
    """
    data = store.load(session.id)
    rows = [row for row in data.students if str(row.id) == student_id]
    if not rows:
        return None
    mine = only(data, rows[0])
    weights = own_weights(store)
    to_s = data.end_s or session.interval_s
    bin_s = choose_bin(to_s, session.interval_s)
    gaps = find_gaps(data.samples, session.interval_s)
    return Student(
        row=rows[0],
        view=View(mine, 0.0, to_s, bin_s),
        weights=weights,
        summary=summarise_students(mine, weights)[0],
        away=away_minutes(mine)[rows[0].id],
        bands=tuple(sorted([*_seen(mine), *_away(mine)])),
        gaps=tuple(gaps),
    )


def only(data: SessionData, student: StudentRow) -> SessionData:
    """A class as if one student had been alone in it."""
    seen = data.observations
    return replace(
        data,
        students=(student,),
        observations=seen.pick(seen.student == student.id),
        absences=tuple(a for a in data.absences if a.student == student.id),
    )


def load_career(store: Store, session: SessionRow, student_id: int) -> list[Attended]:
    """The person's classes of the course, oldest first; this one among them.

    Raises:
        StoreError: the database cannot be read.
        UsageError: the class has no such student any more.
    """
    attended = []
    weights = own_weights(store)
    for other, number in store.career(session.id, student_id):
        data = store.load(other.id)
        rows = [row for row in data.students if row.id == number]
        if rows:
            summary = summarise_students(only(data, rows[0]), weights)[0]
            attended.append(Attended(other, number, summary))
    return attended


def _seen(data: SessionData) -> list[Band]:
    """Runs of sightings; one late sample or one unseen look does not part them."""
    interval_s = data.session.interval_s
    times = data.samples.offset_s[np.unique(data.observations.sample)]
    if not len(times):
        return []
    parted = np.flatnonzero(np.diff(times) > MISSED * interval_s)
    firsts = times[np.concatenate([[0], parted + 1])]
    lasts = times[np.concatenate([parted, [len(times) - 1]])]
    return [
        Band(float(first), float(last) + interval_s, "seen", SEEN)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _away(data: SessionData) -> list[Band]:
    return [
        Band(absence.from_s, absence.to_s, str(absence.reason), AWAY[absence.reason])
        for absence in data.absences
        if absence.to_s > absence.from_s
    ]


def band_at(bands: Sequence[Band], gaps: Sequence[Gap], at_s: float) -> str:
    """What a student's stretch of time is called; "not seen" where nothing says."""
    for gap in gaps:
        if gap.from_s <= at_s < gap.to_s:
            return gap.reason
    for band in bands:
        if band.from_s <= at_s < band.to_s:
            return band.caption
    return "not seen"
