"""Blocks of hatched grey or plain grey: seen, and nothing to colour them by."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dashboard.figures.axes import CLEAR
from dashboard.palette import PRESENT, UNREADABLE

_HATCH = {"shape": "/", "fgcolor": UNREADABLE, "size": 5, "fillmode": "overlay"}


class Stretch(NamedTuple):
    """A run of bins of one student, drawn as a block."""

    row: int
    from_s: float
    to_s: float


def stretches(
    cells: npt.NDArray[np.bool_],
    starts_s: npt.NDArray[np.float64],
    bin_s: float,
    to_s: float,
) -> list[Stretch]:
    """Runs of True cells, row by row.

    Args:
        cells: (rows, bins).
        starts_s: (bins,) seconds since the session's start.
        bin_s: their length.
        to_s: where the last bin is cut.
    """
    padded = np.pad(cells.astype(np.int8), ((0, 0), (1, 1)))
    rows, edges = np.nonzero(np.diff(padded, axis=1))
    runs = zip(rows[::2], edges[::2], edges[1::2], strict=True)
    return [
        Stretch(
            int(row),
            float(starts_s[first]),
            min(float(starts_s[end - 1]) + bin_s, to_s),
        )
        for row, first, end in runs
    ]


def hatched(blocks: list[Stretch], height: float) -> dict[str, Any]:
    """A trace of stretches that were seen and could not be read.

    Args:
        blocks: where.
        height: of a block, in rows.
    """
    return _bars(blocks, height, {"color": CLEAR, "pattern": _HATCH})


def greyed(blocks: list[Stretch], height: float) -> dict[str, Any]:
    """A trace of stretches that were seen, where nothing else is known."""
    return _bars(blocks, height, {"color": PRESENT})


def _bars(
    blocks: list[Stretch], height: float, marker: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [round((block.from_s + block.to_s) / 120, 4) for block in blocks],
        "width": [round((block.to_s - block.from_s) / 60, 4) for block in blocks],
        "base": [block.row + height / 2 for block in blocks],
        "y": [-height] * len(blocks),
        "marker": {"line": {"width": 0}, **marker},
        "hoverinfo": "skip",
    }
