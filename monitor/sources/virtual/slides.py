"""What is shared in a virtual call: slides, some with somebody's portrait."""

from __future__ import annotations

import numpy as np
from PIL import Image as Pictures, ImageDraw

from monitor.records import EMOTIONS, Image
from monitor.sources.virtual.lettering import fitting, font
from monitor.sources.virtual.model import FaceModel
from monitor.sources.virtual.people import make_person
from monitor.sources.virtual.scene import Pose
from monitor.sources.virtual.sitters import DrawnSitter

_STRANGERS = 1000
"""From this number on, people are on slides alone."""

_PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "How a lake turns over",
        ("Water is heaviest at four degrees", "In summer warm water floats on top",
         "Autumn winds mix what the sun kept apart", "Oxygen reaches the bottom again"),
    ),
    (
        "Reading a map",
        ("Scale: how far is a finger's width?", "Contours never cross",
         "Close together: it is steep", "North is not always up"),
    ),
    (
        "What bread needs",
        ("Flour, water, salt and time", "Yeast breathes out, the dough rises",
         "Kneading makes it hold the air", "The crust comes last"),
    ),
    (
        "Bridges",
        ("Beams bend, arches press, cables pull", "Every load finds a way down",
         "Why a span has a longest length", "What the wind does"),
    ),
)  # fmt: skip
_INK, _PALE, _ACCENT = (38, 44, 58), (96, 104, 120), (44, 110, 168)
_PAPERS = ((252, 252, 250), (246, 248, 252), (252, 249, 242))


class Slides:
    """The slides of one lecture, each drawn once.

    Args:
        seed: of the lecture.
        model: draws the portraits.
    """

    def __init__(self, seed: int, model: FaceModel) -> None:
        self._seed = seed
        self._model = model
        self._drawn: dict[tuple[int, int, int], Image] = {}

    def draw(self, number: int, width: int, height: int) -> Image:
        """That slide, (height, width, 3) BGR uint8; even ones carry a portrait."""
        key = (number, width, height)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        return self._drawn[key]

    def _draw(self, number: int, width: int, height: int) -> Image:
        random = np.random.default_rng([self._seed, 30, number])
        title, points = _PAGES[int(random.integers(len(_PAGES)))]
        paper = _PAPERS[int(random.integers(len(_PAPERS)))]
        sheet = Pictures.new("RGB", (width, height), paper)
        draw = ImageDraw.Draw(sheet)
        portrait = number % 2 == 0
        room = width * (0.52 if portrait else 0.84)
        left, unit = width * 0.08, height / 100
        large, small = font(max(round(8 * unit), 9)), font(max(round(4.6 * unit), 8))
        draw.rectangle((0, 0, width, 1.6 * unit), _ACCENT)
        draw.text((left, 11 * unit), fitting(large, title, width - 2 * left), _INK,
                  large)  # fmt: skip
        for row, point in enumerate(points):
            y = (31 + 12 * row) * unit
            dot = (left, y + 1.8 * unit, left + 1.6 * unit, y + 3.4 * unit)
            draw.ellipse(dot, _ACCENT)
            said = fitting(small, point, room - 4 * unit)
            draw.text((left + 4 * unit, y), said, _INK, small)
        draw.text((width - left, 95 * unit), str(number + 1), _PALE, small, "rm")
        picture = np.ascontiguousarray(np.asarray(sheet, np.uint8)[..., ::-1])
        if portrait:
            self._hang(picture, number)
        else:
            _columns(picture, random)
        return picture

    def _hang(self, picture: Image, number: int) -> None:
        """Somebody's portrait, framed, at the right; it never moves."""
        height, width = picture.shape[:2]
        tall = round(height * 0.46)
        wide = round(tall * 0.86)
        person = make_person(
            self._seed, _STRANGERS + number, "", len(self._model.components),
            len(self._model.shapes),
        )  # fmt: skip
        room = np.empty((tall, round(tall * 16 / 9), 3), np.uint8)
        sitter = DrawnSitter(person, self._model, room.shape[1], tall)
        sitter.paint(room, _STILL)
        cut = (room.shape[1] - wide) // 2
        x, y, edge = round(width * 0.66), round(height * 0.3), max(height // 160, 1)
        picture[y - edge : y + tall + edge, x - edge : x + wide + edge] = (90, 84, 80)
        picture[y : y + tall, x : x + wide] = room[:, cut : cut + wide]


def _columns(picture: Image, random: np.random.Generator) -> None:
    """A few columns of a chart at the lower right."""
    height, width = picture.shape[:2]
    for column in range(5):
        tall = round(height * float(random.uniform(0.05, 0.3)))
        x, wide, foot = round(width * (0.66 + 0.05 * column)), width // 32, 0.8 * height
        picture[round(foot) - tall : round(foot), x : x + wide] = _ACCENT[::-1]


_STILL = Pose(
    weights=np.eye(len(EMOTIONS), dtype=np.float32)[EMOTIONS.index("neutral")],
    emotion=EMOTIONS.index("neutral"),
    yaw_deg=0.0,
    sway=(0.0, 0.0),
    roll_deg=0.0,
    nod=0.0,
    closed=0.0,
    brightness=1.0,
    warmth=0.0,
)
