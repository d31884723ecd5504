"""Virtual classes for tests, and a ruler for boxes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass

SMALL = Look(640, 360)


def made_options(**changes: Any) -> SourceOptions:  # noqa: ANN401
    """A class of four for one minute, unless told otherwise."""
    return dataclasses.replace(
        SourceOptions(students=4, minutes=1.0, seed=1, every_s=3.0), **changes
    )


def made_class(look: Look | None = SMALL, **changes: Any) -> VirtualClass:  # noqa: ANN401
    return VirtualClass(made_options(**changes), look)


def xyxy(xywh: Sequence[float]) -> tuple[float, float, float, float]:
    x, y, width, height = xywh
    return x, y, x + width, y + height


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes x1, y1, x2, y2."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    tall = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    whole = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return wide * tall / (whole - wide * tall)
