"""What the report on one class is made of: loaded once, summed up once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dashboard.data import Glance, View, load_view
from monitor.records import Mode, SessionRow
from monitor.store.store import Store
from monitor.summaries import StudentSummary, summarise_class, summarise_students


class Report(NamedTuple):
    """One class, whole: of a running one all that was seen so far.

    Attributes:
        view: the session's data with the charts' bins.
        whole: the class as one row.
        students: a row a student, in name order.
    """

    view: View
    whole: StudentSummary
    students: tuple[StudentSummary, ...]

    @property
    def session(self) -> SessionRow:
        """Whose report it is."""
        return self.view.data.session

    @property
    def reads(self) -> bool:
        """Whether expressions are read in this class at all."""
        return self.session.mode is not Mode.PRESENCE

    @property
    def glance(self) -> Glance:
        """The class over the whole session."""
        seen = len(np.unique(self.view.data.observations.student))
        return Glance(seen, seen, self.whole, None, is_live=False)


def load_report(store: Store, session: SessionRow) -> Report:
    """Load and sum up a session.

    Raises:
        StoreError: the database cannot be read, or the session is gone.
    """
    view = load_view(store, session, whole=True)
    return Report(
        view, summarise_class(view.data), tuple(summarise_students(view.data))
    )
