"""Says in plain words what was read: classes, bad rows, pictures met twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.training.readers.data import BadRow, Data
from models.training.readers.parts import LEARNING, strange
from monitor.quoting import named, on_one_line

BAD_ROWS_NAMED = 10


def describe(data: Data) -> list[str]:
    """Lines for people: rows by part and class, votes, bad rows, duplicates.

    Finding duplicates takes a minute for 36,000 pictures; `Data.groups` keeps them.
    """
    lines = [
        f"{named(data.path.name)}: {_count(len(data), 'picture')} in "
        f"{_count(len(data.classes), 'class', 'classes')}"
    ]
    lines += [
        f"{named(part) or 'not in a part'}: {_by_class(data, data.parts == part)}"
        for part in dict.fromkeys(data.parts.tolist())
    ]
    if data.votes is not None:
        some = int((data.votes.sum(1) > 0).sum())
        lines.append(f"votes of FER+ on {_count(some, 'picture')}")
    bad = bad_rows(data.bad) or ["no bad rows"]
    return [*lines, *data.notes, *strange(data), *bad, *_duplicates(data)]


def bad_rows(rows: Sequence[BadRow]) -> list[str]:
    """How many rows were left out, and the first of them by name; [] without any."""
    if not rows:
        return []
    first = [f"  {line}" for line in named_rows(rows[:BAD_ROWS_NAMED])]
    more = len(rows) - len(first)
    rest = [f"  and {more:,} more"] if more else []
    return [f"{_count(len(rows), 'bad row')} left out:", *first, *rest]


def named_rows(rows: Sequence[BadRow]) -> list[str]:
    """A line for each: where it stands, and what is wrong."""
    return [on_one_line(f"{bad.where}: {bad.why}") for bad in rows]


def _by_class(data: Data, inside: npt.NDArray[np.bool_]) -> str:
    counts = np.bincount(data.labels[inside], minlength=len(data.classes))
    each = [
        f"{named(name)} {count:,}"
        for name, count in zip(data.classes, counts, strict=True)
    ]
    return f"{inside.sum():,} ({', '.join(each)})"


def _duplicates(data: Data) -> list[str]:
    groups = data.groups
    if not groups.exact + groups.mirrored + groups.near:
        return ["no picture stands there twice"]
    again = len(data) - len(np.unique(groups.of))
    lines = [
        f"{_count(again, 'picture')} of {len(data):,} had been there before (pairs: "
        f"{groups.exact:,} exact, {groups.mirrored:,} mirrored, {groups.near:,} near)"
    ]
    if len(data.part_names) < 2:
        return lines
    for part in data.part_names:
        inside = data.parts == part
        across = np.isin(groups.of[inside], groups.of[~inside]).sum()
        use = ": not learned from" if part.casefold() in LEARNING and across else ""
        lines.append(
            f"{across:,} of {named(part)}'s {inside.sum():,} stand in another part too"
            f"{use}"
        )
    return lines


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
