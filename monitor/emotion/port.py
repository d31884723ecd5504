"""What a reader of expressions is: the port that both kinds implement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.records import Frame, Reading, Sighting


class Reader(Protocol):
    """Makes a reading of every sighting."""

    @property
    def model(self) -> str:
        """Name and version of the network; "" when none is loaded."""
        ...

    @property
    def prior(self) -> tuple[float, ...] | None:
        """Class shares that it was calibrated under; None where nobody knows."""
        ...

    @property
    def expressions(self) -> tuple[str, ...]:
        """Those of `EMOTIONS` that the network can tell, in their order."""
        ...

    def read(self, frame: Frame, sightings: Sequence[Sighting]) -> tuple[Reading, ...]:
        """One reading for each sighting, in their order; no pixels in them."""
        ...
