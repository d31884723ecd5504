"""Labelled faces as a network learns from them, and how they are split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from models.training import duplicates
from monitor.errors import UsageError
from monitor.records import EMOTIONS

SIDE = 48
"""Height and width of a FER2013 face in pixels."""

ENOUGH_VOTES = 5
"""Of ten; a face with fewer for the seven teaches nothing of how people vote."""

Votes: TypeAlias = npt.NDArray[np.float32]
Positions: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Labelled faces, n of them.

    Attributes:
        images: (n, 48, 48) uint8, grey.
        labels: (n,) int64, positions in `EMOTIONS`.
        votes: (n, 7) float32, annotators' votes in the order of `EMOTIONS`.
        groups: (n,) int64, equal where two pictures are one (`duplicates.find`).
        seen: (n,) int64, what most annotators saw (`majority`).
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    votes: npt.NDArray[np.float32]
    groups: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: npt.NDArray[Any]) -> Faces:
        """The faces at ``rows`` (positions or a mask)."""
        return Faces(
            self.images[rows],
            self.labels[rows],
            self.votes[rows],
            self.groups[rows],
            self.seen[rows],
        )

    def stated(self, smoothing: float) -> npt.NDArray[np.float32]:
        """(n, 7) float32 rows that sum to 1: the labels.

        Args:
            smoothing: share in [0, 1] spread evenly over the seven.
        """
        hard = np.eye(len(EMOTIONS), dtype=np.float32)[self.labels]
        return np.asarray(
            (1 - smoothing) * hard + smoothing / len(EMOTIONS), dtype=np.float32
        )

    def voted(self) -> npt.NDArray[np.float32]:
        """(n, 7) float32: shares of the votes; of a face without votes all 0."""
        total = self.votes.sum(1, keepdims=True)
        return np.asarray(self.votes / np.maximum(total, 1), dtype=np.float32)

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """(n,) True where at least half of ten annotators chose one of the seven."""
        return np.asarray(self.votes.sum(1) >= ENOUGH_VOTES)


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """What one file holds.

    Attributes:
        training: FER2013's Training part without the pictures that stand, as they
            are, mirrored or nearly so, in PublicTest too.
        public_test: FER2013's PublicTest part: only for the report.
        sha256: of the file, for the run's record.
        shared: how many Training faces were left out as copies.
        copies: of PublicTest, True where the picture stands in Training too.
        validation: the part to choose on, where the data brings one.
        bad: how many pictures could not be used.
        voted: whether somebody voted on the faces; else labels stand for votes.
    """

    training: Faces
    public_test: Faces
    sha256: str
    shared: int
    copies: npt.NDArray[np.bool_]
    validation: Faces | None = None
    bad: int = 0
    voted: bool = True

    def split(self, share: float, seed: int) -> tuple[Faces, Faces]:
        """The faces to learn from and those to choose on.

        Args:
            share: of Training, in (0, 1); of no effect where a validation part is
                there.
            seed: draws the validation part.

        Raises:
            UsageError: nothing is left to learn from, or to choose on, or nothing to
                tell apart.
        """
        if self.validation is None:
            learn, choose = split(self.training, share, seed)
        else:
            learn, choose = self.training, self.validation
        check_enough("The data", len(learn), len(choose))
        check_classes("The data", learn.labels)
        return learn, choose


def split(faces: Faces, share: float, seed: int) -> tuple[Faces, Faces]:
    """Splits off a validation part so that no picture stands on both sides.

    Args:
        faces: FER2013's Training part.
        seed: draws the groups.
        share: the validation part's share of the groups, in (0, 1).

    Returns:
        The faces to learn from and those to choose on.
    """
    flat = duplicates.flat(faces.images)
    held = held_back(faces.groups, flat, share, seed)
    return faces.take(~held), faces.take(held)


def held_back(
    groups: Positions, flat: npt.NDArray[np.bool_], share: float, seed: int
) -> npt.NDArray[np.bool_]:
    """(n,) True where a picture is to choose on: whole groups, drawn from the seed.

    FER2013 holds eleven black pictures. They are drawn one by one, as they were before
    they were known to be one, or every run that is there would choose on pictures it
    learned from; then they go to the side to learn from, if one of them is there.
    """
    _, first, of = np.unique(groups, return_index=True, return_inverse=True)
    drawn = np.where(flat, np.arange(len(groups)), first[of])
    names = np.unique(drawn)
    order = np.random.default_rng(seed).permutation(len(names))
    chosen = names[order[: max(1, round(share * len(names)))]]
    held = np.isin(drawn, chosen)
    return np.asarray(held & ~np.isin(groups, groups[~held]), dtype=np.bool_)


def check_enough(name: str, learn: int, choose: int) -> None:
    """Refuses a split with an empty side.

    Raises:
        UsageError: nothing to learn from, or nothing to choose on, is left.
    """
    if not learn or not choose:
        raise UsageError(
            f"{name} leaves {learn} pictures to learn from and {choose} to choose on "
            "once copies are kept together: expected more different ones."
        )


def check_classes(name: str, labels: Positions) -> None:
    """Refuses pictures to learn from that are all of one class.

    Raises:
        UsageError: they are.
    """
    if len(np.unique(labels)) < 2:
        raise UsageError(
            f"{name} leaves pictures of one class to learn from: expected two or more."
        )


def majority(votes: Votes, others: Votes | None = None) -> Positions:
    """(n,) what most of FER+'s annotators saw: positions in `EMOTIONS`.

    -1 where it was none of the seven (contempt, unknown, no face), where two had as
    many votes, and where nobody voted.

    Args:
        votes: (n, 7) for the seven.
        others: (n, m) for anything else.
    """
    cast = votes if others is None else np.hstack([votes, others])
    first = cast.argmax(1)
    alone = (cast == cast.max(1, keepdims=True)).sum(1) == 1
    return np.where(alone & (first < len(EMOTIONS)), first, -1)
