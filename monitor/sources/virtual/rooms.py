"""What stands behind a student: a quiet room out of focus."""

from __future__ import annotations

import cv2
import numpy as np

from monitor.sources.virtual.drawing import Floats

_WALLS = (
    (206, 212, 216), (178, 190, 196), (150, 168, 182), (188, 176, 160), (132, 140, 128),
    (112, 116, 120), (196, 204, 190), (160, 150, 168), (84, 92, 98), (170, 186, 204),
)  # fmt: skip
_BOOKS = (
    (60, 80, 150), (130, 90, 60), (70, 130, 120), (80, 150, 190), (150, 140, 130),
    (60, 60, 70), (110, 70, 100),
)  # fmt: skip


def draw_room(width: int, height: int, number: int) -> Floats:
    """(height, width, 3) BGR in [0, 255]; each number is another room."""
    random = np.random.default_rng([number, 20])
    # Drawn small: it will be blurred, and looks the same at every size.
    room = np.empty((90, 160, 3), np.float32)
    wall = np.array(_WALLS[int(random.integers(len(_WALLS)))], np.float32)
    slope = np.linspace(1.06, 0.82, 160, dtype=np.float32)
    room[:] = wall * (slope if random.random() < 0.5 else slope[::-1])[None, :, None]
    thing = random.choice(["window", "shelf", "picture", "plant", "plain", "door"])
    _THINGS[str(thing)](room, random)
    large = cv2.resize(room, (width, height), interpolation=cv2.INTER_CUBIC)
    sigma = max(height * float(random.uniform(0.008, 0.03)), 0.8)
    return np.asarray(
        np.clip(cv2.GaussianBlur(large, (0, 0), sigma), 0, 255), np.float32
    )


def _side(random: np.random.Generator, width: int) -> int:
    """Left edge of something ``width`` wide, at the left or the right of the room."""
    if random.random() < 0.5:
        return int(random.integers(4, max(5, 50 - width)))
    return int(random.integers(110, max(111, 156 - width)))


def _window(room: Floats, random: np.random.Generator) -> None:
    width = int(random.integers(30, 44))
    x, y = _side(random, width), int(random.integers(6, 14))
    room[y - 2 : y + 52, max(x - 2, 0) : x + width + 2] *= 0.78
    sky = np.linspace(1.0, 0.9, 50, dtype=np.float32)[:, None, None]
    room[y : y + 50, x : x + width] = np.array((250, 240, 226), np.float32) * sky
    room[y + 24 : y + 26, x : x + width] *= 0.75
    room[y : y + 50, x + width // 2 : x + width // 2 + 2] *= 0.75


def _shelf(room: Floats, random: np.random.Generator) -> None:
    width = int(random.integers(36, 48))
    x = _side(random, width)
    for y in (12, 36, 60):
        room[y + 20 : y + 22, x : x + width] *= 0.6
        at = x + 1
        while at < x + width - 5:
            thick = int(random.integers(2, 6))
            tall = int(random.integers(11, 18))
            colour = _BOOKS[int(random.integers(len(_BOOKS)))]
            if random.random() < 0.85:
                room[y + 20 - tall : y + 20, at : at + thick] = colour
            at += thick


def _picture(room: Floats, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(1, 3))):
        width, tall = int(random.integers(18, 32)), int(random.integers(18, 28))
        x, y = _side(random, width), int(random.integers(8, 24))
        room[y : y + tall, x : x + width] = (70, 66, 62)
        inside = _BOOKS[int(random.integers(len(_BOOKS)))]
        room[y + 2 : y + tall - 2, x + 2 : x + width - 2] = 0.5 * np.array(inside) + 105


def _plant(room: Floats, random: np.random.Generator) -> None:
    x = _side(random, 20) + 10
    cv2.rectangle(room, (x - 7, 72), (x + 7, 90), (90, 120, 170), -1)
    for _ in range(16):
        tip = (x + int(random.integers(-22, 23)), int(random.integers(22, 62)))
        green = float(random.uniform(0.6, 1.1))
        colour = tuple(green * part for part in (70.0, 120.0, 80.0))
        cv2.line(room, (x, 72), tip, colour, 4)
        cv2.circle(room, tip, 5, colour, -1)


def _plain(room: Floats, random: np.random.Generator) -> None:
    lamp = np.array([random.integers(10, 150), random.integers(0, 30)])
    y, x = np.mgrid[0:90, 0:160]
    far = ((x - lamp[0]) ** 2 + (y - lamp[1]) ** 2) / 2500
    room += (18 * np.exp(-far))[..., None].astype(np.float32)


def _door(room: Floats, random: np.random.Generator) -> None:
    x = _side(random, 34)
    room[8:, x : x + 34] *= 0.86
    room[8:, x : x + 2] *= 0.8
    room[8:, x + 32 : x + 34] *= 0.8
    cv2.circle(room, (x + 29, 52), 2, (60, 70, 80), -1)


_THINGS = {
    "window": _window,
    "shelf": _shelf,
    "picture": _picture,
    "plant": _plant,
    "plain": _plain,
    "door": _door,
}
