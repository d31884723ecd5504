"""How long students were away and why, and who was seen beside whom.

Pure functions that lists, report and pages share.
"""

from __future__ import annotations

import numpy as np

from monitor.records import AbsenceReason, Observations, SessionData


def away_minutes(data: SessionData) -> dict[int, dict[AbsenceReason, float]]:
    """Minutes that each student was not seen, by reason; 0 where there were none.

    They are counted as minutes present are, samples x interval / 60, so that both
    together are never more than the class. A sample that the source did not give, or
    that shows no class, counts for neither.

    Returns:
        By the student's database id, for everybody in ``data.students``.
    """
    offsets = data.samples.offset_s
    looked = np.array([gap is None for gap in data.samples.gap], dtype=np.bool_)
    found = {s.id: dict.fromkeys(AbsenceReason, 0.0) for s in data.students}
    for absence in data.absences:
        first, last = np.searchsorted(offsets, (absence.from_s, absence.to_s))
        minutes = int(looked[first:last].sum()) * data.session.interval_s / 60
        found[absence.student][absence.reason] += minutes
    return found


def seen_together(seen: Observations, one: int, other: int) -> int:
    """In how many samples two students, by database id, were both seen."""
    samples = [seen.sample[seen.student == student] for student in (one, other)]
    return len(np.intersect1d(*samples))
