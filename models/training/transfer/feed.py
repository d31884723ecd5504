"""Feeds a network with pictures, a batch at a time, read while the last is learned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.training.ahead import ahead
from models.training.augment import augment
from models.training.datasets import SIDE
from models.training.readers.data import Data, Images, Rows
from models.training.transfer.changes import Changes, change

Batch = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Feed:
    """Pictures of one set as a network takes them.

    Attributes:
        data: the set.
        side: height and width in pixels that the network takes.
        size: pictures in a batch.
        seed: draws their order and changes, together with the epoch's number.
        changes: how they are changed while a network learns.
    """

    data: Data
    side: int
    size: int
    seed: int
    changes: Changes

    def steps(self, rows: Rows) -> int:
        """How many batches the rows make."""
        return -(-len(rows) // self.size)

    def learning(self, rows: Rows, epoch: int) -> Iterator[tuple[Batch, Rows]]:
        """An epoch's batches, changed and in a random order.

        Yields:
            (size, side, side, 3) float32 RGB in [0, 255], and the rows.
        """
        rng = np.random.default_rng((self.seed, epoch))
        # The last batch is filled up from the first ones: one shape, one compilation.
        order = np.resize(rng.permutation(rows), self.steps(rows) * self.size)

        def make(some: Rows) -> tuple[Batch, Rows]:
            return self._pictures(some, rng), some

        return ahead(make, np.split(order, self.steps(rows)))

    def plain(self, rows: Rows) -> Iterator[tuple[Batch, Rows]]:
        """The rows as they are, in order; the last batch may be smaller."""
        lots = [rows[i : i + self.size] for i in range(0, len(rows), self.size)]
        return ahead(lambda some: (self._pictures(some), some), lots)

    def _pictures(self, rows: Rows, rng: np.random.Generator | None = None) -> Batch:
        if self.changes.damage:
            pictures = self._faces(rows, rng)
        else:
            pictures = self.data.colour(rows, self.side)
        if rng is not None:
            pictures = change(pictures, rng, self.changes)
        return pictures.astype(np.float32)

    def _faces(self, rows: Rows, rng: np.random.Generator | None) -> Images:
        """As a call shows them: what is done to 48 pixels is done before enlarging."""
        grey = self.data.grey(rows, SIDE)
        if rng is not None:
            # Mirrored here, it would be mirrored again with the other changes.
            grey = augment(grey, rng, flip=False)
        shown = np.empty((len(rows), self.side, self.side, 3), np.uint8)
        for picture, face in zip(shown, grey, strict=True):
            picture[:] = cv2.resize(face, (self.side, self.side))[..., None]
        return shown
