"""What `classpulse models train` was asked for, and how it is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.cli.models.places import lies_among
from monitor.errors import UsageError

if TYPE_CHECKING:
    from models.training.readers.data import Data
    from models.training.transfer.classifier import Settings

EXPRESSION = "expression"
OUR_OWN = ("alexnet", "googlenet")
"""Networks that nobody publishes weights of."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for, before the defaults of the network are filled in."""

    network: str
    out: Path | None
    resume: bool
    epochs: int | None
    batch: int | None
    seed: int
    wanted: dict[str, Any]

    @property
    def folder(self) -> Path:
        """The run's."""
        if self.out is not None:
            return self.out
        from models.training import record

        return record.default_folder(self.network, self.seed)

    def expression(self, data: Data) -> Path:
        """Trains a network of the shipped kind."""
        from models.training.settings import Settings
        from models.training.transfer.handover import train_expression

        usual, before = Settings(), self._before()
        epochs = self.epochs or before.get("epochs", usual.epochs)
        # A shorter run has the same phases, each shorter.
        settings = Settings(
            epochs=epochs,
            cool=max(1, usual.cool * epochs // usual.epochs),
            # A run that goes on for longer keeps the faces that it began with.
            small=before.get("small", usual.small * epochs // usual.epochs),
            batch=self.batch or before.get("batch", usual.batch),
            seed=self.seed,
        )
        return train_expression(data, self.folder, settings, self.resume)

    def other(self, data: Data) -> Path:
        """Trains one of the tutorials' networks."""
        from models.training.transfer import classifier

        return classifier.train(data, self.folder, self.settings(), self.resume)

    def settings(self) -> Settings:
        """Of one of the tutorials' networks.

        Raises:
            UsageError: the network cannot be had like that.
        """
        from models.training.transfer import applications
        from models.training.transfer.changes import Changes
        from models.training.transfer.classifier import Settings

        wanted = {name: x for name, x in self.wanted.items() if x is not None}
        changes = {
            name: wanted.pop(name)
            for name in ("flip", "shear", "zoom", "rotate", "damage")
            if name in wanted
        }
        before = self._before()
        usual = "none" if self.network in OUR_OWN else "imagenet"
        weights = wanted.get("weights", before.get("weights", usual))
        side = wanted.get("size", before.get("side"))
        fine_tune = 0 if weights == "none" else 5
        return Settings(
            network=self.network,
            side=applications.check(self.network, side, weights, bool(before)),
            weights=weights,
            epochs=self.epochs or before.get("epochs", 10),
            fine_tune=wanted.get("fine_tune", before.get("fine_tune", fine_tune)),
            batch=self.batch or before.get("batch", 32),
            seed=self.seed,
            changes=Changes(**before.get("changes", {}) | changes),
        )

    def _before(self) -> dict[str, Any]:
        """The settings of the run that goes on; empty when one begins.

        What is not asked for again stays as it was.
        """
        from models.training import record

        held = record.check_free(self.folder, self.network, self.resume)
        return dict(held["settings"]) if held else {}

    def check(self, data: Path) -> None:
        """Finds out what cannot be before the data is read, which takes its time.

        Raises:
            UsageError: the folder holds another run, or lies among the data, or there
                is no such network.
            ExportError: nothing can be written there.
        """
        from models.training import record

        if lies_among(self.folder, data):
            raise UsageError(
                f"{self.folder} lies among the data: name a folder elsewhere with --out"
            )
        record.check_free(self.folder, self.network, self.resume)
        record.check_place(self.folder)
        if self.network != EXPRESSION:
            self.settings()

    def fetch(self) -> None:
        """Downloads weights that will be needed, before duplicates are looked for.

        Raises:
            UsageError: they cannot be downloaded.
        """
        from models.training import record
        from models.training.transfer import applications

        if self.network == EXPRESSION or (self.folder / record.RECORD).exists():
            return
        settings = self.settings()
        if settings.weights == applications.IMAGENET:
            applications.published(self.network, settings.side)
