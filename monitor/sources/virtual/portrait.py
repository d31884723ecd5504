"""A person's head and shoulders, drawn once for a tile; `head` moves what moves."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from monitor.records import EMOTIONS
from monitor.sources.virtual.drawing import Floats, Sheet, folds, laid, mirrored, over
from monitor.sources.virtual.hair import FALLING, paint_behind, paint_front
from monitor.sources.virtual.model import HEIGHT, WIDTH, FaceModel
from monitor.sources.virtual.people import Colour, Person

MIDDLE = WIDTH / 2
"""x of the face's middle line, in canvas units."""

FACE_BOX = (31.0, 25.0, 130.0, 165.0)
"""x1, y1, x2, y2 in canvas units: what detectors draw round the face."""

HEAD_BOX = (-14.0, -52.0, 174.0, 250.0)
"""x1, y1, x2, y2 in canvas units: the part that moves, hair and all."""
_CHIN = 176.0
"""Where it ends when no hair falls lower."""

_OUTLINE = (
    (0, -6), (30, 0), (46, 22), (51, 55), (51, 88), (47.5, 115), (40, 139),
    (28, 156), (14, 167), (0, 170),
)  # fmt: skip
_INNER = (
    (0, 27), (20, 31), (34, 46), (41, 70), (43, 98), (40, 120), (33, 140), (23, 154),
    (11, 163), (0, 165),
)  # fmt: skip
"""Half the head and, within it, what the face model draws: distance from the middle
line and y. Beyond it stand other people's hair and backgrounds, blurred."""

_SHOWN = {
    "angry": 1.25,
    "disgust": 1.15,
    "fear": 1.15,
    "happy": 1.05,
    "sad": 1.25,
    "surprise": 1.05,
    "neutral": 1.0,
}
"""How strongly expressions are shown; a mean over many people is milder than each."""


class Head:
    """What moves, in every expression; each is drawn when first shown.

    Args:
        person: whose head it is.
        model: draws the face.
        scale: pixels a canvas unit.

    Attributes:
        sheet: how canvas units lie on the pixels.
    """

    def __init__(self, person: Person, model: FaceModel, scale: float) -> None:
        x1, y1, x2, y2 = HEAD_BOX
        y2 = y2 if person.style in FALLING else _CHIN
        width, height = round((x2 - x1) * scale), round((y2 - y1) * scale)
        self.sheet = Sheet(width, height, scale, (-x1 * scale, -y1 * scale))
        self._person = person
        self._model = model
        self._colours = _colours(person.skin)
        random = np.random.default_rng(person.room)
        nothing = np.zeros((height, width), np.float32)
        behind = paint_behind(
            self.sheet, person, random, np.dstack([nothing] * 3), nothing
        )
        self._skull, alpha = _paint_skull(self.sheet, person, *behind)
        self._front = paint_front(self.sheet, person, random)
        self._inner = self.sheet.shape(mirrored(_INNER, MIDDLE), 3.6)
        self._alpha = laid(alpha, self._front.alpha)
        self._faces: dict[int, npt.NDArray[np.uint8]] = {}

    def face(self, emotion: int) -> npt.NDArray[np.uint8]:
        """(h, w, 4) BGR multiplied by alpha, and alpha; a position in `EMOTIONS`."""
        if emotion not in self._faces:
            self._faces[emotion] = self._draw(emotion)
        return self._faces[emotion]

    def _draw(self, emotion: int) -> npt.NDArray[np.uint8]:
        person, sheet = self._person, self.sheet
        strength = _SHOWN[EMOTIONS[emotion]]
        grey = self._model.face(emotion, strength, person.light, person.form)
        face = _place(sheet, _tint(grey, self._colours))
        # Painted on black, the picture is already multiplied by its alpha.
        picture = self._front.over(over(self._skull, face, self._inner))
        if person.glasses:
            picture = _glasses(sheet, picture)
        drawn = np.dstack([picture, 255 * self._alpha])
        return np.clip(np.round(drawn), 0, 255).astype(np.uint8)


def draw_body(sheet: Sheet, person: Person, ground: Floats) -> Floats:
    """Neck, shoulders and shirt on a tile's background (H, W, 3)."""
    random = np.random.default_rng(person.room + 1)
    skin = np.asarray(person.skin, np.float32)
    _, down = sheet.units()
    neck = sheet.shape(
        mirrored([(30, 120), (27, 150), (26, 180), (34, 200), (60, 214)], MIDDLE), 1.2
    )
    # The chin's shadow, darkest right under it.
    shade = 0.62 + 0.3 * np.clip((down - 165) / 40, 0, 1)
    picture = over(ground, skin * shade[..., None], neck)
    bottom = max(500.0, (sheet.height - sheet.origin[1]) / sheet.scale + 60)
    shoulders = mirrored(
        [(27, 192), (42, 203), (76, 214), (104, 228), (122, 256), (130, 300),
         (134, bottom)],
        MIDDLE,
    )  # fmt: skip
    shirt = sheet.shape(shoulders, 1.2)
    opening = sheet.shape(
        mirrored([(29, 180), (28, 196), (16, 212), (0, 217)], MIDDLE), 0.8
    )
    light = 1.06 - 0.3 * np.clip((down - 200) / 160, 0, 1)
    light += 0.03 * folds(sheet, random, 9.0)
    cloth = np.asarray(person.clothes, np.float32) * light[..., None]
    if person.style == "scarf":
        opening = np.zeros_like(opening)
    hem = np.clip(cv2.GaussianBlur(opening, (0, 0), 2.2 * sheet.scale) * 1.6, 0, 1)
    cloth *= (1 - 0.25 * hem)[..., None]
    return over(picture, cloth, shirt * (1 - opening))


def _paint_skull(
    sheet: Sheet, person: Person, ground: Floats, alpha: Floats
) -> tuple[Floats, Floats]:
    """The head's skin and ears, under the face."""
    skin = np.asarray(person.skin, np.float32)
    x, y = sheet.units()
    ears = np.maximum(
        sheet.oval((MIDDLE - 53, 92), (7, 16)), sheet.oval((MIDDLE + 53, 92), (7, 16))
    )
    inside = np.maximum(
        sheet.oval((MIDDLE - 54, 92), (3, 10), 1.5),
        sheet.oval((MIDDLE + 54, 92), (3, 10), 1.5),
    )
    ground = over(ground, skin * 0.86, ears)
    ground = over(ground, skin * 0.68, inside * 0.7)
    head = sheet.shape(mirrored(_OUTLINE, MIDDLE), 0.9)
    edge = np.clip(np.abs(x - MIDDLE) / 51, 0, 1) ** 4
    low = np.clip((y - 120) / 50, 0, 1)
    shade = (0.95 - 0.16 * edge - 0.16 * low)[..., None]
    return over(ground, skin * shade, head), laid(laid(alpha, ears), head)


def _place(sheet: Sheet, face: Floats) -> Floats:
    """A canvas (HEIGHT, WIDTH, 3) at its place on the sheet, edges drawn out."""
    move = np.array(
        [[sheet.scale, 0, sheet.origin[0]], [0, sheet.scale, sheet.origin[1]]]
    )
    size = (sheet.width, sheet.height)
    placed = cv2.warpAffine(
        face, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(placed, np.float32)


def _colours(skin: Colour) -> Floats:
    """(256, 3) BGR for each grey level: shadows warm, highlights pale."""
    level = np.arange(256, dtype=np.float32)[:, None] / 152
    base = np.asarray(skin, np.float32)
    # Shadows on skin are redder than the skin: blue falls fastest.
    dark = base * np.minimum(level, 1) ** np.array([1.25, 1.15, 0.95], np.float32)
    pale = 1 - np.exp(-0.9 * np.maximum(level - 1, 0))
    return np.asarray(dark + (np.float32(245) - dark) * pale, np.float32)


def _tint(grey: Floats, colours: Floats) -> Floats:
    """The face in colour (HEIGHT, WIDTH, 3): skin tone, redder lips and cheeks."""
    level = np.clip(grey, 0, 254.99)
    low = level.astype(np.intp)
    part = (level - low)[..., None]
    face = colours[low] * (1 - part) + colours[low + 1] * part
    x, y = Sheet(WIDTH, HEIGHT, 1.0, (0.0, 0.0)).units()
    lips = np.exp(-(((x - MIDDLE) / 22) ** 4) - ((y - 133) / 9) ** 2)
    cheeks = sum(
        np.exp(-(((x - MIDDLE - side) / 15) ** 2) - ((y - 112) / 13) ** 2)
        for side in (-31, 31)
    )
    red = np.clip(0.16 * lips + 0.06 * cheeks, 0, 1)[..., None]
    # Teeth are light: the redness leaves them.
    red *= np.clip((215 - level) / 50, 0, 1)[..., None]
    return np.asarray(face * (1 - red * np.array([1.0, 1.0, 0.1])), np.float32)


def _glasses(sheet: Sheet, picture: Floats) -> Floats:
    rims = np.zeros((sheet.height, sheet.width), np.float32)
    for side in (-1, 1):
        centre = (MIDDLE + side * 25.5, 81.0)
        ring = sheet.oval(centre, (19.5, 15.5), 0.5)
        rims = np.maximum(rims, ring - sheet.oval(centre, (18, 14), 0.5))
    bridge = sheet.oval((MIDDLE, 77), (7, 1.2), 0.5)
    return over(picture, (48, 46, 50), np.clip(np.maximum(rims, bridge), 0, 1) * 0.8)
