"""What the report on one class is made of: loaded once, summed up once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dashboard.data import Glance, View, load_view
from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.errors import SettingsError
from monitor.identity.pairs import maybe_same
from monitor.moments import Moment, moments
from monitor.presence import away_minutes
from monitor.prior import Shares, class_shares
from monitor.records import STATUS_CODES, AbsenceReason, Mode, SessionRow, Status
from monitor.reports.formatting import by_name
from monitor.segments import Segment, segments
from monitor.store.store import Corrected, Person, Store
from monitor.summaries import StudentSummary, summarise_class, summarise_students
from monitor.unread import Unread, unread


class Report(NamedTuple):
    """One class, whole: of a running one all that was seen so far.

    Attributes:
        view: the session's data with the charts' bins.
        weights: of the engagement index.
        trouble: why the usual weights stand in for the teacher's own; "" otherwise.
        whole: the class as one row.
        corrected: its shares freed from the training data's balance, where known.
        students: a row a student, in name order.
        changes: the moments at which the class changed most.
        parts: the class between its markers.
        unread: what could not be read.
        away: minutes not seen by reason, by the student's id.
        who: who is who.
    """

    view: View
    weights: IndexWeights
    trouble: str
    whole: StudentSummary
    corrected: Shares | None
    students: tuple[StudentSummary, ...]
    changes: tuple[Moment, ...]
    parts: tuple[Segment, ...]
    unread: Unread
    away: dict[int, dict[AbsenceReason, float]]
    who: Who

    @property
    def session(self) -> SessionRow:
        """Whose report it is."""
        return self.view.data.session

    @property
    def reads(self) -> bool:
        """Whether expressions are read in this class at all."""
        return self.session.mode is not Mode.PRESENCE

    @property
    def names_students(self) -> bool:
        """Whether there is anything to say of single students."""
        return self.session.mode is not Mode.CLASS and bool(self.students)

    @property
    def face_heights(self) -> FaceHeights | None:
        """Of faces that could be read and not; None where either is missing."""
        seen = self.view.data.observations
        heights = seen.xyxy[:, 3] - seen.xyxy[:, 1]
        unreadable = seen.status == STATUS_CODES[Status.UNREADABLE]
        if not (unreadable.any() and seen.is_read.any()):
            return None
        return FaceHeights(
            float(np.median(heights[seen.is_read])),
            float(np.median(heights[unreadable])),
        )

    @property
    def glance(self) -> Glance:
        """The class over the whole session."""
        seen = len(np.unique(self.view.data.observations.student))
        return Glance(seen, seen, self.whole, None, is_live=False)


class FaceHeights(NamedTuple):
    """Median heights in pixels of the captured frame."""

    read: float
    unreadable: float


class Who(NamedTuple):
    """Who is who, and what was corrected.

    Attributes:
        people: in name order, those who are left out too.
        alike: pairs that may be one person.
        corrections: what can be taken back, the last one first.
    """

    people: tuple[Person, ...]
    alike: tuple[tuple[Person, Person], ...]
    corrections: tuple[Corrected, ...]


def load_report(store: Store, session: SessionRow) -> Report:
    """Load and sum up a session.

    Raises:
        StoreError: the database cannot be read, or the session is gone.
    """
    view = load_view(store, session, whole=True)
    data = view.data
    weights, trouble = own_weights(store)
    return Report(
        view=view,
        weights=weights,
        trouble=trouble,
        whole=summarise_class(data, weights),
        corrected=class_shares(data),
        students=tuple(summarise_students(data, weights)),
        changes=tuple(moments(data)),
        parts=tuple(segments(data, weights)),
        unread=unread(data),
        away=away_minutes(data),
        who=_who(store, view),
    )


def own_weights(store: Store) -> tuple[IndexWeights, str]:
    """The engagement index's weights as set; the usual ones, and why, otherwise."""
    try:
        return store.settings().weights, ""
    except SettingsError as error:
        return INDEX_WEIGHTS, str(error)


def _who(store: Store, view: View) -> Who:
    session_id = view.data.session.id
    people = sorted(store.people(session_id), key=lambda person: by_name(person.name))
    counted = {person.name: person for person in people if not person.ignored}
    ids = {name: person.id for name, person in counted.items()}
    pairs = maybe_same(ids, view.data.observations)
    return Who(
        people=tuple(people),
        alike=tuple((counted[one], counted[other]) for one, other in pairs),
        corrections=tuple(reversed(store.corrections(session_id))),
    )
