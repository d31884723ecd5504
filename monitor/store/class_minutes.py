"""The class by the minute, when no student may be told from it.

This is what stays of a class when its students' rows go
(`monitor.session_data.ClassMinutes`). A mean over few faces would tell of each of them,
so a minute counts only with `FEWEST` faces or more. And where a face came or went, the
difference of two minutes would tell of that one: a minute whose faces changed by one is
put together with the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, insert, select, update

from monitor.engagement import INDEX_WEIGHTS, IndexWeights, Ints
from monitor.minutes import MINUTE_S
from monitor.records import (
    EMOTIONS,
    PROBABILITY_UNITS,
    ClassMinutes,
    Mode,
    SessionData,
)
from monitor.store.packing import to_units
from monitor.store.tables import ClassReading
from monitor.summaries import summarise_bins

FEWEST = 5
"""Distinct faces without which nothing is kept of a minute."""

_COUNTS = ("minute", "minutes", "students", "samples", "sightings", "readings")
_MEANS = ("coverage", "facing", "engagement")


def stretches(
    faces: Sequence[frozenset[int]], *, closed: bool = False
) -> list[tuple[int, int]]:
    """Which minutes are put together.

    Args:
        faces: the students whose faces count, minute by minute.
        closed: leave out minutes that wait for a next one.

    Returns:
        The first minute of each stretch and the one after its last; they cover all, or
        all but the last.
    """
    found: list[tuple[int, int]] = []
    first = 0
    for minute in range(len(faces)):
        changed = minute > 0 and len(faces[minute] ^ faces[minute - 1]) == 1
        if not changed:
            found.append((first, minute + 1))
            first = minute + 1
    if first < len(faces) and not closed:
        # The last minute has no next one: it goes with those before it.
        begin = found.pop()[0] if found else first
        found.append((begin, len(faces)))
    return found


def of_session(
    data: SessionData, weights: IndexWeights = INDEX_WEIGHTS, *, closed: bool = False
) -> ClassMinutes:
    """What may be kept of a session's class.

    Faces count that were read; in presence mode those that were seen.

    Args:
        data: the session, or its part until now.
        weights: of the engagement index.
        closed: as in `stretches`.
    """
    faces = _faces(data)
    groups = stretches(faces, closed=closed)
    # Minutes that wait for a next one stand behind the others.
    of_minute = np.full(len(faces), len(groups), dtype=np.int64)
    for number, (first, end) in enumerate(groups):
        of_minute[first:end] = number
    # Every sample stands in the minute that has the number of its stretch: the sums of
    # a stretch are then those of a minute.
    samples = data.samples
    moved = of_minute[_minute_of(data)].astype(np.float64) * MINUTE_S
    series = summarise_bins(
        replace(data, samples=replace(samples, offset_s=moved)),
        bin_s=MINUTE_S,
        weights=weights,
    )
    distinct = [frozenset[int]().union(*faces[first:end]) for first, end in groups]
    kept = np.array([len(students) >= FEWEST for students in distinct], dtype=np.bool_)
    begin = np.array([first for first, _ in groups], dtype=np.int64)
    after = np.array([end for _, end in groups], dtype=np.int64)
    rows = np.flatnonzero(kept)
    return ClassMinutes(
        minute=begin[rows],
        minutes=(after - begin)[rows],
        students=series.students_seen[rows],
        samples=series.samples[rows],
        sightings=series.sightings[rows],
        readings=series.readings[rows],
        coverage=series.coverage[rows],
        shares=series.shares[rows].reshape(-1, len(EMOTIONS)),
        facing=series.facing[rows],
        engagement=series.engagement[rows],
    )


def _minute_of(data: SessionData) -> Ints:
    """(n,) the minute of each sample."""
    whole = np.floor(data.samples.offset_s / MINUTE_S).astype(np.int64)
    return np.maximum(whole, 0)


def _faces(data: SessionData) -> list[frozenset[int]]:
    """The students whose faces count, minute by minute."""
    seen, minute_of = data.observations, _minute_of(data)
    counts = data.samples.is_trusted[seen.sample]
    if data.session.mode is not Mode.PRESENCE:
        counts = counts & seen.is_read
    minutes = int(minute_of.max()) + 1 if len(minute_of) else 0
    found: list[set[int]] = [set() for _ in range(minutes)]
    pairs = zip(
        minute_of[seen.sample[counts]].tolist(),
        seen.student[counts].tolist(),
        strict=True,
    )
    for minute, student in pairs:
        found[minute].add(student)
    return [frozenset(students) for students in found]


def write(connection: Connection, session_id: int, kept: ClassMinutes) -> None:
    """Store the rows of a session; probabilities as integers, as everywhere."""
    read = ~np.isnan(kept.shares[:, 0])
    units = np.zeros(kept.shares.shape, dtype=np.int64)
    units[read] = to_units(kept.shares[read])
    rows = []
    for row in range(len(kept)):
        shares = units[row].tolist() if read[row] else [None] * len(EMOTIONS)
        counts = {name: int(getattr(kept, name)[row]) for name in _COUNTS}
        rows.append(
            counts
            | dict(zip(EMOTIONS, shares, strict=True))
            | {
                "session_id": session_id,
                "coverage": _known(kept.coverage[row]),
                "facing": _in_units(kept.facing[row]),
                "engagement": _in_units(kept.engagement[row]),
            }
        )
    if rows:
        connection.execute(insert(ClassReading), rows)


def write_coverage(connection: Connection, session_id: int, kept: ClassMinutes) -> None:
    """Store the coverage anew of rows that are stored.

    Only at the end of a session is it known who left and who came back.
    """
    for row in range(len(kept)):
        change = update(ClassReading).where(
            ClassReading.session_id == session_id,
            ClassReading.minute == int(kept.minute[row]),
            ClassReading.minutes == int(kept.minutes[row]),
        )
        connection.execute(change.values(coverage=_known(kept.coverage[row])))


def read(connection: Connection, session_id: int) -> ClassMinutes:
    """The rows of a session."""
    names = (*_COUNTS, *_MEANS, *EMOTIONS)
    query = (
        select(*(getattr(ClassReading, name) for name in names))
        .where(ClassReading.session_id == session_id)
        .order_by(ClassReading.minute)
    )
    rows = connection.execute(query).all()
    column = {
        name: np.array([row[place] for row in rows], dtype=np.float64)
        for place, name in enumerate(names)
    }
    shares = np.stack([column[name] for name in EMOTIONS], axis=1)
    return ClassMinutes(
        **{name: column[name].astype(np.int64) for name in _COUNTS},
        coverage=column["coverage"],
        shares=shares / PROBABILITY_UNITS,
        facing=column["facing"] / PROBABILITY_UNITS,
        engagement=column["engagement"] / PROBABILITY_UNITS,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _in_units(value: float) -> int | None:
    return None if np.isnan(value) else round(float(value) * PROBABILITY_UNITS)
