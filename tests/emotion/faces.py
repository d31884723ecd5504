"""Made faces and sightings for the emotion room."""

from __future__ import annotations

from datetime import UTC, datetime

import cv2
import numpy as np
import numpy.typing as npt

from monitor.emotion.preprocess import CANONICAL_LANDMARKS
from monitor.records import Face, Frame, Image, Sighting

Points = npt.NDArray[np.float64]


def landmarks(
    middle: tuple[float, float] = (160.0, 120.0),
    side: float = 96.0,
    turn: float = 0.0,
) -> Points:
    """(5, 2) the canonical landmarks on a face ``side`` pixels high, turned (radians).

    Coordinates count from the middle of the first pixel.
    """
    shares = np.asarray(CANONICAL_LANDMARKS) - 0.5
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(shares @ rotation * side + middle)


def sighting(
    points: Points | None = None, student: int = 1, height: float = 96.0
) -> Sighting:
    """A student seen at ``points`` with a box of ``height`` pixels around them."""
    points = landmarks(side=height) if points is None else points
    x, y = points.mean(0)
    box = (x - height / 2.6, y - height / 2, x + height / 2.6, y + height / 2)
    return Sighting(student, Face(box, 0.9, tuple((px, py) for px, py in points)))


def frame(image: Image | None = None) -> Frame:
    """A picture, 320 x 240 of smooth noise by default."""
    if image is None:
        image = noise(320, 240)
    return Frame(image, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 0.0)


def noise(width: int, height: int, seed: int = 1) -> Image:
    """A BGR picture with structure of a face's fineness."""
    rng = np.random.default_rng(seed)
    grain = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(grain, (0, 0), 1.5), dtype=np.uint8)


def drawn(
    width: int, height: int, points: Points, radius: float, level: int = 255
) -> Image:
    """A black BGR picture with a soft dot on each point."""
    y, x = np.mgrid[0:height, 0:width]
    grey = np.zeros((height, width))
    for px, py in points:
        grey += level * np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2))
    image = np.clip(grey, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(image[..., None], 3, axis=2))
