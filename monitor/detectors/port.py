"""What a face detector is: the port that every kind implements."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from monitor.records import Face, Image


@dataclass(frozen=True, slots=True)
class DetectorOptions:
    """What a detector may be told.

    Attributes:
        file: the network's file, for kinds that no package carries.
        thorough: True for pictures and recordings (full scale each time); False for
            a live class (half scale, with a full pass when the layout changes).
        pixels: how many pixels a picture is worked on at, once and without memory of
            the one before, for a preview; None leaves it to the kind.
        min_score: faces under this confidence in [0, 1] are left out.
    """

    file: Path | None = None
    thorough: bool = True
    pixels: int | None = None
    min_score: float = 0.4


class Detector(Protocol):
    """Finds every face in a picture."""

    def detect(self, image: Image) -> list[Face]:
        """Faces in a BGR uint8 picture (H, W, 3), best first; boxes in its pixels.

        No face is given twice: overlapping finds are merged into the best one.
        """
        ...
