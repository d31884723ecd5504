"""What a network is shown in an epoch, step by step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from models.training.ahead import ahead
from models.training.augment import augment, lay_over
from models.training.networks import HEADS, as_input
from models.training.settings import Settings
from models.training.targets import Targets


def batches(
    images: npt.NDArray[np.uint8],
    wanted: Targets,
    settings: Settings,
    epoch: int,
    before: int,
) -> Iterator[tuple[npt.NDArray[np.float32], Targets]]:
    """An epoch's steps, each made while the one before is learned.

    Args:
        images: (n, 48, 48) uint8.
        wanted: (n, 7) for each head.
        settings: of the run.
        epoch: counted from 0.
        before: epochs behind the weights that the run began with.

    Yields:
        (b, side, side, 1) float32 faces, and (b, 7) for each head.
    """
    rng = np.random.default_rng((settings.seed, before + epoch))
    order = rng.permutation(len(images))
    # The last batch is filled up from the first faces: one shape, one compilation.
    order = np.resize(order, -(-len(order) // settings.batch) * settings.batch)
    side, mixup = settings.side(epoch), settings.mixup_in(epoch)
    damage = settings.damage_in(epoch)

    def make(
        rows: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[np.float32], Targets]:
        faces = as_input(augment(images[rows], rng, damage), side)
        if not mixup:
            return faces, {head: wanted[head][rows] for head in HEADS}
        faces, other, share = lay_over(faces, rng, mixup)
        return faces, {
            head: share * wanted[head][rows] + (1 - share) * wanted[head][rows[other]]
            for head in HEADS
        }

    return ahead(make, list(order.reshape(-1, settings.batch)))
