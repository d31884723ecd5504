"""What a session in numbers looks like: records of `monitor.summaries`."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.engagement import Floats, Ints


@dataclass(frozen=True, slots=True)
class StudentSummary:
    """One student over a session; NaN stands for what is not known.

    Attributes:
        samples: sightings of the student.
        asked: sightings whose expression was to be read; all where only minutes of
            the class are left, which do not tell them apart.
        readings: sightings whose expression could be read.
        coverage: readings divided by the samples between the first and the last
            sighting, in [0, 1]; NaN where nothing was to be read.
        present_minutes: sightings x interval / 60.
        first_seen_s, last_seen_s: seconds since the session's start.
        shares: mean probability of each expression, in the order of `EMOTIONS`.
        dominant: the expression with the largest share, None without a reading.
        valence: in [-1, 1].
        facing: share in [0, 1] of the sightings with the head turned as usual, of
            those of which it is known.
        engagement: mean index in [0, 1] of the readings of which facing is known.
    """

    id: int
    name: str
    samples: int
    asked: int
    readings: int
    coverage: float
    present_minutes: float
    first_seen_s: float
    last_seen_s: float
    shares: tuple[float, ...]
    dominant: str | None
    valence: float
    facing: float
    engagement: float


@dataclass(frozen=True, slots=True, eq=False)
class ClassSeries:
    """The class over time, one row a bin; b bins; NaN where there is no reading.

    Attributes:
        starts_s: (b,) the bin's beginning, seconds since the session's start.
        bin_s: the bin's length in seconds (60 for a minute).
        samples: (b,) samples taken in the bin.
        students_seen: (b,) students seen at least once in the bin.
        sightings: (b,) faces seen.
        asked: (b,) faces whose expression was to be read, as in `StudentSummary`.
        readings: (b,) faces whose expression could be read.
        coverage: (b,) readings over the samples of the students in class, [0, 1];
            NaN while nobody in class is to be read.
        shares: (b, 7) mean probabilities, columns in the order of `EMOTIONS`.
        valence: (b,) in [-1, 1].
        facing, engagement: (b,) in [0, 1], as in `StudentSummary`.
    """

    starts_s: Floats
    bin_s: float
    samples: Ints
    students_seen: Ints
    sightings: Ints
    asked: Ints
    readings: Ints
    coverage: Floats
    shares: Floats
    valence: Floats
    facing: Floats
    engagement: Floats

    def __len__(self) -> int:
        return len(self.starts_s)


@dataclass(frozen=True, slots=True, eq=False)
class StudentSeries:
    """Every student over time, one row a student, one column a bin.

    Attributes:
        ids: (s,) the students' database ids, in the order of the session's students.
        starts_s: (b,) the bins' beginnings, seconds since the session's start.
        bin_s: the bins' length in seconds.
        sightings: (s, b) faces seen.
        asked: (s, b) faces whose expression was to be read.
        readings: (s, b) faces whose expression could be read.
        shares: (s, b, 7) mean probabilities, NaN where there is no reading.
        facing, engagement: (s, b) in [0, 1], as in `StudentSummary`.
    """

    ids: Ints
    starts_s: Floats
    bin_s: float
    sightings: Ints
    asked: Ints
    readings: Ints
    shares: Floats
    facing: Floats
    engagement: Floats
