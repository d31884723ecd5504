"""What finds and reads the faces of a preview: networks of its own, loaded when used.

The samples' networks are not shared: they work in another thread, and remember.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor import boxes
from monitor.records import Box, Face, Image

if TYPE_CHECKING:
    from monitor.detectors.port import Detector
    from monitor.emotion.reader import ExpressionReader
    from monitor.pipeline import Equipment

_PIXELS = (320 * 192, 480 * 272, 960 * 544)
"""Pixels that a picture is worked on at: for a face before a webcam, for large ones,
and for a gallery's. Each takes about twice to three times as long as the one before."""

_ENOUGH = 40.0
"""Height in pixels that the smallest known face must keep."""


@dataclass(slots=True)
class Eye:
    """Finds faces quickly and reads those it is told to; for one thread at a time."""

    equipment: Equipment
    _detectors: dict[int, Detector] = field(default_factory=dict, init=False)
    _reader: ExpressionReader | None = field(default=None, init=False)

    def faces(self, image: Image, expected: Sequence[Box]) -> list[Face]:
        """Every face that one look shows.

        Args:
            image: BGR, (H, W, 3) uint8.
            expected: boxes of the faces that were seen last: with small ones the look
                is closer, and takes three times as long.

        Raises:
            DetectorError, UsageError: the detector cannot be loaded.
        """
        return self._detector(_pixels(image, expected)).detect(image)

    def shares(
        self, image: Image, faces: Sequence[Face]
    ) -> list[tuple[float, ...] | None]:
        """Seven calibrated probabilities for each face; None where it is unreadable.

        Raises:
            ModelError: the network cannot be loaded or run.
        """
        if not faces:
            return []
        if self._reader is None:
            from monitor.emotion.reader import ExpressionReader

            self._reader = ExpressionReader.load(self.equipment.model)
        answers = self._reader.look(image, faces)
        return [answer if isinstance(answer, tuple) else None for answer in answers]

    def close(self) -> None:
        """Let go of the networks; they are loaded again when needed."""
        self._detectors.clear()
        self._reader = None

    def _detector(self, pixels: int) -> Detector:
        if pixels not in self._detectors:
            from monitor import detectors
            from monitor.detectors.port import DetectorOptions

            options = DetectorOptions(
                file=self.equipment.detector_file, thorough=False, pixels=pixels
            )
            self._detectors[pixels] = detectors.create(self.equipment.detector, options)
        return self._detectors[pixels]


def _pixels(image: Image, expected: Sequence[Box]) -> int:
    """The fewest pixels at which every face that is expected will be found."""
    if not expected:
        return _PIXELS[-1]
    height, width = image.shape[:2]
    smallest = float(boxes.heights(boxes.as_array(expected)).min())
    enough = (
        pixels
        for pixels in _PIXELS
        if smallest * math.sqrt(pixels / (height * width)) >= _ENOUGH
    )
    return next(enough, _PIXELS[-1])
