"""The moments at which a class's expressions changed most.

The method. The class is cut into blocks of a quarter of a minute. At every boundary of
two blocks the minute before is compared with the minute after: each student with
themselves, then the mean of these changes over the students. So somebody who comes,
goes or turns the camera off changes nothing, and nobody counts twice for being read
more often. A student takes part with readings in half the blocks on either side, and a
boundary counts when at least half of the students read around it take part.

A change is told only when it is large (`LEAST_CHANGE`) and when chance hardly makes
such a one: it must exceed `SURE` standard errors. The error comes from how differently
the students change at the same moment, taken over the whole session, since each moves
for reasons of their own all the time; of one student alone, from how unsteady the
readings are from one block to the next. Five standard errors look strict; a class of an
hour has some two hundred boundaries with seven expressions each.

The largest change comes first, then the next that lies at least two minutes from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.engagement import Floats, Ints, valence
from monitor.records import EMOTIONS, SessionData
from monitor.summaries import summarise_student_bins

LEAST_CHANGE = 0.1
"""Of a share: less than a tenth of the class's expressions is no moment."""

SURE = 5.0
"""Standard errors that a change must exceed."""

_BLOCK_S = 15.0
_SAMPLES_A_BLOCK = 3
_SIDE = 4
"""Blocks before and after: a minute each, longer with samples far apart."""

_WITHIN_90_PER_CENT = 1.645
"""Standard errors around the change that hold the true one nine times of ten."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Moment:
    """A change of the class's expressions.

    Shares and valence are means over the students who were read before and after, each
    counting once.

    Attributes:
        at_s: seconds since the session's start.
        expression: the one whose share changed most, a word of `EMOTIONS`.
        before, after: its share in the minute before and after, in [0, 1].
        low, high: the change, ``after - before``, lies between them about nine times
            of ten.
        valence_before, valence_after: in [-1, 1].
        students: how many were read on both sides.
    """

    at_s: float
    expression: str
    before: float
    after: float
    low: float
    high: float
    valence_before: float
    valence_after: float
    students: int


class _Changes(NamedTuple):
    """What every boundary says; t boundaries.

    Attributes:
        at_s: (t,) seconds since the session's start.
        before, after: (t, 7) mean shares of the students on both sides.
        error: (t, 7) standard error of their difference.
        students: (t,) how many they are.
    """

    at_s: Floats
    before: Floats
    after: Floats
    error: Floats
    students: Ints


def moments(data: SessionData, count: int = 3) -> list[Moment]:
    """The moments at which the class changed most, at most ``count``, in time order.

    None where no expression was read, where the class is shorter than two minutes, or
    where nothing changed by more than chance.
    """
    found = _changes(data)
    if found is None:
        return []
    change = found.after - found.before
    # A boundary that nobody can be compared over, or one without any spread, has no
    # error: the first tells nothing, of the second the size decides.
    with np.errstate(invalid="ignore"):
        told = (np.abs(change) >= LEAST_CHANGE) & (np.abs(change) > SURE * found.error)
    size = np.where(told, np.abs(change), 0.0)
    picked: list[int] = []
    for row in np.argsort(-size.max(axis=1), kind="stable").tolist():
        if len(picked) == count or not size[row].any():
            break
        if all(abs(row - other) >= 2 * _SIDE for other in picked):
            picked.append(row)
    return [_moment(found, row, int(size[row].argmax())) for row in sorted(picked)]


def _moment(found: _Changes, row: int, which: int) -> Moment:
    before, after = found.before[row], found.after[row]
    change = float(after[which] - before[which])
    reach = _WITHIN_90_PER_CENT * float(found.error[row, which])
    return Moment(
        at_s=float(found.at_s[row]),
        expression=EMOTIONS[which],
        before=float(before[which]),
        after=float(after[which]),
        low=max(change - reach, -1.0),
        high=min(change + reach, 1.0),
        valence_before=float(valence(before)),
        valence_after=float(valence(after)),
        students=int(found.students[row]),
    )


def _changes(data: SessionData) -> _Changes | None:
    """Every boundary with a whole minute on either side; None without any."""
    block_s = max(_BLOCK_S, _SAMPLES_A_BLOCK * data.session.interval_s)
    series = summarise_student_bins(data, bin_s=block_s)
    blocks = len(series.starts_s)
    if blocks < 2 * _SIDE or not series.readings.any():
        return None
    shares = series.shares
    read = series.readings > 0
    # (s, windows, 7) and (s, windows): windows of `_SIDE` blocks, by their first one.
    means, held = _windows(shares, read)
    before, after = means[:, :-_SIDE], means[:, _SIDE:]
    there, then = held[:, :-_SIDE], held[:, _SIDE:]
    enough = _SIDE // 2
    both = (there >= enough) & (then >= enough)
    students = both.sum(axis=0)
    around = ((there > 0) | (then > 0)).sum(axis=0)
    counts = (students > 0) & (2 * students >= around)
    whole = np.where(counts, students, 1)[:, None]

    def mean(values: Floats) -> Floats:
        total = np.where(both[:, :, None], values, 0.0).sum(axis=0)
        return np.where(counts[:, None], total / whole, np.nan)

    change = np.where(both[:, :, None], after - before, np.nan)
    error = np.sqrt(_variance(change, shares, counts) / whole)
    return _Changes(
        at_s=series.starts_s[_SIDE : blocks - _SIDE + 1],
        before=mean(before),
        after=mean(after),
        error=error,
        students=students,
    )


def _windows(shares: Floats, read: Bools) -> tuple[Floats, Ints]:
    """Means over `_SIDE` blocks and how many of them hold a reading.

    Args:
        shares: (s, b, 7), NaN where there is no reading.
        read: (s, b) whether there is one.

    Returns:
        (s, b - _SIDE + 1, 7) and (s, b - _SIDE + 1).
    """
    known = np.where(read[:, :, None], shares, 0.0)
    sums = np.lib.stride_tricks.sliding_window_view(known, _SIDE, axis=1).sum(axis=-1)
    held = np.lib.stride_tricks.sliding_window_view(read, _SIDE, axis=1).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums / held[:, :, None]), np.asarray(held, np.int64)


def _variance(change: Floats, shares: Floats, counts: Bools) -> Floats:
    """(7,) variance of one student's change around the class's.

    Args:
        change: (s, t, 7) each student's change, NaN for who takes no part.
        shares: (s, b, 7) by block.
        counts: (t,) the boundaries that count.
    """
    several = counts & ((~np.isnan(change[:, :, 0])).sum(axis=0) > 1)
    unsteady = _unsteadiness(shares)
    if not several.any():
        return unsteady
    at = change[:, several]
    free = (~np.isnan(at[:, :, 0])).sum(axis=0) - 1
    spread = np.nansum((at - np.nanmean(at, axis=0)) ** 2, axis=(0, 1)) / free.sum()
    return np.asarray(np.maximum(spread, unsteady))


def _unsteadiness(shares: Floats) -> Floats:
    """(7,) variance of a minute's change that readings alone make.

    Half the mean square of the differences of neighbouring blocks is a block's
    variance, wherever the class as a whole is going (von Neumann 1941).
    """
    steps = np.diff(shares, axis=1)
    known = ~np.isnan(steps[:, :, 0])
    if not known.any():
        return np.full(len(EMOTIONS), np.nan)
    block = (steps[known] ** 2).mean(axis=0) / 2
    return np.asarray(block * 2 / _SIDE)
