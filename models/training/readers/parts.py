"""Splits what was read into pictures to learn from and pictures to choose on.

No picture stands on both sides, and none that is learned from stands, as it is,
mirrored or nearly so, in a part that is kept for measuring.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from models.training.datasets import check_enough, held_back
from models.training.readers.data import Data, Rows
from monitor.errors import UsageError
from monitor.quoting import named, quoted

LEARNING = frozenset({"training", "train"})
CHOOSING = frozenset({"validation", "valid", "val"})
MEASURING = frozenset({"publictest", "privatetest", "test"})
"""Names of parts in small letters; from every other part nothing is learned either."""


def learnable(data: Data) -> Rows:
    """(k,) rows of the part to learn from, copies of other parts' pictures included.

    Raises:
        UsageError: there are parts, but none to learn from.
    """
    if not data.part_names:
        return np.arange(len(data))
    rows = learning(data)
    if not len(rows):
        raise UsageError(
            f"{data.path} has no part to learn from: expected Training or train, got "
            f"{', '.join(map(named, data.part_names))}."
        )
    return rows


def split_by_group(data: Data, share: float, seed: int) -> tuple[Rows, Rows]:
    """Splits by groups of duplicates; a validation part that is there is used as it is.

    Learning rows that stand in another part too are left out: how many follows from
    the length of `learnable`.

    Args:
        data: what was read.
        share: the part to choose on as a share of the groups, in (0, 1); of no effect
            where the data brings a validation part.
        seed: draws the groups; the same as `datasets.split` on the same faces.

    Returns:
        Rows to learn from, and rows to choose on, both in order.

    Raises:
        UsageError: nothing to learn from, or nothing to choose on, is left.
    """
    if not 0 < share < 1:
        raise UsageError(f"A validation share of {share:g}: expected above 0, below 1.")
    rows, groups = learnable(data), data.groups.of
    elsewhere = np.setdiff1d(np.arange(len(data)), rows)
    rows = rows[~np.isin(groups[rows], groups[elsewhere])]
    choose = choosing(data)
    if not len(choose):
        held = held_back(groups[rows], data.groups.flat[rows], share, seed)
        rows, choose = rows[~held], rows[held]
    check_enough(str(data.path), len(rows), len(choose))
    return rows, choose


def learning(data: Data) -> Rows:
    """(k,) rows of the part to learn from; none where the data names no such part."""
    return _rows_of(data, LEARNING)


def choosing(data: Data) -> Rows:
    """(k,) rows of the part to choose on; none where the data brings no such part."""
    return _rows_of(data, CHOOSING)


def unknown(data: Data) -> Rows:
    """(k,) rows of parts whose names nobody knows; without parts all."""
    known = LEARNING | CHOOSING | MEASURING
    spelled = [part for part in data.part_names if part.casefold() in known]
    return np.flatnonzero(~np.isin(data.parts, spelled))


def measuring(data: Data) -> list[str]:
    """Names of the parts to measure on, in the order of the source."""
    return [part for part in data.part_names if part.casefold() in MEASURING]


def strange(data: Data) -> list[str]:
    """A sentence where parts have names that nobody knows: slips of the pen, perhaps.

    Nothing where there are no parts: all pictures are one set then.
    """
    if not data.part_names:
        return []
    met = Counter(data.parts[unknown(data)].tolist())
    if not met:
        return []
    first = ", ".join(map(quoted, list(met)[:3]))
    more = f" and {len(met) - 3:,} more" if len(met) > 3 else ""
    return [
        f"{named(data.path.name)}: parts of unknown names ({first}{more}) are neither "
        f"learned from nor chosen on; pictures there: {met.total():,}"
    ]


def _rows_of(data: Data, names: frozenset[str]) -> Rows:
    spelled = [part for part in data.part_names if part.casefold() in names]
    return np.flatnonzero(np.isin(data.parts, spelled))
