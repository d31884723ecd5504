"""What a class looked like minute by minute, carried along while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.engagement import Floats, Ints
from monitor.minutes import MINUTE_S
from monitor.records import SessionData
from monitor.segments import between
from monitor.summaries import summarise_student_bins


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Every student over the whole minutes of a class that are over; m minutes.

    It can be carried from one look at a running class to the next, so that nobody has
    to load the class from its beginning again.

    Attributes:
        ids: (s,) the students' database ids.
        sightings: (s, m) faces seen.
        readings: (s, m) faces whose expression could be read.
        shares: (s, m, 7) mean probabilities, NaN where there is no reading.
    """

    ids: Ints
    sightings: Ints
    readings: Ints
    shares: Floats

    @property
    def minutes(self) -> int:
        """How many minutes it holds, from the session's start."""
        return int(self.readings.shape[1])

    @property
    def rows(self) -> dict[int, int]:
        """The row of each student, by database id."""
        return {id_: row for row, id_ in enumerate(self.ids.tolist())}

    def minutes_before(self, offset_s: float) -> int:
        """How many of its minutes were over at a time since the session's start."""
        return max(0, min(self.minutes, int(offset_s // MINUTE_S)))

    @classmethod
    def of(cls, data: SessionData) -> Past:
        """The minutes of a whole session, up to its last sample."""
        return cls._between(data, 0, int(data.end_s // MINUTE_S))

    def extended(self, data: SessionData) -> Past | None:
        """With the minutes that a session's last part adds.

        Args:
            data: the session's last minutes.

        Returns:
            None where they do not follow on these, or where a student of these is no
            more (taken for somebody else, or erased): then `of` begins anew.
        """
        ids = {student.id for student in data.students}
        if not ids.issuperset(self.ids.tolist()):
            return None
        end = int(data.end_s // MINUTE_S)
        if end <= self.minutes:
            return self._of_students(ids)
        begins_s = self.minutes * MINUTE_S + data.session.interval_s
        if data.samples.offset_s[0] > begins_s:
            return None
        added = Past._between(data, self.minutes, end)
        known = self._of_students(added.ids.tolist())
        return Past(
            known.ids,
            np.concatenate([known.sightings, added.sightings], axis=1),
            np.concatenate([known.readings, added.readings], axis=1),
            np.concatenate([known.shares, added.shares], axis=1),
        )

    @classmethod
    def _between(cls, data: SessionData, first: int, end: int) -> Past:
        part = between(data, first * MINUTE_S, end * MINUTE_S)
        series = summarise_student_bins(part, bin_s=MINUTE_S, from_s=first * MINUTE_S)
        # Nothing is known of the last minutes when no sample was taken in them.
        missing = ((0, 0), (0, end - first - len(series.starts_s)))
        return cls(
            series.ids,
            np.pad(series.sightings, missing),
            np.pad(series.readings, missing),
            np.pad(series.shares, (*missing, (0, 0)), constant_values=np.nan),
        )

    def _of_students(self, ids: Iterable[int]) -> Past:
        """The same for these students, those who are new among them without a look."""
        rows, wanted = self.rows, list(ids)
        row_of = np.array([rows.get(id_, -1) for id_ in wanted], np.int64)

        def picked(part: npt.NDArray[Any], nothing: float) -> npt.NDArray[Any]:
            # A row of nothing comes last: the one that -1 means.
            last = np.full((1, *part.shape[1:]), nothing, part.dtype)
            return np.append(part, last, axis=0)[row_of]

        return Past(
            np.array(wanted, np.int64),
            picked(self.sightings, 0),
            picked(self.readings, 0),
            picked(self.shares, np.nan),
        )
