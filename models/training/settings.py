"""What a run of an expression network depends on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from models.training.augment import Damage
from models.training.datasets import SIDE
from models.training.shape import Shape

SCHEDULE = ("epochs", "cool", "rate", "clear")
"""Settings that may change when a run is resumed; the record keeps every change."""


PRECISIONS = ("float32", "mixed_bfloat16")
"""What a network may compute in while it learns; see `NOTES.md` for what it saves."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run depends on, apart from the data.

    Attributes:
        epochs: passes over the faces.
        cool: of these, the last in which the rate falls to 0.
        clear: of these, the last in which faces are neither laid over each other nor
            covered: nobody will be, when the network is used.
        small: of these, the first that show faces of `small_side` pixels.
        batch: faces in a step.
        rate: the learning rate (Muon; one epoch of warm-up).
        decay: the kernels' weight decay, a share of the rate.
        vote_weight: weight of the votes' loss; that of the labels is 1.
        smoothing: label smoothing, in [0, 1].
        expected: share of the label that the votes let one expect, beside the label.
        teacher: share of a teacher's answer, where there is one, beside both.
        follow: whether the teacher is asked about every face as it is shown, damaged
            and laid over another (Beyer et al. 2022, arXiv 2106.05237), instead of
            once about the face as it is and its mirror image.
        balance: power of a label's rarity that weighs its faces; 0 weighs all alike.
        mixup: two faces are laid over each other in shares drawn from a beta
            distribution of this parameter (Zhang et al. 2018, arXiv 1710.09412); 0
            leaves them alone.
        average: decay of the weights' moving average for a step.
        validation: share of Training that is held back to choose on.
        precision: what the stages compute in while they learn
            (`PRECISIONS`); the trained network computes in float32.
    """

    epochs: int = 64
    cool: int = 44
    clear: int = 0
    small: int = 20
    small_side: int = 32
    batch: int = 256
    rate: float = 0.02
    decay: float = 0.1
    vote_weight: float = 0.5
    smoothing: float = 0.05
    expected: float = 0.4
    teacher: float = 0.3
    follow: bool = False
    balance: float = 0.3
    mixup: float = 0.3
    average: float = 0.995
    validation: float = 0.1
    precision: str = PRECISIONS[0]
    seed: int = 1
    shape: Shape = field(default_factory=Shape)
    damage: Damage = field(default_factory=Damage)

    def share_of_rate(self, done: float) -> float:
        """Share of the rate after ``done`` epochs: up, held, down to 0."""
        left = (self.epochs - done) / max(1, self.cool)
        return max(0.0, min(1.0, done, left))

    def is_clear(self, epoch: int) -> bool:
        """Whether an epoch, counted from 0, is one of the last, clear ones."""
        return epoch >= self.epochs - self.clear

    def mixup_in(self, epoch: int) -> float:
        """The parameter of `mixup` in an epoch, counted from 0."""
        return 0.0 if self.is_clear(epoch) else self.mixup

    def damage_in(self, epoch: int) -> Damage:
        """What is done to the faces in an epoch, counted from 0."""
        return replace(self.damage, erase=0.0) if self.is_clear(epoch) else self.damage

    def side(self, epoch: int) -> int:
        """Height and width of the faces shown in an epoch, counted from 0."""
        return self.small_side if epoch < self.small else SIDE
