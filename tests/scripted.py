"""A source and a detector that do what a test tells them, through the real ports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self

import numpy as np

from monitor.errors import SourceLost
from monitor.records import Face, Frame, Image
from tests.builders import STARTED_AT


def noise(seed: int, width: int = 64, height: int = 48) -> Image:
    """A picture that no other seed gives."""
    rng = np.random.default_rng(seed)
    return rng.integers(60, 255, (height, width, 3), dtype=np.uint8)


class ScriptedSource:
    """Gives pictures of noise; ``script`` may act, or fail, at each read.

    Args:
        live: as in the port.
        length: pictures that a recording holds.
        script: called with the number of the read, from 0, before each picture.
        picture: what is seen at each read.
        now: the clock that a live source's pictures are dated by.
    """

    description = "scripted"

    def __init__(
        self,
        *,
        live: bool,
        length: int = 10,
        every_s: float = 3.0,
        script: Callable[[int], None] = lambda _: None,
        picture: Callable[[int], Image] = noise,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.live = live
        self.started_at = None if live else STARTED_AT
        self.duration_s = None if live else length * every_s
        self.reads = 0
        self._script = script
        self._picture = picture
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, offset_s: float) -> Frame | None:
        number = self.reads
        self.reads += 1
        self._script(number)
        if self.started_at is None:
            return Frame(self._picture(number), self._now(), offset_s)
        if self.duration_s is not None and offset_s >= self.duration_s:
            return None
        captured = self.started_at + timedelta(seconds=offset_s)
        return Frame(self._picture(number), captured, offset_s)


def lose(*numbers: int) -> Callable[[int], None]:
    """A script whose reads of those numbers find the source lost."""

    def script(number: int) -> None:
        if number in numbers:
            raise SourceLost("the screen cannot be grabbed; trying again")

    return script


class ScriptedDetector:
    """Finds as many faces, in a row, as ``count`` says for each sample."""

    def __init__(self, count: Callable[[int], int] = lambda _: 4) -> None:
        self._count = count
        self._sample = 0

    def detect(self, image: Image) -> list[Face]:
        number = self._count(self._sample)
        self._sample += 1
        return [face_at(100.0 * i + 10, 20.0) for i in range(number)]


def face_at(x: float, y: float, size: float = 40.0) -> Face:
    """An upright face with its box's corner at x, y."""
    shares = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))
    marks = tuple((x + size * u, y + size * v) for u, v in shares)
    return Face((x, y, x + size, y + size), 0.9, marks)
