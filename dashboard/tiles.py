"""The students as the call's gallery has them: where each is, how each looks now."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dashboard.data import WINDOW_MINUTES, since
from dashboard.palette import STACK
from dashboard.shares import ORDER
from dashboard.words import AWAY, CAPTION, REFUSED, SEEN
from monitor.records import (
    EMOTIONS,
    NOT_LOOKED,
    STATUS_CODES,
    AbsenceReason,
    Observations,
    SessionData,
    Status,
    StudentRow,
)
from monitor.summaries import StudentSeries, summarise_student_bins

NOW_S = 15.0
"""A single look flickers: what a tile says is the mean of so many seconds."""

BIN_S = 30.0
"""Of a tile's strip."""

_LEAST_SAMPLES = 3

UNREADABLE, PRESENT, ABSENT = "unreadable", "present", "absent"
"""What a tile or a part of its strip may be beside an expression."""

_SEEN_AS = {
    STATUS_CODES[Status.UNREADABLE]: (UNREADABLE, "not readable"),
    STATUS_CODES[Status.NO_CONSENT]: (PRESENT, REFUSED),
    STATUS_CODES[Status.PRESENT]: (PRESENT, SEEN),
}

Ints = npt.NDArray[np.int64]


class Run(NamedTuple):
    """A part of a strip: what it shows, from and to, as shares of its length."""

    kind: str
    start: float
    end: float


class Tile(NamedTuple):
    """One student.

    Attributes:
        student: the database id.
        name: as stored, unescaped.
        kind: the expression now, else unreadable, present or absent.
        says: the same in words, with its share where it is an expression.
        share: of the expression now, in [0, 1]; NaN where nothing is read.
        strip: the last minutes, the oldest first, without gaps.
        coverage: readings over the looks between the first and the last sighting of
            these minutes, in [0, 1]; NaN for whom nothing was to be read of in them.
    """

    student: int
    name: str
    kind: str
    says: str
    share: float
    strip: list[Run]
    coverage: float


def take_tiles(data: SessionData) -> list[Tile]:
    """Everybody in the order of the gallery, row by row.

    Whose camera is off keeps the place; who has left, is on another page or was never
    seen stands after the others, by name.

    Args:
        data: a session or its last minutes; the last ten are shown.
    """
    end = data.end_s
    data = since(data, max(0.0, end - WINDOW_MINUTES * 60))
    start = float(data.samples.offset_s[0]) // BIN_S * BIN_S if len(data.samples) else 0
    series = summarise_student_bins(
        data, bin_s=max(BIN_S, _LEAST_SAMPLES * data.session.interval_s), from_s=start
    )
    kinds = _kinds(series)
    coverage = _coverage(data)
    present = _present(data, end)
    row_of = {student.id: row for row, student in enumerate(data.students)}
    tiles = []
    gone = {id_ for id_, (kind, says, _) in present.items() if _is_gone(kind, says)}
    for student in _in_gallery_order(data, gone):
        row = row_of[student.id]
        kind, says, share = present[student.id]
        strip = _runs(kinds[row].tolist())
        tiles.append(
            Tile(student.id, student.name, kind, says, share, strip, coverage[row])
        )
    return tiles


def _is_gone(kind: str, says: str) -> bool:
    return kind == ABSENT and says != AWAY[AbsenceReason.CAMERA_OFF]


def _in_gallery_order(data: SessionData, gone: set[int]) -> list[StudentRow]:
    """Students by where their face was last: rows from the top, each from the left."""
    seen = data.observations
    seen = seen.pick(~np.isin(seen.student, list(gone)))
    students, last = np.unique(seen.student[::-1], return_index=True)
    boxes = seen.xyxy[::-1][last].astype(np.float64)
    height = np.median(boxes[:, 3] - boxes[:, 1]) if len(boxes) else 0.0
    across, down = boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)
    row_of: dict[int, tuple[int, float]] = {}
    row, lowest = -1, -np.inf
    for i in np.argsort(down, kind="stable").tolist():
        # A new row begins where a face is lower than the one before by most of a face.
        if down[i] - lowest > 0.75 * height:
            row += 1
        lowest = down[i]
        row_of[int(students[i])] = (row, float(across[i]))
    after = (len(row_of), 0.0)
    return sorted(data.students, key=lambda student: row_of.get(student.id, after))


def _present(data: SessionData, end: float) -> dict[int, tuple[str, str, float]]:
    """Kind, words and share of each student now, by id."""
    span = max(NOW_S, _LEAST_SAMPLES * data.session.interval_s)
    lately = since(data, end - span).observations
    away = _away(data, end)
    means = _mean_shares(lately)
    last = dict(zip(lately.student.tolist(), lately.status.tolist(), strict=True))
    found = {}
    for student in data.students:
        if student.id in away:
            found[student.id] = (ABSENT, AWAY[away[student.id]], float("nan"))
        elif student.id in means:
            k, share = means[student.id]
            words = f"{CAPTION[EMOTIONS[k]]} {share:.0%}"
            found[student.id] = (EMOTIONS[k], words, share)
        elif student.id in last:
            found[student.id] = (*_SEEN_AS[last[student.id]], float("nan"))
        else:
            found[student.id] = (ABSENT, "not seen", float("nan"))
    return found


def _away(data: SessionData, end: float) -> dict[int, AbsenceReason]:
    """Who is away at the last sample, and why, by id."""
    return {
        absence.student: absence.reason
        for absence in data.absences
        if absence.to_s >= end
    }


def _mean_shares(seen: Observations) -> dict[int, tuple[int, float]]:
    """The expression with the largest mean, and the mean, of who was read; by id."""
    read = seen.pick(seen.is_read)
    students, row = np.unique(read.student, return_inverse=True)
    counts = np.bincount(row)
    means = [np.bincount(row, column) / counts for column in read.probabilities.T]
    shares = np.stack(means, axis=1)
    best = shares.argmax(axis=1)
    return {
        int(student): (int(k), float(shares[i, k]))
        for i, (student, k) in enumerate(zip(students, best, strict=True))
    }


def _kinds(series: StudentSeries) -> npt.NDArray[np.object_]:
    """(s, b) what each part of each strip shows."""
    names = np.array([*STACK, UNREADABLE, PRESENT, ABSENT], dtype=object)
    shares = np.where(np.isnan(series.shares), -1.0, series.shares)[:, :, ORDER]
    which = shares.argmax(axis=2) if shares.size else np.zeros(shares.shape[:2], int)
    # Nobody is called unreadable of whom nothing was to be read.
    seen_only = np.where(series.asked > 0, len(STACK), len(STACK) + 1)
    which = np.where(series.readings > 0, which, seen_only)
    which = np.where(series.sightings > 0, which, len(names) - 1)
    return np.asarray(names[which])


def _runs(kinds: list[str]) -> list[Run]:
    """Equal neighbours as one part."""
    count, at, runs = len(kinds), 0, []
    for kind, group in groupby(kinds):
        length = sum(1 for _ in group)
        runs.append(Run(kind, at / count, (at + length) / count))
        at += length
    return runs


def _coverage(data: SessionData) -> list[float]:
    """Of each student: readings over the looks from the first to the last sighting."""
    seen = data.trusted
    looked = np.array([gap not in NOT_LOOKED for gap in data.samples.gap], np.int64)
    before = np.concatenate([[0], np.cumsum(looked)])
    students, first = np.unique(seen.student, return_index=True)
    _, last = np.unique(seen.student[::-1], return_index=True)
    looks = before[seen.sample[::-1][last] + 1] - before[seen.sample[first]]
    row = np.searchsorted(students, seen.student[seen.is_read])
    readings = np.bincount(row, minlength=len(students))
    asked = np.isin(students, seen.student[seen.is_asked])
    known = np.where(asked, readings / np.maximum(looks, 1), np.nan)
    shares = dict(zip(students.tolist(), known.tolist(), strict=True))
    return [shares.get(student.id, float("nan")) for student in data.students]
