"""The record that every kind of data becomes, and what may be wrong with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from models.training import duplicates
from models.training.class_names import position
from models.training.datasets import SIDE
from monitor.errors import UsageError
from monitor.quoting import named, on_one_line
from monitor.records import EMOTIONS

Images = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]

OTHER_VOTES = ("contempt", "unknown", "NF")
"""What FER+'s annotators could choose apart from the seven; NF: not a face."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used.

    Attributes:
        where: "fer2013.csv:17", or a path.
        why: what is wrong, and what was expected.
        part: as `Data.parts` names it; "" where that cannot be told.
    """

    where: str
    why: str
    part: str = ""


@dataclass(slots=True)
class BadRows:
    """Gathers the rows that cannot be used.

    Attributes:
        stop: give up at the first.
        seven: a picture of a class that is none of the seven expressions is one.
        found: those met so far.
    """

    stop: bool = False
    seven: bool = False
    found: list[BadRow] = field(default_factory=list)

    def add(self, where: str, why: str, part: str = "") -> None:
        """Notes one.

        Raises:
            UsageError: it was asked to stop.
        """
        if self.stop:
            raise UsageError(
                f"{on_one_line(where)}: {on_one_line(why)}; mend or remove it, or "
                "choose --bad skip."
            )
        self.found.append(BadRow(where, why, part))

    def check_some_left(self, path: Path, rows: int) -> None:
        """Refuses data without a usable row.

        Raises:
            UsageError: ``rows`` is 0.
        """
        if rows:
            return
        first = "there are no rows"
        if self.found:
            bad = self.found[0]
            first = on_one_line(
                f"bad rows: {len(self.found):,}, the first {bad.where}: {bad.why}"
            )
        raise UsageError(f"{path} holds no picture that can be used; {first}.")


class Pictures(Protocol):
    """Where a set's pictures come from; rows are positions in the set."""

    def grey(self, rows: Rows, side: int) -> Images:
        """(k, side, side) uint8."""
        ...

    def colour(self, rows: Rows, side: int) -> Images:
        """(k, side, side, 3) uint8, RGB."""
        ...


@dataclass(frozen=True, eq=False)
class Data:
    """Labelled pictures, n of them, in the order in which they stand in the source.

    Attributes:
        path: where they were read from.
        classes: names of the classes.
        labels: (n,) int64, positions in ``classes``.
        parts: (n,) str, each picture's part as the source names it; "" without parts.
        votes: (n, 7) float32, FER+'s votes in the order of `EMOTIONS`; None without.
        other_votes: (n, 3) float32, FER+'s votes in the order of `OTHER_VOTES`.
        index: (n,) int64, positions in the source, counted from 0; bad rows count.
        sha256: of the file (with votes from a second file, of both files' sums; of
            folders, of names and contents).
        bad: the rows that were left out.
        notes: what else is worth knowing, a sentence each.
        pictures: where the pixels are.
        files: n files that they were read from; none where all stand in one.
    """

    path: Path
    classes: tuple[str, ...]
    labels: Rows
    parts: npt.NDArray[np.str_]
    index: Rows
    sha256: str
    bad: list[BadRow]
    pictures: Pictures
    votes: npt.NDArray[np.float32] | None = None
    other_votes: npt.NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()
    files: Sequence[Path] = ()

    def __post_init__(self) -> None:
        n = len(self.labels)
        shapes = {
            "labels": (self.labels, (n,)),
            "parts": (self.parts, (n,)),
            "index": (self.index, (n,)),
            "votes": (self.votes, (n, len(EMOTIONS))),
            "other_votes": (self.other_votes, (n, len(OTHER_VOTES))),
        }
        if len(self.files) not in {0, n}:
            raise ValueError(f"files: expected 0 or {n}, got {len(self.files)}")
        for name, (array, shape) in shapes.items():
            if array is not None and array.shape != shape:
                raise ValueError(f"{name}: expected {shape}, got {array.shape}")

    def __len__(self) -> int:
        return len(self.labels)

    def grey(self, rows: npt.NDArray[Any], side: int = SIDE) -> Images:
        """The pictures at ``rows``, stretched to squares where they are none.

        Args:
            rows: positions or a mask.
            side: height and width in pixels.

        Returns:
            (k, side, side) uint8.

        Raises:
            UsageError: a picture can no longer be read.
        """
        return self.pictures.grey(_positions(rows), side)

    def colour(self, rows: npt.NDArray[Any], side: int = SIDE) -> Images:
        """`grey` in colour: (k, side, side, 3) uint8, RGB; of grey ones thrice grey."""
        return self.pictures.colour(_positions(rows), side)

    @property
    def part_names(self) -> tuple[str, ...]:
        """Names of the parts in the order of the source; () without parts."""
        return tuple(name for name in dict.fromkeys(self.parts.tolist()) if name)

    def part(self, name: str) -> Rows:
        """(k,) positions of a part's pictures; upper and lower case are one.

        Raises:
            UsageError: there is no such part.
        """
        return np.flatnonzero(np.isin(self.parts, self._spellings(name)))

    def bad_in(self, part: str | None) -> list[BadRow]:
        """The bad rows of a part, and those whose part cannot be told; None: all.

        Raises:
            UsageError: there is no such part.
        """
        if part is None:
            return self.bad
        spelled = self._spellings(part)
        return [bad for bad in self.bad if not bad.part or bad.part in spelled]

    def _spellings(self, part: str) -> list[str]:
        alike = [n for n in self.part_names if n.casefold() == part.casefold()]
        spelled = [part] if part in alike else alike
        if not spelled:
            there = ", ".join(map(named, self.part_names))
            raise UsageError(
                f"{self.path} has no part {part!r}: it has "
                f"{there or 'none, all rows are one set'}.{self._gone(part)}"
            )
        return spelled

    def _gone(self, part: str) -> str:
        """What became of a part that is there, but has bad rows alone."""
        bad = [row for row in self.bad if row.part.casefold() == part.casefold()]
        if not (part and bad):
            return ""
        return (
            f" All rows of {part!r} were left out as bad: {len(bad):,}, the first "
            f"{on_one_line(bad[0].where)}: {on_one_line(bad[0].why)}."
        )

    def emotions(self) -> Rows:
        """(n,) labels as positions in `EMOTIONS`; anger is angry, and the like.

        Raises:
            UsageError: a class with pictures is none of the seven.
        """
        places = [position(name) for name in self.classes]
        held = np.bincount(self.labels, minlength=len(places)) > 0
        foreign = [
            name
            for name, place, some in zip(self.classes, places, held, strict=True)
            if some and place < 0
        ]
        if foreign:
            raise UsageError(
                f"{self.path} has classes that are none of the seven expressions "
                f"({', '.join(map(named, foreign))}): expected "
                f"{', '.join(EMOTIONS)}; rename them, or take them out."
            )
        return np.asarray(places, np.int64)[self.labels]

    @cached_property
    def groups(self) -> duplicates.Groups:
        """Which pictures are one and the same; takes a minute for 36,000."""
        return duplicates.find(self.grey(np.arange(len(self))))


def part_array(parts: Iterable[str]) -> npt.NDArray[np.str_]:
    """(n,) str; of nothing too."""
    return np.array(list(parts), dtype=np.str_)


def _positions(rows: npt.NDArray[Any]) -> Rows:
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)
