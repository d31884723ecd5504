"""How large a network of ours is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A network's size: `SMALL`'s, unless it is told otherwise.

    Attributes:
        widths: channels of each stage; a stage halves height and width (24, 12, 6, 3
            pixels), the first through the stem unless there are `fine` blocks.
        blocks: residual blocks of each stage.
        dropout: share of the pooled features dropped while training.
        fine: residual blocks before any halving, as wide as the first stage. Dear:
            for teachers.
        plain: no way around the blocks, and stages that begin at full height and width
            and end with the largest of four pixels, as VGG has them (Simonyan and
            Zisserman 2015, arXiv 1409.1556). Dear as well.
    """

    widths: tuple[int, ...] = (32, 64, 128, 256)
    blocks: tuple[int, ...] = (1, 2, 2, 1)
    dropout: float = 0.3
    fine: int = 0
    plain: bool = False


SMALL = Shape()
"""57 M multiply-adds: quick to train without a graphics card. Expression 2.0 to 5.0."""
