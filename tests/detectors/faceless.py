"""Pictures of a class's screen on which nobody is."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from monitor.records import Image

WIDE, HIGH = 1280, 720


def blank(grey: int = 250) -> Image:
    return np.full((HIGH, WIDE, 3), grey, np.uint8)


def write(image: Image, text: str, at: tuple[int, int], size: float) -> None:
    ink = (20, 20, 20) if image.mean() > 127 else (240, 240, 240)
    thick = max(1, round(size * 2))
    cv2.putText(
        image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, ink, thick, cv2.LINE_AA
    )


def noise(cell: int) -> Image:
    small = np.random.default_rng(cell).integers(
        0, 256, (HIGH // cell, WIDE // cell, 3), dtype=np.uint8
    )
    return np.asarray(cv2.resize(small, (WIDE, HIGH)), np.uint8)


def gradient() -> Image:
    ramp = np.linspace(0, 255, WIDE).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (HIGH, WIDE, 3)))


def page_of_text() -> Image:
    page = blank()
    for i, y in enumerate(range(30, HIGH, 34)):
        write(page, f"{i} The quick brown fox :-) (o_o) jumps 0O8B @ &", (20, y), 0.8)
    return page


def slide() -> Image:
    page = blank()
    write(page, "Photosynthesis", (80, 110), 2.5)
    for i in range(6):
        colour = (30 * i, 200 - 20 * i, 220)
        cv2.circle(page, (150 + i * 190, 330), 70, colour, -1, cv2.LINE_AA)
        cv2.rectangle(page, (100 + 190 * i, 620 - 40 * i), (220 + 190 * i, 680), colour)
    return page


def cameras_off() -> Image:
    """Discs with an initial in 25 tiles: a class that shows nobody."""
    page = blank(34)
    tints = np.random.default_rng(2).integers(60, 255, (25, 3)).tolist()
    for i, tint in enumerate(tints):
        x, y = i % 5 * 256, i // 5 * 144
        cv2.rectangle(page, (x + 2, y + 2), (x + 253, y + 141), (60, 64, 67), -1)
        cv2.circle(page, (x + 128, y + 68), 36, tint, -1, cv2.LINE_AA)
        write(page, "AJMKRSOQ"[i % 8], (x + 114, y + 82), 1.3)
        write(page, f"Student {i}", (x + 8, y + 136), 0.4)
    return page


def skin_coloured_ovals() -> Image:
    page = blank(200)
    for x, y, radius in np.random.default_rng(4).integers(20, 700, (40, 3)).tolist():
        size = (radius // 6 + 8, radius // 4 + 10)
        cv2.ellipse(page, (x * 2, y), size, 0, 0, 360, (140, 170, 215), -1, cv2.LINE_AA)
    return page


PICTURES: dict[str, Callable[[], Image]] = {
    "black": lambda: blank(0),
    "noise": lambda: noise(1),
    "soft noise": lambda: noise(8),
    "clouds": lambda: noise(40),
    "gradient": gradient,
    "text": page_of_text,
    "slide": slide,
    "cameras off": cameras_off,
    "ovals": skin_coloured_ovals,
    "one pixel": lambda: blank()[:1, :1],
    "a line": lambda: blank()[:2],
    "a column": lambda: blank()[:, :3],
}
