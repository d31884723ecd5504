"""The records that travel from the picture to the page.

    Frame -> Face[] -> Sighting[] -> Reading[] -> Tick -> (store) -> SessionData

Each is frozen and checks itself when made. Boxes are ``xyxy`` in physical pixels
from the upper left corner of the captured picture. Times are aware and UTC.
Only a `Frame` holds pixels; nothing after the emotion room does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from monitor.words import (
    EMOTIONS as EMOTIONS,
    NOT_LOOKED as NOT_LOOKED,
    NOT_TRUSTED as NOT_TRUSTED,
    PROBABILITY_UNITS as PROBABILITY_UNITS,
    STATUS_CODES as STATUS_CODES,
    GapReason as GapReason,
    Mode as Mode,
    RequestKind as RequestKind,
    SessionStatus as SessionStatus,
    Status as Status,
)

Image: TypeAlias = npt.NDArray[np.uint8]
"""BGR picture, shape (H, W, 3), uint8."""

Box: TypeAlias = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels; x2 and y2 are exclusive."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive time is refused.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"expected an aware time, got the naive {moment!r}")
    return moment.astimezone(UTC)


def _check_box(xyxy: Box) -> None:
    if len(xyxy) != 4 or not all(np.isfinite(xyxy)):
        raise ValueError(f"expected a finite box x1, y1, x2, y2, got {xyxy!r}")
    if xyxy[2] <= xyxy[0] or xyxy[3] <= xyxy[1]:
        raise ValueError(f"expected a box with x1 < x2 and y1 < y2, got {xyxy!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One look at the class.

    Attributes:
        image: BGR, shape (H, W, 3), uint8, C-contiguous or not.
        captured_at: when the picture was taken (for a recording: the time that the
            recording stands for), aware UTC.
        offset_s: seconds since the session's start.
    """

    image: Image
    captured_at: datetime
    offset_s: float

    def __post_init__(self) -> None:
        shape, dtype = self.image.shape, self.image.dtype
        if len(shape) != 3 or shape[2] != 3 or dtype != np.uint8:
            raise ValueError(
                f"expected a BGR uint8 image (H, W, 3), got {dtype} {shape}"
            )
        object.__setattr__(self, "captured_at", utc(self.captured_at))


@dataclass(frozen=True, slots=True)
class Face:
    """One face that a detector found.

    Attributes:
        xyxy: box in pixels of the frame.
        score: the detector's confidence in [0, 1].
        landmarks: five points (x, y) in pixels: left eye, right eye, nose, left and
            right mouth corner, as the viewer sees them (left = smaller x).
    """

    xyxy: Box
    score: float
    landmarks: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        _check_box(self.xyxy)
        if len(self.landmarks) != 5:
            raise ValueError(f"expected 5 landmarks, got {len(self.landmarks)}")

    @property
    def height(self) -> float:
        """Height of the box in pixels."""
        return self.xyxy[3] - self.xyxy[1]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face in one sample, tied to a student.

    Attributes:
        student: the student's number within the session, from 1.
        face: where it was seen.
    """

    student: int
    face: Face

    def __post_init__(self) -> None:
        if self.student < 1:
            raise ValueError(f"expected a student number from 1, got {self.student}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one sighting gave, without its pixels.

    Attributes:
        student: the student's number within the session, from 1.
        status: read, unreadable, no_consent or present.
        xyxy: the face's box in pixels of the frame.
        probabilities: seven numbers in the order of `EMOTIONS` that sum to 1 when the
            status is read, else None.
        facing: True when the head is turned as usual, None when not known.
    """

    student: int
    status: Status
    xyxy: Box
    probabilities: tuple[float, ...] | None = None
    facing: bool | None = None

    def __post_init__(self) -> None:
        _check_box(self.xyxy)
        if (self.status is Status.READ) != (self.probabilities is not None):
            raise ValueError(f"a {self.status} sighting with {self.probabilities!r}")
        if self.probabilities is not None:
            p = self.probabilities
            ranged = len(p) == len(EMOTIONS) and all(-1e-4 <= x <= 1.0001 for x in p)
            if not ranged or abs(sum(p) - 1) > 1e-3:
                raise ValueError(f"expected seven probabilities summing to 1, got {p}")


@dataclass(frozen=True, slots=True)
class Tick:
    """Everything that one sample gave: what the store writes in one transaction.

    Attributes:
        index: the sample's number within the session, from 0; a late sample that was
            dropped leaves a hole.
        captured_at: aware UTC.
        offset_s: seconds since the session's start.
        readings: one for each face, each student at most once.
        gap: why this sample is not to be trusted, None when all is well.
    """

    index: int
    captured_at: datetime
    offset_s: float
    readings: tuple[Reading, ...]
    gap: GapReason | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "captured_at", utc(self.captured_at))
        students = [reading.student for reading in self.readings]
        if len(set(students)) != len(students):
            raise ValueError(f"a student twice in one sample: {sorted(students)}")


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known of a session before its first sample.

    Attributes:
        source: the kind and place of the pictures, as shown to people
            ("screen 0,0 1920x1080", "video lecture.mp4").
        interval_s: seconds between samples.
        model: name and version of the emotion network ("" in presence mode).
    """

    title: str
    source: str
    mode: Mode
    interval_s: float
    started_at: datetime
    model: str = ""
    index_version: int = 1
    course: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as lists and page heads show it. Times are aware UTC."""

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
    samples: int
    late: int
    lost: int
    students: int


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A student of a session: database id and display name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A note in the lecture ("quiz"), seconds since the session's start."""

    offset_s: float
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A session's samples, a column each, in time order; n samples.

    Attributes:
        index: (n,) int32, the sample's number within the session.
        offset_s: (n,) float64, seconds since the session's start.
        gap: (n,) object: a `GapReason` or None.
    """

    index: npt.NDArray[np.int32]
    offset_s: npt.NDArray[np.float64]
    gap: tuple[GapReason | None, ...]

    def __len__(self) -> int:
        return len(self.index)


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
    """

    sample: npt.NDArray[np.int32]
    student: npt.NDArray[np.int32]
    status: npt.NDArray[np.uint8]
    probabilities: npt.NDArray[np.float64]
    facing: npt.NDArray[np.float64]
    xyxy: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        m = len(self.sample)
        expected = {
            "student": (m,),
            "status": (m,),
            "probabilities": (m, len(EMOTIONS)),
            "facing": (m,),
            "xyxy": (m, 4),
        }
        for name, shape in expected.items():
            actual = getattr(self, name).shape
            if actual != shape:
                raise ValueError(f"expected {name} of shape {shape}, got {actual}")

    def __len__(self) -> int:
        return len(self.sample)

    @property
    def is_read(self) -> npt.NDArray[np.bool_]:
        """(m,) True where the expression could be read."""
        return np.asarray(self.status == STATUS_CODES[Status.READ])


@dataclass(frozen=True, slots=True, eq=False)
class SessionData:
    """All that is stored of one session: what reports and pages are made of."""

    session: SessionRow
    students: tuple[StudentRow, ...]
    samples: Samples
    observations: Observations
    markers: tuple[Marker, ...] = field(default=())
