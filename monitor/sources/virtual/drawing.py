"""Soft-edged shapes: the few drawing means that portraits and rooms are made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Points = Sequence[tuple[float, float]]

_SHIFT = 4
"""Bits of sub-pixel position in OpenCV's drawing calls."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing's place in pixels, and how its units lie on them.

    Attributes:
        width: in pixels.
        height: in pixels.
        scale: pixels a unit.
        origin: the pixel where unit (0, 0) stands.
    """

    width: int
    height: int
    scale: float
    origin: tuple[float, float]

    def shape(self, outline: Points, soft: float = 0.8) -> Floats:
        """(height, width) mask in [0, 1] of a smooth closed curve through points.

        Args:
            outline: points in units, in order around the shape.
            soft: width of the edge in units.
        """
        curve = smooth(np.asarray(outline, np.float64))
        pixels = curve * self.scale + np.asarray(self.origin)
        mask = np.zeros((self.height, self.width), np.uint8)
        whole = np.round(pixels * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(mask, [whole], 255, cv2.LINE_AA, _SHIFT)
        return self._softened(mask, soft)

    def oval(
        self, centre: tuple[float, float], radii: tuple[float, float], soft: float = 0.8
    ) -> Floats:
        """(height, width) mask in [0, 1] of an ellipse, in units."""
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        x, y = centre[0] + radii[0] * np.cos(turn), centre[1] + radii[1] * np.sin(turn)
        return self.shape(list(zip(x.tolist(), y.tolist(), strict=True)), soft)

    def units(self) -> tuple[Floats, Floats]:
        """Each pixel's x and y in units, both (height, width)."""
        x = (np.arange(self.width, dtype=np.float32) - self.origin[0]) / self.scale
        y = (np.arange(self.height, dtype=np.float32) - self.origin[1]) / self.scale
        across, down = np.meshgrid(x, y)
        return across.astype(np.float32), down.astype(np.float32)

    def _softened(self, mask: npt.NDArray[np.uint8], soft: float) -> Floats:
        sigma = soft * self.scale
        edge = mask.astype(np.float32) / np.float32(255)
        if sigma > 0.3:
            edge = np.asarray(cv2.GaussianBlur(edge, (0, 0), sigma), np.float32)
        return edge


def smooth(points: npt.NDArray[np.float64], steps: int = 8) -> npt.NDArray[np.float64]:
    """A closed Catmull-Rom curve through points (n, 2): (n * steps, 2)."""
    before, after = np.roll(points, 1, 0), np.roll(points, -1, 0)
    beyond = np.roll(points, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * points
        + (after - before) * t
        + (2 * before - 5 * points + 4 * after - beyond) * t**2
        + (3 * points - before - 3 * after + beyond) * t**3
    )
    return np.asarray(curve.transpose(1, 0, 2).reshape(-1, 2))


def mirrored(half: Points, middle: float) -> list[tuple[float, float]]:
    """A symmetrical outline from its right half, given from top to bottom.

    Args:
        half: (distance from the middle line, y).
        middle: x of the middle line.
    """
    right = [(middle + x, y) for x, y in half]
    left = [(middle - x, y) for x, y in reversed(half) if x > 0]
    return right + left


def over(ground: Floats, colour: Sequence[float] | Floats, mask: Floats) -> Floats:
    """``colour`` laid on ``ground`` (H, W, 3) where ``mask`` (H, W) says so."""
    paint = np.asarray(colour, np.float32)
    return np.asarray(ground + (paint - ground) * mask[..., None], np.float32)


def laid(alpha: Floats, mask: Floats) -> Floats:
    """What ``alpha`` becomes when something of shape ``mask`` is laid on it."""
    return np.asarray(alpha + mask * (1 - alpha), np.float32)


def folds(
    sheet: Sheet, random: np.random.Generator, size: float, long: float = 4.0
) -> Floats:
    """(height, width) about 0, deviation 1: soft folds of cloth.

    Args:
        sheet: where they are drawn.
        random: what they are drawn from.
        size: their width in units.
        long: their length, as a multiple of their width.
    """
    # Half as fine is fine enough, and four times as quick.
    small = (max(sheet.width // 2, 8), max(sheet.height // 2, 8))
    rough = random.normal(0, 1, small[::-1]).astype(np.float32)
    sigma = max(size * sheet.scale / 2, 0.5)
    soft = cv2.GaussianBlur(rough, (0, 0), sigma, None, long * sigma)
    soft = cv2.resize(soft, (sheet.width, sheet.height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(soft / max(float(soft.std()), 1e-6), np.float32)


def fetch(
    image: npt.NDArray[Any], source: Floats, how: int, border: int
) -> npt.NDArray[Any]:
    """The picture whose pixels are taken from where ``source`` (H, W, 2) says."""
    # One map of pairs is documented; the stubs want two.
    return cv2.remap(image, source, None, how, borderMode=border)  # type: ignore[call-overload, no-any-return]


def strands(across: Floats, down: Floats, random: np.random.Generator) -> Floats:
    """About 0, deviation 1: streaks that run where ``across`` stays the same.

    Args:
        across: (H, W) in [-1, 1], the place on the head that a strand grows from.
        down: (H, W) in [0, 1], how far along it.
        random: what the streaks are drawn from.
    """
    rough = random.normal(0, 1, (24, 240)).astype(np.float32)
    fine = cv2.GaussianBlur(rough, (0, 0), 0.8, None, 5.0)
    broad = cv2.GaussianBlur(rough, (0, 0), 5.0, None, 8.0)
    streaks = fine / fine.std() + 1.2 * broad / broad.std()
    x = (across * 0.49 + 0.5).astype(np.float32) * 239
    y = np.clip(down, 0, 1).astype(np.float32) * 23
    found = cv2.remap(streaks, x, y, cv2.INTER_CUBIC, None, cv2.BORDER_REFLECT)
    return np.asarray(found / 1.6, np.float32)
