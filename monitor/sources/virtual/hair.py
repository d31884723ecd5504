"""Hair and scarves: flat shapes with streaks, a style each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from monitor.sources.virtual.drawing import (
    Floats,
    Points,
    Sheet,
    folds,
    laid,
    mirrored,
    over,
    smooth,
    strands,
)
from monitor.sources.virtual.model import WIDTH
from monitor.sources.virtual.people import Person

_MIDDLE = WIDTH / 2

_OUTER: dict[str, Points] = {
    "short": [(0, -21), (22, -18), (41, -5), (53, 20), (56, 48), (53, 74), (48, 86)],
    "side": [(0, -23), (24, -20), (43, -6), (55, 20), (57, 48), (53, 72), (48, 84)],
    "bun": [(0, -14), (22, -11), (40, 2), (52, 24), (55, 48), (53, 70), (49, 80)],
    "cropped": [(0, -9), (20, -7), (38, 5), (50, 26), (53, 48), (52, 66), (49, 76)],
    "curly": [(0, -32), (28, -27), (52, -8), (68, 24), (72, 62), (66, 98), (52, 120)],
    "long": [(0, -21), (24, -18), (45, -4), (59, 24), (64, 70), (68, 120), (72, 175),
             (66, 212), (50, 222), (30, 200)],
    "bob": [(0, -21), (24, -18), (46, -4), (61, 24), (66, 70), (69, 120), (65, 152),
            (48, 164)],
    "scarf": [(0, -22), (24, -19), (45, -5), (59, 24), (61, 80), (57, 140), (62, 190),
              (84, 236), (50, 248)],
}  # fmt: skip
"""Half of the hair's outline: distance from the middle line and y, from the top."""

_OPENING: dict[str, Points] = {
    "short": [(0, 22), (26, 25), (42, 36), (47, 58), (49, 80), (60, 120), (70, 260)],
    "side": [(0, 25), (28, 27), (43, 40), (47, 60), (49, 80), (60, 120), (70, 260)],
    "bun": [(0, 16), (26, 20), (43, 36), (49, 58), (51, 80), (60, 120), (70, 260)],
    "cropped": [(0, 18), (28, 20), (43, 31), (48, 52), (51, 74), (60, 120), (70, 260)],
    "curly": [(0, 24), (26, 27), (42, 42), (47, 70), (50, 100), (56, 130), (62, 260)],
    "long": [(0, 17), (20, 24), (38, 46), (45, 76), (47, 110), (47, 150), (40, 262)],
    "bob": [(0, 36), (26, 37), (42, 44), (46, 76), (48, 110), (48, 150), (44, 262)],
    "scarf": [(0, 22), (26, 26), (42, 48), (46, 84), (43, 116), (36, 142), (24, 158),
              (0, 168)],
}  # fmt: skip
"""Half of the hole that the face shows through."""

FALLING = {"long", "scarf"}
"""What reaches below the chin."""

_NECK = ((0, 130), (31, 140), (29, 170), (32, 200), (37, 225), (38, 270))
_BEHIND = {"long", "bob", "curly"}


class Front(NamedTuple):
    """Hair before the face: BGR (H, W, 3) and its mask (H, W) in [0, 1]."""

    colour: Floats
    alpha: Floats

    def over(self, picture: Floats) -> Floats:
        """The picture with the hair on it."""
        return over(picture, self.colour, self.alpha)


def paint_behind(
    sheet: Sheet,
    person: Person,
    random: np.random.Generator,
    ground: Floats,
    alpha: Floats,
) -> tuple[Floats, Floats]:
    """What hangs behind the head, and a bun."""
    dark = _colour(sheet, person, random) * 0.72
    if person.style in _BEHIND:
        mask = _outer(sheet, person.style)
        # It hangs behind the neck too, which stays where it is.
        mask = mask * (1 - sheet.shape(mirrored(_NECK, _MIDDLE), 1.2))
        ground, alpha = over(ground, dark, mask), laid(alpha, mask)
    if person.style == "bun":
        knot = sheet.oval((_MIDDLE, -26), (23, 21))
        ground, alpha = over(ground, dark * 1.2, knot), laid(alpha, knot)
    return ground, alpha


def paint_front(sheet: Sheet, person: Person, random: np.random.Generator) -> Front:
    """What frames the face."""
    opening = mirrored(_OPENING[person.style], _MIDDLE)
    if person.style == "side":
        # A parting: the hairline falls from one temple to the other.
        opening = [(x, y + 0.16 * (x - _MIDDLE) * (y < 50)) for x, y in opening]
    mask = _outer(sheet, person.style) * (1 - sheet.shape(opening, 1.6))
    if person.style == "cropped":
        mask = mask * 0.9
    colour = _colour(sheet, person, random)
    # A shadow where the hair begins keeps it from looking pasted on.
    near = sheet.shape([(x, y) for x, y in opening], 6.0)
    return Front(np.asarray(colour * (1 - 0.25 * near)[..., None], np.float32), mask)


def _outer(sheet: Sheet, style: str) -> Floats:
    outline = mirrored(_OUTER[style], _MIDDLE)
    mask = sheet.shape(outline, 1.1)
    if style == "curly":
        # The same locks each time: what hangs behind and what frames must meet.
        random = np.random.default_rng(5)
        for x, y in smooth(np.asarray(outline), 4):
            dx, dy, size = (
                random.normal(0, 2),
                random.normal(0, 2),
                random.uniform(7, 12),
            )
            lock = sheet.oval((float(x + dx), float(y + dy)), (size, size), 1.0)
            mask = np.maximum(mask, lock)
    return mask


def _colour(sheet: Sheet, person: Person, random: np.random.Generator) -> Floats:
    """(H, W, 3) streaked hair with a soft shine, or a scarf's cloth."""
    x, y = sheet.units()
    shine = np.exp(-(((y - 4) / 18) ** 2) - ((x - _MIDDLE + 16) / 40) ** 2)
    if person.style == "scarf":
        light: Floats = 1 + 0.05 * folds(sheet, random, 5.0) + 0.1 * shine
    else:
        # Strands grow from the crown and hang from the temples down.
        wide = 76 * np.sqrt(np.clip(1 - ((62 - np.minimum(y, 62)) / 92) ** 2, 0.02, 1))
        across = np.clip((x - _MIDDLE) / wide, -1, 1).astype(np.float32)
        curls = 0.09 if person.style == "curly" else 0.0
        light = 1 + curls * folds(sheet, random, 2.2, 1.0)
        light += (0.085 - 0.9 * curls) * strands(across, (y + 40) / 300, random)
        light += (0.3 - 2 * curls) * shine
    light = light - 0.2 * np.clip(np.abs(x - _MIDDLE) / 60, 0, 1) ** 3
    base = np.asarray(person.hair, np.float32)
    return np.asarray((base + 10) * light[..., None], np.float32)
