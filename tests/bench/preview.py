"""How often the live preview can look: the price of one look, and pictures a second."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Self

from monitor.agent import Health, Progress
from monitor.pipeline import Equipment, build
from monitor.preview.live import LivePreview
from monitor.records import Frame, Image
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass
from tests.bench.timing import cost

_SCENES = (
    ("one face before a webcam, 720p", 1, (1280, 720), "8 a second"),
    ("25 faces, 1080p", 25, (1920, 1080), ""),
)
_SECONDS = 5.0


class _Camera:
    """The same second of a class again and again, as fast as it is asked."""

    live = True
    description = "webcam 0"
    started_at: datetime | None = None
    duration_s: float | None = None

    def __init__(self, pictures: list[Image]) -> None:
        self._pictures = itertools.cycle(pictures)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, offset_s: float) -> Frame:
        return Frame(next(self._pictures), datetime.now(UTC), offset_s)


def measure() -> Iterator[tuple[str, str, str]]:
    """Found, read, drawn from and encoded; the page adds a request on loopback."""
    equipment = Equipment(thorough=False, live=True)
    for name, students, size, aim in _SCENES:
        options = SourceOptions(students=students, seed=3)
        with VirtualClass(options, Look(*size)) as source:
            pictures = [source.picture(i / 10) for i in range(10)]
        camera = _Camera(pictures)
        pipeline = build(equipment)
        tick = pipeline.look(camera.read(0.0), 0)
        pipeline.close()
        preview = LivePreview(camera, equipment)
        preview.show(Progress(Health.RUNNING, tick, 1, 0, 0))
        price = cost(preview.look)
        began, looks = time.monotonic(), 0
        while (passed_s := time.monotonic() - began) < _SECONDS:
            preview.look()
            looks += 1
        yield f"preview, {name}: a look", str(price), ""
        yield f"preview, {name}", f"{looks / passed_s:.1f} a second", aim
