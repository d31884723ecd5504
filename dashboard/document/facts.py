"""What the report is made of: a session loaded once, summed up once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dashboard.data import Glance, View, glance_back, view_of
from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.moments import Moment, moments
from monitor.prior import Shares, class_shares
from monitor.records import Mode, SessionData, SessionRow
from monitor.segments import Segment, segments
from monitor.summaries import StudentSummary, summarise_class, summarise_students
from monitor.unread import Unread, unread


class Facts(NamedTuple):
    """One class, whole: of a running one all that was seen so far.

    Attributes:
        view: the session's data, students in name order, with the charts' bins.
        weights: of the engagement index.
        whole: the class as one row.
        students: a row a student, in name order.
        changes: the moments at which the class changed most.
        stretches: the class between its markers.
        corrected: the class's shares freed from the training data's balance, where
            that is known.
        missing: what could not be read.
    """

    view: View
    weights: IndexWeights
    whole: StudentSummary
    students: Sequence[StudentSummary]
    changes: Sequence[Moment]
    stretches: Sequence[Segment]
    corrected: Shares | None
    missing: Unread

    @property
    def data(self) -> SessionData:
        """The session's data."""
        return self.view.data

    @property
    def session(self) -> SessionRow:
        """Whose report it is."""
        return self.view.data.session

    @property
    def reads(self) -> bool:
        """Whether expressions are read in this class at all."""
        return self.session.mode is not Mode.PRESENCE

    @property
    def has_readings(self) -> bool:
        """Whether any expression was read that can be trusted."""
        return self.reads and self.whole.readings > 0

    @property
    def has_students(self) -> bool:
        """Whether there is somebody to tell of by name."""
        return self.session.mode is not Mode.CLASS and len(self.students) > 0

    @property
    def glance(self) -> Glance:
        """The class over the whole session."""
        return glance_back(self.data, self.whole)


def gather(data: SessionData, weights: IndexWeights = INDEX_WEIGHTS) -> Facts:
    """Sum a whole session up."""
    view = view_of(data)
    data = view.data
    return Facts(
        view=view,
        weights=weights,
        whole=summarise_class(data, weights),
        students=summarise_students(data, weights),
        changes=moments(data),
        stretches=segments(data, weights),
        corrected=class_shares(data),
        missing=unread(data),
    )


def of_students(view: View, ids: Sequence[int]) -> View:
    """The same view of some of the students."""
    seen = view.data.observations
    kept = [student for student in view.data.students if student.id in set(ids)]
    return view._replace(
        data=replace(
            view.data,
            students=tuple(kept),
            observations=seen.pick(np.isin(seen.student, list(ids))),
        )
    )
