"""Draws on a picture what was read in its faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as Pillow, ImageDraw, ImageFont

from monitor.emotion.reader import Answer, Unreadable
from monitor.records import EMOTIONS, Face, Image

FILL = {
    "angry": "#D55E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "surprise": "#56B4E9",
    "neutral": "#999999",
}
"""The dashboard's colours, which no other room may ask for; a test holds them equal."""
STACK = ("happy", "surprise", "neutral", "sad", "fear", "disgust", "angry")
UNREADABLE = "#8A8A8A"
GROUND, INK = "#14171A", "#FFFFFF"

SMALLEST, LARGEST = 13, 30
"""Height of the letters in pixels, whatever the face's: legible, and not in the way."""


def annotated(image: Image, faces: Sequence[Face], answers: Sequence[Answer]) -> Image:
    """A copy of a picture with each face's frame, number, expression and shares.

    Args:
        image: BGR, (H, W, 3) uint8.
        faces: in it; they are numbered from 1 in this order.
        answers: what was read in each, or what stands against it.

    Returns:
        BGR, (H, W, 3) uint8.
    """
    canvas = Pillow.fromarray(np.ascontiguousarray(image[..., ::-1]))
    draw = ImageDraw.Draw(canvas)
    for number, (face, answer) in enumerate(zip(faces, answers, strict=True), 1):
        _face(draw, face, answer, f"{number} {caption(answer)}")
    return np.ascontiguousarray(np.asarray(canvas, dtype=np.uint8)[..., ::-1])


def caption(answer: Answer) -> str:
    """Two words, such as "happy 93%"; "unreadable" where nothing could be read."""
    if isinstance(answer, Unreadable):
        return "unreadable"
    best = int(np.argmax(answer))
    return f"{EMOTIONS[best]} {answer[best]:.0%}"


def _face(draw: ImageDraw.ImageDraw, face: Face, answer: Answer, text: str) -> None:
    x1, y1, x2, y2 = (round(side) for side in face.xyxy)
    shares = None if isinstance(answer, Unreadable) else answer
    colour = FILL[EMOTIONS[int(np.argmax(shares))]] if shares else UNREADABLE
    width = max(2, round(face.height / 60))
    # A dark edge on both sides keeps the frame visible on any ground.
    draw.rectangle((x1 - 1, y1 - 1, x2 + 1, y2 + 1), outline=GROUND, width=width + 2)
    draw.rectangle((x1, y1, x2, y2), outline=colour, width=width)
    if shares:
        _shares(draw, shares, (x1, y2 + 2, x2, y2 + 2 + max(4, round(width * 2))))
    _label(draw, text, colour, (x1, y1), face.height)


def _shares(
    draw: ImageDraw.ImageDraw,
    answer: Sequence[float],
    place: tuple[int, int, int, int],
) -> None:
    """A bar under the face: its seven probabilities side by side."""
    left, top, right, bottom = place
    draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), fill=GROUND)
    start = float(left)
    for name in STACK:
        end = start + (right - left) * answer[EMOTIONS.index(name)]
        if round(end) > round(start):
            draw.rectangle((round(start), top, round(end), bottom), fill=FILL[name])
        start = end


def _label(
    draw: ImageDraw.ImageDraw,
    text: str,
    colour: str,
    corner: tuple[int, int],
    height: float,
) -> None:
    """White letters on a dark plate with the colour beside them, over the face."""
    size = int(np.clip(height / 7, SMALLEST, LARGEST))
    font = ImageFont.load_default(size)
    pad = max(3, size // 4)
    swatch = size // 2
    wide = round(draw.textlength(text, font=font)) + swatch + 3 * pad
    high = size + 2 * pad
    # Inside the picture, whatever the face's place.
    x = int(np.clip(corner[0], 0, max(0, draw.im.size[0] - wide)))
    above, below = corner[1] - high - 1, corner[1] + 1
    y = above if above >= 0 else max(0, below)
    draw.rectangle((x, y, x + wide, y + high), fill=GROUND)
    middle = y + high / 2
    draw.rectangle(
        (x + pad, middle - swatch / 2, x + pad + swatch, middle + swatch / 2),
        fill=colour,
    )
    place = (x + 2 * pad + swatch, middle)
    draw.text(place, text, fill=INK, font=font, anchor="lm")
