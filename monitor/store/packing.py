"""Readings as small integers, and back as columns.

Seven REAL columns took 129 bytes an observation on disk, integers about half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.records import (
    EMOTIONS,
    PROBABILITY_UNITS,
    STATUS_CODES,
    HeadPose,
    Observations,
    Reading,
)

_EDGES = ("x1", "y1", "x2", "y2")
_MOST_DEGREES = 90

COLUMNS = (
    "sample_id",
    "student_id",
    "status",
    *EMOTIONS,
    "facing",
    "face_height",
    *_EDGES,
    "yaw",
    "pitch",
    "shared",
)
"""The columns of the table observation, in the order of `pack`."""


class _Part(NamedTuple):
    """A column as some of the bits of a number; all of them set stand for NULL."""

    name: str
    bits: int
    sql: str


def _plain(name: str, bits: int) -> _Part:
    return _Part(name, bits, f"o.{name}")


def _nullable(name: str, bits: int) -> _Part:
    return _Part(name, bits, f"coalesce(o.{name}, {_ones(bits)})")


def _degrees(name: str) -> _Part:
    return _Part(name, 8, f"coalesce(o.{name} + {_MOST_DEGREES}, {_ones(8)})")


def _signed(name: str) -> _Part:
    # A face may reach beyond the left and the upper edge.
    return _Part(name, 31, f"(o.{name} & {_ones(31)})")


def _ones(bits: int) -> int:
    return (1 << bits) - 1


_SHARES = [_nullable(name, 14) for name in EMOTIONS]

# What a reader needs of a row, folded into five integers: SQLite and Python hand over
# a few large numbers nearly twice as fast as many small ones. Lowest bits first.
_WORDS = (
    (_plain("student_id", 32), _Part("index", 31, 'sample."index"')),
    (_plain("status", 3), _nullable("facing", 2), *_SHARES[:4]),
    (*_SHARES[4:], _degrees("yaw"), _degrees("pitch"), _plain("shared", 1)),
    (_signed("x1"), _signed("y1")),
    (_signed("x2"), _signed("y2")),
)


def folded_columns() -> str:
    """What to SELECT of ``sample`` and of ``observation AS o`` for `unfold`."""
    return ", ".join(
        # All of SQLite's bit operators bind equally strongly.
        " | ".join(f"({part.sql} << {shift})" for part, shift in _places(word))
        for word in _WORDS
    )


def to_units(probabilities: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Probabilities as integers in ten-thousandths whose sum is exact.

    Rounded by largest remainder: each is off by less than one unit.

    Args:
        probabilities: (m, 7); a row sums to 1 within a thousandth, which is mended.

    Returns:
        (m, 7) in [0, 10000]; every row sums to 10,000.
    """
    p = np.clip(np.asarray(probabilities, dtype=np.float64), 0.0, None)
    exact = p / p.sum(axis=1, keepdims=True) * PROBABILITY_UNITS
    units = np.floor(exact).astype(np.int64)
    missing = PROBABILITY_UNITS - units.sum(axis=1, keepdims=True)
    # Rank 0 has the largest remainder; as many ranks as units are missing get one.
    order = np.argsort(-(exact - units), axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    return np.asarray(units + (ranks < missing))


def pack(
    readings: Sequence[Reading], sample_id: int, student_ids: dict[int, int]
) -> list[tuple[int | None, ...]]:
    """Rows of the table observation.

    Args:
        readings: what one sample gave.
        sample_id: the sample's row.
        student_ids: the row of each student by number.

    Returns:
        One row a reading, in the order of `COLUMNS`, ordered by student: the order of
        the table, so that pages fill up.
    """
    read = [r.probabilities for r in readings if r.probabilities is not None]
    units = iter(to_units(read).tolist() if read else ())
    rows: list[tuple[int | None, ...]] = []
    for reading in readings:
        shares = (
            (None,) * len(EMOTIONS) if reading.probabilities is None else next(units)
        )
        x1, y1, x2, y2 = (round(edge) for edge in reading.xyxy)
        rows.append(
            (
                sample_id,
                student_ids[reading.student],
                STATUS_CODES[reading.status],
                *shares,
                None if reading.facing is None else int(reading.facing),
                y2 - y1,
                x1,
                y1,
                x2,
                y2,
                *_pose(reading.pose),
                int(reading.shared),
            )
        )
    return sorted(rows, key=lambda row: row[1] or 0)


def _pose(pose: HeadPose | None) -> tuple[int | None, int | None]:
    """Yaw and pitch in whole degrees; none of a head that cannot be told."""
    if pose is None:
        return None, None
    yaw, pitch = (
        max(-_MOST_DEGREES, min(_MOST_DEGREES, round(degrees)))
        for degrees in (pose.yaw_deg, pose.pitch_deg)
    )
    return yaw, pitch


def unfold(words: Iterable[int], sample_index: npt.NDArray[np.int32]) -> Observations:
    """Columns from folded rows.

    Args:
        words: one row after the other, as `folded_columns` gives them.
        sample_index: (n,) the samples' indices, ascending, all that occur in a row.
    """
    rows = np.fromiter(words, dtype=np.int64).reshape(-1, len(_WORDS))
    column = {
        part.name: rows[:, i] >> shift & _ones(part.bits)
        for i, word in enumerate(_WORDS)
        for part, shift in _places(word)
    }
    shares = np.stack([column[name] for name in EMOTIONS], axis=1)
    xyxy = np.stack([column[name] for name in _EDGES], axis=1)
    sign = 1 << 30
    return Observations(
        sample=np.searchsorted(sample_index, column["index"]).astype(np.int32),
        student=column["student_id"].astype(np.int32),
        status=column["status"].astype(np.uint8),
        probabilities=np.where(
            shares == _ones(14), np.nan, shares / np.float64(PROBABILITY_UNITS)
        ),
        facing=np.where(column["facing"] == _ones(2), np.nan, column["facing"]),
        xyxy=((xyxy ^ sign) - sign).astype(np.int32),
        yaw=_unfold_degrees(column["yaw"]),
        pitch=_unfold_degrees(column["pitch"]),
        shared=column["shared"].astype(np.bool_),
    )


def _unfold_degrees(stored: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.where(stored == _ones(8), np.nan, stored - np.float64(_MOST_DEGREES))


def of_roots(seen: Observations, ends: Mapping[int, int]) -> Observations:
    """The sightings by the rows that stand for the students, each once in a sample.

    Where two rows of one student were seen in one sample, the one that was read counts,
    else the taller face.

    Args:
        seen: as stored.
        ends: the row that stands for each student's row; others are left out.
    """
    wide = int(seen.student.max(initial=0)) + 1
    table = np.full(wide, -1, dtype=np.int32)
    for id_, root in ends.items():
        if id_ < wide:
            table[id_] = root
    student = table[seen.student]
    height = seen.xyxy[:, 3] - seen.xyxy[:, 1]
    order = np.lexsort((-height, ~seen.is_read, student, seen.sample))
    order = order[student[order] >= 0]
    sample, whose = seen.sample[order], student[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (sample[1:] != sample[:-1]) | (whose[1:] != whose[:-1])
    kept = order[first]
    return replace(seen.pick(kept), student=student[kept])


def _places(word: Sequence[_Part]) -> Iterator[tuple[_Part, int]]:
    """Each part of a word with the number of bits below it."""
    shift = 0
    for part in word:
        yield part, shift
        shift += part.bits
