"""Minutes of a class whose students' rows have gone, as series and as one row.

A stretch of several minutes has one mean for all of them, and its counts are spread
evenly, so that sums come out right. A minute of which nothing was kept has no mean and
counts nothing: it is not known, and not empty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.engagement import Floats, Ints, dominant, valence
from monitor.records import ClassMinutes
from monitor.series import ClassSeries, StudentSummary

MINUTE_S = 60.0


class Spread(NamedTuple):
    """One row a minute, from the session's start; b minutes.

    Attributes:
        kept: (b,) bool, whether anything is known of the minute.
        counts: students, samples, sightings and readings by name, (b,) each.
        coverage, facing, engagement: (b,), NaN where not known.
        shares: (b, 7), likewise.
    """

    kept: npt.NDArray[np.bool_]
    counts: dict[str, Ints]
    coverage: Floats
    shares: Floats
    facing: Floats
    engagement: Floats


def spread(stored: ClassMinutes) -> Spread:
    """Every minute up to the last that something is known of."""
    row = np.repeat(np.arange(len(stored)), stored.minutes)
    place = np.arange(len(row)) - np.repeat(
        np.cumsum(stored.minutes) - stored.minutes, stored.minutes
    )
    minute = stored.minute[row] + place
    size = int(minute.max()) + 1 if len(minute) else 0

    def means(values: Floats) -> Floats:
        laid = np.full((size, *values.shape[1:]), np.nan)
        laid[minute] = values[row]
        return laid

    def sums(values: Ints) -> Ints:
        part, rest = np.divmod(values, stored.minutes)
        laid = np.zeros(size, dtype=np.int64)
        laid[minute] = part[row] + (place < rest[row])
        return laid

    students = np.zeros(size, dtype=np.int64)
    students[minute] = stored.students[row]
    kept = np.zeros(size, dtype=np.bool_)
    kept[minute] = True
    counts = {
        name: sums(getattr(stored, name))
        for name in ("samples", "sightings", "readings")
    }
    return Spread(
        kept,
        {"students": students} | counts,
        means(stored.coverage),
        means(stored.shares),
        means(stored.facing),
        means(stored.engagement),
    )


def series(stored: ClassMinutes, from_s: float = 0.0) -> ClassSeries:
    """The minutes that are left of a session, from the one that holds ``from_s``."""
    first = max(0, int(from_s // MINUTE_S))
    every = spread(stored)
    shares = every.shares[first:]
    count = len(shares)
    return ClassSeries(
        starts_s=(first + np.arange(count, dtype=np.float64)) * MINUTE_S,
        bin_s=MINUTE_S,
        samples=every.counts["samples"][first:],
        students_seen=every.counts["students"][first:],
        sightings=every.counts["sightings"][first:],
        asked=every.counts["sightings"][first:],
        readings=every.counts["readings"][first:],
        coverage=every.coverage[first:],
        shares=shares,
        valence=valence(shares),
        facing=every.facing[first:],
        engagement=every.engagement[first:],
    )


def whole(stored: ClassMinutes, interval_s: float) -> StudentSummary:
    """The minutes that are left of a session as one row, id 0."""
    seen, read = stored.sightings, stored.readings
    shares = _weighted(stored.shares, read)
    nan = float("nan")
    ends = (stored.minute + stored.minutes) * MINUTE_S
    return StudentSummary(
        id=0,
        name="",
        samples=int(seen.sum()),
        asked=int(seen.sum()),
        readings=int(read.sum()),
        coverage=_coverage(stored),
        present_minutes=int(seen.sum()) * interval_s / 60,
        first_seen_s=float(stored.minute[0]) * MINUTE_S if len(stored) else nan,
        last_seen_s=float(ends[-1]) if len(stored) else nan,
        shares=tuple(shares.tolist()),
        dominant=dominant(shares),
        valence=float(valence(shares)),
        facing=float(_weighted(stored.facing[:, None], seen)[0]),
        engagement=float(_weighted(stored.engagement[:, None], read)[0]),
    )


def _weighted(values: Floats, weights: Ints) -> Floats:
    """(k,) mean of the rows of (m, k), each with its weight (m,); NaN without any."""
    known = ~np.isnan(values) * weights[:, None]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(values * known, axis=0) / known.sum(axis=0))


def _coverage(stored: ClassMinutes) -> float:
    """Readings over the samples of the students in class, of all that is known."""
    read = stored.coverage > 0
    expected = float((stored.readings[read] / stored.coverage[read]).sum())
    return float(stored.readings[read].sum()) / expected if expected else float("nan")
