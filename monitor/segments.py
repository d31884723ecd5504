"""A class between its markers: "quiz" to "slide 12", and what was seen in between.

Pure functions. A stretch's numbers are sums and means over its own samples, as
`monitor.summaries` makes them; its coverage counts every student who is in class, also
one who was not seen in the whole stretch but was before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.minutes import MINUTE_S, whole
from monitor.records import ClassMinutes, Samples, SessionData
from monitor.summaries import StudentSummary, students_in_class, summarise_class

OPENING = "From the start"
"""Name of the stretch before the first marker, and of a class without any."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The class from one marker up to, without, the next.

    Attributes:
        start_s, end_s: seconds since the session's start.
        name: the marker's text; several markers of one moment are joined by "; ".
        summary: the class in this stretch, as `summarise_class` gives it.
    """

    start_s: float
    end_s: float
    name: str
    summary: StudentSummary


def segments(data: SessionData, weights: IndexWeights = INDEX_WEIGHTS) -> list[Segment]:
    """The stretches of a session between its markers, in time order.

    A marker before the first sample holds from the start. A stretch in which no
    sample was taken (two markers at once, one after the end) is left out, and its
    marker's text joins the next stretch; after the end there is none.

    Returns:
        None without a sample, one without a marker; together they hold every sample.
        Of a class of which only minutes are left, each of these stands in the stretch
        that holds its middle.
    """
    if data.minutes is not None:
        return _of_minutes(data, data.minutes)
    offsets = data.samples.offset_s
    if not len(offsets):
        return []
    expected = np.concatenate([[0], np.cumsum(students_in_class(data))])
    starts, times, names = _stretches(data)
    ends = [*starts[1:], len(offsets)]
    times.append(data.end_s)
    found = []
    for i, (first, end) in enumerate(zip(starts, ends, strict=True)):
        summary = summarise_class(_rows(data, first, end), weights)
        in_class = int(expected[end] - expected[first])
        coverage = summary.readings / in_class if in_class else float("nan")
        found.append(
            Segment(
                start_s=times[i],
                end_s=times[i + 1],
                name=names[i],
                summary=replace(summary, coverage=coverage),
            )
        )
    return found


def between(data: SessionData, from_s: float, to_s: float = np.inf) -> SessionData:
    """The samples of a session from one offset up to, without, another.

    Markers and absences stay whole.
    """
    first, end = np.searchsorted(data.samples.offset_s, [from_s, to_s])
    return _rows(data, int(first), int(end))


def _of_minutes(data: SessionData, stored: ClassMinutes) -> list[Segment]:
    """The stretches of a class whose students' rows have gone, or were never kept."""
    if not len(stored):
        return []
    middles = (stored.minute + stored.minutes / 2) * MINUTE_S
    end_s = float(stored.minute[-1] + stored.minutes[-1]) * MINUTE_S
    named: dict[float, list[str]] = {0.0: []}
    for marker in sorted(data.markers, key=lambda marker: marker.offset_s):
        if marker.offset_s < end_s:
            named.setdefault(max(marker.offset_s, 0.0), []).append(marker.text)
    found = []
    for start_s, next_s in pairwise([*named, end_s]):
        rows = (middles >= start_s) & (middles < next_s)
        summary = whole(stored.pick(rows), data.session.interval_s)
        name = "; ".join(named[start_s]) or OPENING
        found.append(Segment(start_s, next_s, name, summary))
    return found


def _stretches(data: SessionData) -> tuple[list[int], list[float], list[str]]:
    """Row of the first sample of each stretch, its marker's offset in s, its name.

    The marker's own time, as every list of markers tells it, not the sample's after.
    """
    starts: list[int] = [0]
    times: list[float] = [0.0]
    names: list[list[str]] = [[]]
    for marker in sorted(data.markers, key=lambda marker: marker.offset_s):
        row = int(np.searchsorted(data.samples.offset_s, marker.offset_s))
        if row == len(data.samples):
            break
        if row > starts[-1]:
            starts.append(row)
            times.append(marker.offset_s)
            names.append([])
        names[-1].append(marker.text)
    return starts, times, ["; ".join(texts) or OPENING for texts in names]


def _rows(data: SessionData, first: int, end: int) -> SessionData:
    """The samples of some rows, and what was seen in them."""
    if first == 0 and end == len(data.samples):
        return data
    samples, seen = data.samples, data.observations
    rows = slice(*np.searchsorted(seen.sample, [first, end]))
    return replace(
        data,
        samples=Samples(
            index=samples.index[first:end],
            offset_s=samples.offset_s[first:end],
            gap=samples.gap[first:end],
            left_out=samples.left_out[first:end],
        ),
        observations=replace(
            seen.pick(rows), sample=seen.sample[rows] - np.int32(first)
        ),
    )
