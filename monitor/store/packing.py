"""Readings as small integers, and back as columns.

Seven REAL columns took 129 bytes an observation on disk, integers about half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from monitor.records import (
    EMOTIONS,
    PROBABILITY_UNITS,
    STATUS_CODES,
    Observations,
    Reading,
)

UNKNOWN = -1
"""Stands for NULL while rows travel as integers."""

COLUMNS = (
    "sample_id",
    "student_id",
    "status",
    *EMOTIONS,
    "facing",
    "face_height",
    "x1",
    "y1",
    "x2",
    "y2",
)
"""The columns of the table observation, in the order of `pack`."""

LOADED = ("student_id", "status", *EMOTIONS, "facing", "x1", "y1", "x2", "y2")
"""The columns that `unpack` expects after the sample's index."""

_NULLABLE = {*EMOTIONS, "facing"}


def loaded_columns(table: str) -> str:
    """`LOADED` for a SELECT, with `UNKNOWN` in place of NULL."""
    return ", ".join(
        f"coalesce({table}.{name}, {UNKNOWN})"
        if name in _NULLABLE
        else f"{table}.{name}"
        for name in LOADED
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
            )
        )
    return sorted(rows, key=lambda row: row[1] or 0)


def unpack(
    rows: npt.NDArray[np.int32], sample_index: npt.NDArray[np.int32]
) -> Observations:
    """Columns from rows of integers.

    Args:
        rows: (m, 1 + len(LOADED)): the sample's index, then `LOADED`.
        sample_index: (n,) the samples' indices, ascending; holds all of ``rows``.
    """
    shares = rows[:, 3:10]
    facing = rows[:, 10].astype(np.float64)
    return Observations(
        sample=np.searchsorted(sample_index, rows[:, 0]).astype(np.int32),
        student=rows[:, 1].copy(),
        status=rows[:, 2].astype(np.uint8),
        probabilities=np.where(
            shares == UNKNOWN, np.nan, shares / np.float64(PROBABILITY_UNITS)
        ),
        facing=np.where(facing == UNKNOWN, np.nan, facing),
        xyxy=rows[:, 11:15].copy(),
    )
