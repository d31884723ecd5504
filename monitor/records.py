"""The records that travel from the picture to the page.

    Frame -> Face[] -> Seen (Sighting[]) -> Reading[] -> Tick -> (store) -> SessionData

Each is frozen and checks itself when made. Boxes are ``xyxy`` in physical pixels
from the upper left corner of the captured picture. Times are aware and UTC.
Only a `Frame` holds pixels; nothing after the emotion room does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from monitor.session_data import (
    Absence as Absence,
    ClassMinutes as ClassMinutes,
    Marker as Marker,
    Observations as Observations,
    Samples as Samples,
    SessionData as SessionData,
    SessionRow as SessionRow,
    StudentRow as StudentRow,
)
from monitor.words import (
    ALIVE as ALIVE,
    EMOTIONS as EMOTIONS,
    NOT_LOOKED as NOT_LOOKED,
    NOT_TRUSTED as NOT_TRUSTED,
    PROBABILITY_UNITS as PROBABILITY_UNITS,
    STATUS_CODES as STATUS_CODES,
    AbsenceReason as AbsenceReason,
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
class HeadPose:
    """Where a head is turned, from the viewer's side.

    Attributes:
        yaw_deg: positive towards the picture's right.
        pitch_deg: positive downwards.
    """

    yaw_deg: float
    pitch_deg: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face in one sample, tied to a student.

    Attributes:
        student: the student's number within the session, from 1.
        face: where it was seen.
        shared: the face shares its tile with another one.
        may_read: False where the student did not agree to be read.
        pose: where the head is turned, None when it cannot be told.
        facing: True when the head is turned as usual, None when not known.
    """

    student: int
    face: Face
    shared: bool = False
    may_read: bool = True
    pose: HeadPose | None = None
    facing: bool | None = None

    def __post_init__(self) -> None:
        if self.student < 1:
            raise ValueError(f"expected a student number from 1, got {self.student}")


@dataclass(frozen=True, slots=True)
class Away:
    """A student who was seen before and is not in this sample, and why."""

    student: int
    reason: AbsenceReason


@dataclass(frozen=True, slots=True)
class Named:
    """What the labels told of a student.

    Attributes:
        student: the student's number within the session.
        name: as on the roster, else as on the label; "" when only the label's looks
            are known.
        label: signature of a label that cannot be read, "" when it can.
    """

    student: int
    name: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two numbers turned out to be one student: ``student`` is part of ``into``."""

    student: int
    into: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Who is in one sample: what the identity room says of it.

    Attributes:
        sightings: one for each face that counts, each student at most once.
        away: the known students who are not among them.
        named: names that were learned with this sample.
        joined: numbers that turned out to be one student with this sample.
        left_out: faces that are pictures on a shared slide, not people.
        pictures: students who turned out with this sample to be such pictures, or the
            teacher: no students at all.
        turned: somebody has a tile who did not have that one before: a page was
            turned, or the gallery laid out anew.
    """

    sightings: tuple[Sighting, ...]
    away: tuple[Away, ...] = ()
    named: tuple[Named, ...] = ()
    joined: tuple[Joined, ...] = ()
    left_out: int = 0
    pictures: tuple[int, ...] = ()
    turned: bool = False


@dataclass(frozen=True, slots=True)
class KnownStudent:
    """Somebody whose name was known before the class: from a roster or the course.

    Attributes:
        name: as shown.
        aliases: other names on labels that mean the same person.
        labels: signatures of labels that cannot be read.
        consent: True yes, False no, None when the roster does not say.
        id: of the school, "" without one.
    """

    name: str
    aliases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    consent: bool | None = None
    id: str = ""


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
        pose: where the head is turned, None when it cannot be told.
        shared: the face shares its tile with another one.
    """

    student: int
    status: Status
    xyxy: Box
    probabilities: tuple[float, ...] | None = None
    facing: bool | None = None
    pose: HeadPose | None = None
    shared: bool = False

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
        away, named, joined, left_out, pictures: as in `Seen`.
    """

    index: int
    captured_at: datetime
    offset_s: float
    readings: tuple[Reading, ...]
    gap: GapReason | None = None
    away: tuple[Away, ...] = ()
    named: tuple[Named, ...] = ()
    joined: tuple[Joined, ...] = ()
    left_out: int = 0
    pictures: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "captured_at", utc(self.captured_at))
        students = [reading.student for reading in self.readings]
        if len(set(students)) != len(students):
            raise ValueError(f"a student twice in one sample: {sorted(students)}")


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known of a session before its first sample.

    Attributes:
        title: its name in lists; what of a file's name is no text becomes "?".
        source: the kind and place of the pictures, as shown to people
            ("screen 0,0 1920x1080", "video lecture.mp4"); text as the title is.
        interval_s: seconds between samples.
        model: name and version of the emotion network ("" in presence mode).
        index_version: as in `SessionRow`.
        prior: as in `SessionRow`, of that network.
        expressions: as in `SessionRow`, of that network.
        known: who is expected; those who are never seen stay in the session as such.
    """

    title: str
    source: str
    mode: Mode
    interval_s: float
    started_at: datetime
    model: str = ""
    index_version: int = 1
    prior: tuple[float, ...] | None = None
    expressions: tuple[str, ...] = EMOTIONS
    course: str | None = None
    known: tuple[KnownStudent, ...] = ()

    def __post_init__(self) -> None:
        # A file's name may hold any bytes; Python gives those that are no UTF-8 as
        # lone surrogates, which nothing can store or show.
        for name in ("title", "source"):
            text: str = getattr(self, name)
            object.__setattr__(self, name, text.encode(errors="replace").decode())
        shares = self.prior
        if shares is None:
            return
        ranged = len(shares) == len(EMOTIONS) and all(0 <= x <= 1 for x in shares)
        if not ranged or abs(sum(shares) - 1) > 0.01:
            raise ValueError(f"expected seven shares that sum to 1, got {shares}")
