"""What is stored of a session, as reports and pages read it: columns, no pixels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
import numpy.typing as npt

from monitor.words import (
    EMOTIONS,
    NOT_TRUSTED,
    STATUS_CODES,
    AbsenceReason,
    GapReason,
    Mode,
    SessionStatus,
    Status,
)

_UNREADABLE = STATUS_CODES[Status.UNREADABLE]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as lists and page heads show it. Times are aware UTC.

    ``students`` counts those who were seen, each person once.

    Attributes:
        stored_at: when it was begun to be stored: what retention counts from.
        index_version: of the engagement index; 0 for weights of the teacher's own.
        prior: class shares that the network's probabilities were calibrated under, in
            the order of `EMOTIONS`; None where that is not known.
        expressions: those of `EMOTIONS` that the network can tell. Of the others
            nothing is known: their probabilities are 0 for want of a better number.
        purged: the rows of its students have gone, only minutes of the class are left.
    """

    id: int
    title: str
    course: str | None
    source: str
    mode: Mode
    status: SessionStatus
    interval_s: float
    model: str
    started_at: datetime
    ended_at: datetime | None
    stored_at: datetime
    samples: int
    late: int
    lost: int
    students: int
    index_version: int = 1
    prior: tuple[float, ...] | None = None
    expressions: tuple[str, ...] = EMOTIONS
    purged: bool = False


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A student of a session: database id and display name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch in which a student was not seen, and why.

    Attributes:
        student: the student's database id.
        from_s: seconds from the session's start to the first sample without them.
        to_s: to the sample that showed them again, else to the session's last one.
    """

    student: int
    from_s: float
    to_s: float
    reason: AbsenceReason


@dataclass(frozen=True, slots=True)
class Marker:
    """A note in the lecture ("quiz"), seconds since the session's start.

    ``id`` is what takes it away again, 0 of one that is not stored.
    """

    offset_s: float
    text: str
    id: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A session's samples, a column each, in time order; n samples.

    Attributes:
        index: (n,) int32, the sample's number within the session.
        offset_s: (n,) float64, seconds since the session's start.
        gap: (n,) object: a `GapReason` or None.
        left_out: (n,) int32, faces that were pictures on a shared slide.
    """

    index: npt.NDArray[np.int32]
    offset_s: npt.NDArray[np.float64]
    gap: tuple[GapReason | None, ...]
    left_out: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.index)

    @property
    def is_trusted(self) -> npt.NDArray[np.bool_]:
        """(n,) True where what was seen may be summed up."""
        return np.array([gap not in NOT_TRUSTED for gap in self.gap], np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """A session's sightings, a column each, ordered by sample, then student; m rows.

    Attributes:
        sample: (m,) int32, row number into `Samples` (not the sample's index).
        student: (m,) int32, the student's database id.
        status: (m,) uint8, position in ``tuple(Status)``.
        probabilities: (m, 7) float64 in [0, 1], columns in the order of `EMOTIONS`;
            NaN where the status is not read.
        facing: (m,) float64: 1, 0 or NaN (not known).
        xyxy: (m, 4) int32, the face's box in pixels of the captured frame.
        yaw: (m,) float64, whole degrees in [-90, 90] as in `HeadPose`; NaN not known.
        pitch: (m,) float64, likewise.
        shared: (m,) bool, the face shares its tile with another one.
    """

    sample: npt.NDArray[np.int32]
    student: npt.NDArray[np.int32]
    status: npt.NDArray[np.uint8]
    probabilities: npt.NDArray[np.float64]
    facing: npt.NDArray[np.float64]
    xyxy: npt.NDArray[np.int32]
    yaw: npt.NDArray[np.float64]
    pitch: npt.NDArray[np.float64]
    shared: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        _check_columns(self, len(self.sample), probabilities=len(EMOTIONS), xyxy=4)

    def __len__(self) -> int:
        return len(self.sample)

    def pick(
        self, rows: slice | npt.NDArray[np.bool_] | npt.NDArray[np.intp]
    ) -> Observations:
        """Some of the rows: a slice, a mask (m,), or row numbers in their order."""
        return Observations(
            **{part.name: getattr(self, part.name)[rows] for part in fields(self)}
        )

    @property
    def is_read(self) -> npt.NDArray[np.bool_]:
        """(m,) True where the expression could be read."""
        return np.asarray(self.status == STATUS_CODES[Status.READ])

    @property
    def is_asked(self) -> npt.NDArray[np.bool_]:
        """(m,) True where it was to be read: neither presence nor without consent."""
        return np.asarray(self.is_read | (self.status == _UNREADABLE))


@dataclass(frozen=True, slots=True, eq=False)
class ClassMinutes:
    """The class over stretches of minutes, a row each, in time order; m rows.

    A row is over at least five distinct faces; minutes with fewer have none.

    Attributes:
        minute: (m,) int64, the first minute, from the session's start.
        minutes: (m,) int64, how many minutes the row stands for, from 1.
        students: (m,) int64, students seen.
        samples: (m,) int64, samples taken.
        sightings: (m,) int64, faces seen.
        readings: (m,) int64, faces whose expression could be read.
        coverage: (m,) float64 in [0, 1]; NaN where not known, as what follows.
        shares: (m, 7) float64, mean probabilities in the order of `EMOTIONS`.
        facing: (m,) float64 in [0, 1].
        engagement: (m,) float64 in [0, 1].
    """

    minute: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.int64]
    students: npt.NDArray[np.int64]
    samples: npt.NDArray[np.int64]
    sightings: npt.NDArray[np.int64]
    readings: npt.NDArray[np.int64]
    coverage: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]
    facing: npt.NDArray[np.float64]
    engagement: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        _check_columns(self, len(self.minute), shares=len(EMOTIONS))

    def __len__(self) -> int:
        return len(self.minute)

    def pick(self, rows: slice | npt.NDArray[np.bool_]) -> ClassMinutes:
        """Some of the rows: a slice, or a mask (m,)."""
        return ClassMinutes(
            **{part.name: getattr(self, part.name)[rows] for part in fields(self)}
        )


@dataclass(frozen=True, slots=True, eq=False)
class SessionData:
    """All that is stored of one session: what reports and pages are made of.

    Attributes:
        students: everybody who was seen, and who was expected and never was.
        absences: in the order of students, then of time.
        minutes: all that there is of a session that keeps nothing of students, or whose
            students' rows have gone; None of every other.
    """

    session: SessionRow
    students: tuple[StudentRow, ...]
    samples: Samples
    observations: Observations
    markers: tuple[Marker, ...] = ()
    absences: tuple[Absence, ...] = ()
    minutes: ClassMinutes | None = None

    @property
    def end_s(self) -> float:
        """When the last sample's interval is over, seconds since the start; 0 before.

        Of a session of which minutes alone are left it is 0 too.
        """
        if not len(self.samples):
            return 0.0
        return float(self.samples.offset_s[-1]) + self.session.interval_s

    @property
    def trusted(self) -> Observations:
        """The sightings that may be summed up."""
        is_trusted = self.samples.is_trusted
        if is_trusted.all():
            return self.observations
        return self.observations.pick(is_trusted[self.observations.sample])


def _check_columns(
    table: Observations | ClassMinutes, rows: int, **widths: int
) -> None:
    """Refuse columns of unequal length; those that are ``widths`` wide are no lists.

    Raises:
        ValueError: it names the column.
    """
    for part in fields(table):
        wide = widths.get(part.name)
        shape = (rows,) if wide is None else (rows, wide)
        actual = getattr(table, part.name).shape
        if actual != shape:
            raise ValueError(f"expected {part.name} of shape {shape}, got {actual}")
