"""Settings of runs that take seconds. Needs the extra `train`."""

from __future__ import annotations

from models.training.augment import Damage
from models.training.settings import Settings
from models.training.shape import Shape

SMALL = Settings(
    epochs=2,
    cool=1,
    small=1,
    batch=16,
    shape=Shape(widths=(4, 8), blocks=(1, 1), dropout=0),
    damage=Damage(small=0, codec=0, blur=0, erase=0),
)
"""Two epochs of a network of a few hundred parameters."""
