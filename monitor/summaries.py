"""A session in numbers: by student, minute by minute, and the class as a whole.

Pure functions that live view, report and CSV share; what a number means is defined in
`monitor.engagement`. Shares are means of calibrated probabilities over readings only:
an unreadable face and a student who is not seen never count as neutral. Facing and
engagement are means over the sightings of which they are known. Coverage stands beside
every average, since a mean over few readings says little.

What was seen while the picture stood still or the gallery was covered is stored and
marked as such; no sum or mean here counts it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor import minutes
from monitor.engagement import (
    INDEX_WEIGHTS,
    Floats,
    IndexWeights,
    Ints,
    dominant,
    engagement,
    mean_shares,
    valence,
)
from monitor.records import (
    EMOTIONS,
    NOT_LOOKED,
    Observations,
    Samples,
    SessionData,
)
from monitor.series import ClassSeries, StudentSeries, StudentSummary

__all__ = [
    "ClassSeries",
    "StudentSeries",
    "StudentSummary",
    "summarise_bins",
    "summarise_class",
    "summarise_minutes",
    "summarise_student_bins",
    "summarise_students",
]


def summarise_class(
    data: SessionData, weights: IndexWeights = INDEX_WEIGHTS
) -> StudentSummary:
    """The whole class as one row: sums over the students in class, id 0."""
    if data.minutes is not None:
        return minutes.whole(data.minutes, data.session.interval_s)
    trusted = data.trusted
    shares = mean_shares(trusted.probabilities)
    asked = int(trusted.is_asked.sum())
    readings = int(trusted.is_read.sum())
    expected = int(students_in_class(data).sum()) if asked else 0
    return StudentSummary(
        id=0,
        name="",
        samples=len(trusted),
        asked=asked,
        readings=readings,
        coverage=_ratio(readings, expected),
        present_minutes=len(trusted) * data.session.interval_s / 60,
        first_seen_s=_at(data.samples, trusted.sample, 0),
        last_seen_s=_at(data.samples, trusted.sample, -1),
        shares=tuple(shares.tolist()),
        dominant=dominant(shares),
        valence=float(valence(shares)),
        facing=_mean(trusted.facing),
        engagement=_mean(_engagement(trusted, weights)),
    )


def summarise_students(
    data: SessionData, weights: IndexWeights = INDEX_WEIGHTS
) -> list[StudentSummary]:
    """One row a student of the session, in the order of ``data.students``."""
    samples, seen = data.samples, data.trusted
    looked, index = _looked(samples), _engagement(seen, weights)
    rows = []
    for student in data.students:
        mine = seen.student == student.id
        at = seen.sample[mine]
        asked = int(seen.is_asked[mine].sum())
        readings = int(seen.is_read[mine].sum())
        shares = mean_shares(seen.probabilities[mine])
        between = int(looked[at[0] : at[-1] + 1].sum()) if asked else 0
        rows.append(
            StudentSummary(
                id=student.id,
                name=student.name,
                samples=len(at),
                asked=asked,
                readings=readings,
                coverage=_ratio(readings, between),
                present_minutes=len(at) * data.session.interval_s / 60,
                first_seen_s=_at(samples, at, 0),
                last_seen_s=_at(samples, at, -1),
                shares=tuple(shares.tolist()),
                dominant=dominant(shares),
                valence=float(valence(shares)),
                facing=_mean(seen.facing[mine]),
                engagement=_mean(index[mine]),
            )
        )
    return rows


def summarise_minutes(
    data: SessionData, weights: IndexWeights = INDEX_WEIGHTS
) -> ClassSeries:
    """The class minute by minute, from the session's start."""
    return summarise_bins(data, bin_s=minutes.MINUTE_S, weights=weights)


def summarise_bins(
    data: SessionData,
    *,
    bin_s: float,
    from_s: float = 0.0,
    weights: IndexWeights = INDEX_WEIGHTS,
) -> ClassSeries:
    """The class over time in bins of ``bin_s`` seconds, beginning at ``from_s``.

    Every bin up to the last sample is there, those without a sample too. Of a session
    without rows of students the bins are minutes, whatever is asked for.
    """
    if data.minutes is not None:
        return minutes.series(data.minutes, from_s)
    samples, seen = data.samples, data.trusted
    of_sample, count = _bins(samples, bin_s, from_s)
    of_seen = of_sample[seen.sample]
    readings = np.bincount(of_seen[seen.is_read], minlength=count)
    shares = _mean_shares_of(seen, of_seen, count)
    # One number for a bin and a student: unique rows would sort far more slowly.
    wide = int(seen.student.max(initial=0)) + 1
    pairs = np.unique(of_seen * wide + seen.student)
    expected = np.bincount(of_sample, weights=students_in_class(data), minlength=count)
    with np.errstate(invalid="ignore"):
        coverage = np.where(expected > 0, readings / expected, np.nan)
    return ClassSeries(
        starts_s=from_s + np.arange(count, dtype=np.float64) * bin_s,
        bin_s=bin_s,
        samples=np.bincount(of_sample, minlength=count),
        students_seen=np.bincount(pairs // wide, minlength=count),
        sightings=np.bincount(of_seen, minlength=count),
        asked=np.bincount(of_seen[seen.is_asked], minlength=count),
        readings=readings,
        coverage=coverage,
        shares=shares,
        valence=valence(shares),
        facing=_means(seen.facing, of_seen, count),
        engagement=_means(_engagement(seen, weights), of_seen, count),
    )


def summarise_student_bins(
    data: SessionData,
    *,
    bin_s: float,
    from_s: float = 0.0,
    weights: IndexWeights = INDEX_WEIGHTS,
) -> StudentSeries:
    """Every student over time in bins of ``bin_s`` seconds, from ``from_s``."""
    samples, seen = data.samples, data.trusted
    of_sample, count = _bins(samples, bin_s, from_s)
    ids = np.array([student.id for student in data.students], dtype=np.int64)
    order = np.argsort(ids)
    row = order[np.searchsorted(ids[order], seen.student)] if len(ids) else seen.student
    cell = row * count + of_sample[seen.sample]
    size, shape = len(ids) * count, (len(ids), count)
    readings = np.bincount(cell[seen.is_read], minlength=size)
    index = _engagement(seen, weights)
    return StudentSeries(
        ids=ids,
        starts_s=from_s + np.arange(count, dtype=np.float64) * bin_s,
        bin_s=bin_s,
        sightings=np.bincount(cell, minlength=size).reshape(shape),
        asked=np.bincount(cell[seen.is_asked], minlength=size).reshape(shape),
        readings=readings.reshape(shape),
        shares=_mean_shares_of(seen, cell, size).reshape(*shape, len(EMOTIONS)),
        facing=_means(seen.facing, cell, size).reshape(shape),
        engagement=_means(index, cell, size).reshape(shape),
    )


def students_in_class(data: SessionData) -> Ints:
    """(n,) students between their first and last sighting, at each sample.

    What coverage divides by, summed over the samples in question. 0 at a sample that
    the source did not give, and while nobody in class is to be read: nothing is known
    of coverage then.
    """
    seen = data.trusted
    everybody = _between_sightings(data.samples, seen.sample, seen.student)
    asked = seen.is_asked
    if asked.all():
        return everybody
    readable = _between_sightings(data.samples, seen.sample[asked], seen.student[asked])
    return np.where(readable > 0, everybody, 0)


def _engagement(seen: Observations, weights: IndexWeights) -> Floats:
    """(m,) index of each sighting, NaN where it is not known."""
    return engagement(seen.probabilities, seen.facing, weights)


def _mean(values: Floats) -> float:
    """Mean of what is known; NaN when nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _means(values: Floats, cell: npt.NDArray[np.integer], count: int) -> Floats:
    """(count,) mean in each cell of the values (m,) that are known; NaN without."""
    known = ~np.isnan(values)
    of_known = cell[known]
    sums = np.bincount(of_known, weights=values[known], minlength=count)
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / np.bincount(of_known, minlength=count))


def _mean_shares_of(
    seen: Observations, cell: npt.NDArray[np.integer], count: int
) -> Floats:
    """(count, 7) mean probabilities of the readings in each cell."""
    columns = [_means(column, cell, count) for column in seen.probabilities.T]
    return np.stack(columns, axis=1)


def _bins(samples: Samples, bin_s: float, from_s: float) -> tuple[Ints, int]:
    """Bin number of each sample (n,), and how many bins there are."""
    of_sample = np.floor((samples.offset_s - from_s) / bin_s).astype(np.int64)
    # A partial load may hold samples from just before `from_s`: they join the first.
    of_sample = np.maximum(of_sample, 0)
    return of_sample, int(of_sample.max()) + 1 if len(of_sample) else 0


def _between_sightings(
    samples: Samples, sample: npt.NDArray[np.int32], student: npt.NDArray[np.int32]
) -> Ints:
    """(n,) students at each sample who are between their first and last sighting.

    None at a sample that the source did not give: nobody looked. ``sample`` and
    ``student`` (m,) are of the sightings, in time order.
    """
    arrivals = np.zeros(len(samples) + 1, dtype=np.int64)
    if len(sample):
        _, first = np.unique(student, return_index=True)
        _, last = np.unique(student[::-1], return_index=True)
        np.add.at(arrivals, sample[first], 1)
        np.add.at(arrivals, sample[::-1][last] + 1, -1)
    return np.asarray(np.cumsum(arrivals)[:-1] * _looked(samples))


def _looked(samples: Samples) -> Ints:
    """(n,) 1 where a picture was had, 0 where the source was lost or paused."""
    return np.array([gap not in NOT_LOOKED for gap in samples.gap], dtype=np.int64)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _at(samples: Samples, rows: npt.NDArray[np.int32], which: int) -> float:
    return float(samples.offset_s[rows[which]]) if len(rows) else float("nan")
