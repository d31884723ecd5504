"""What the report's page is made of: a class summed up once, and who is who in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dashboard.data import View
from dashboard.document.facts import Facts, gather
from dashboard.stores import usable_settings
from monitor.identity.pairs import maybe_same
from monitor.presence import away_minutes
from monitor.records import STATUS_CODES, AbsenceReason, SessionRow, Status
from monitor.reports.formatting import by_name
from monitor.store.store import Corrected, Person, Store


class Report(NamedTuple):
    """One class, whole: of a running one all that was seen so far.

    Attributes:
        facts: the class in numbers, as the file that is handed on has them.
        trouble: why the usual weights stand in for the teacher's own; "" otherwise.
        away: minutes not seen by reason, by the student's id.
        who: who is who.
    """

    facts: Facts
    trouble: str
    away: dict[int, dict[AbsenceReason, float]]
    who: Who

    @property
    def view(self) -> View:
        """The session's data with the charts' bins."""
        return self.facts.view

    @property
    def session(self) -> SessionRow:
        """Whose report it is."""
        return self.facts.session

    @property
    def reads(self) -> bool:
        """Whether expressions are read in this class at all."""
        return self.facts.reads

    @property
    def has_totals(self) -> bool:
        """Whether there is anything to say of the class."""
        if self.only_totals:
            return self.facts.whole.samples > 0
        return len(self.facts.data.observations) > 0

    @property
    def only_totals(self) -> bool:
        """Whether nothing is kept of single students, or nothing any more."""
        return self.facts.data.minutes is not None

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
    settings, trouble = usable_settings(store)
    facts = gather(store.load(session.id), settings.weights)
    return Report(facts, trouble, away_minutes(facts.data), _who(store, facts))


def _who(store: Store, facts: Facts) -> Who:
    session_id = facts.session.id
    people = sorted(store.people(session_id), key=lambda person: by_name(person.name))
    counted = {person.name: person for person in people if not person.ignored}
    ids = {name: person.id for name, person in counted.items()}
    pairs = maybe_same(ids, facts.data.observations)
    return Who(
        people=tuple(people),
        alike=tuple((counted[one], counted[other]) for one, other in pairs),
        corrections=tuple(reversed(store.corrections(session_id))),
    )
