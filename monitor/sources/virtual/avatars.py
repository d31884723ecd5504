"""What stands on a tile whose camera is off: a name, or a disc with initials."""

from __future__ import annotations

import numpy as np
from PIL import Image as Pictures, ImageDraw

from monitor.records import Image
from monitor.sources.virtual.lettering import fitting, font
from monitor.sources.virtual.people import Colour
from monitor.sources.virtual.skins import Skin

_DISCS: tuple[Colour, ...] = (
    (108, 80, 36), (92, 92, 160), (70, 124, 64), (150, 96, 52), (124, 74, 120),
    (60, 108, 176), (120, 120, 70), (96, 60, 170),
)  # fmt: skip


def camera_off(style: Skin, name: str, number: int, width: int, height: int) -> Image:
    """The tile without its label: (height, width, 3) BGR uint8.

    Args:
        style: of the gallery.
        name: of the person.
        number: of the person; chooses the disc's colour.
        width: of the tile in pixels.
        height: of the tile in pixels.
    """
    sheet = Pictures.new("RGB", (width, height), style.off[::-1])
    middle = (width / 2, height / 2)
    if style.initials == 0:
        letters = font(max(round(height * 0.11), 9))
        said = fitting(letters, name, 0.9 * width)
        ImageDraw.Draw(sheet).text(middle, said, (240, 240, 240), letters, anchor="mm")
        return _bgr(sheet)
    across = round(height * 0.42)
    # Drawn twice as large: Pillow's circles have hard edges.
    disc = Pictures.new("L", (2 * across, 2 * across), 0)
    ImageDraw.Draw(disc).ellipse((0, 0, 2 * across - 1, 2 * across - 1), 255)
    disc = disc.resize((across, across), Pictures.Resampling.LANCZOS)
    corner = ((width - across) // 2, (height - across) // 2)
    sheet.paste(_DISCS[number % len(_DISCS)][::-1], corner, disc)
    said = initials(name, style.initials)
    letters = font(max(round(across * (0.5 if len(said) == 1 else 0.42)), 8))
    ImageDraw.Draw(sheet).text(middle, said, (255, 255, 255), letters, anchor="mm")
    return _bgr(sheet)


def initials(name: str, count: int) -> str:
    """The first letter of the first word, and of the last when two are wanted."""
    words = name.split()
    chosen = words[:1] if count == 1 else [*words[:1], *words[1:][-1:]]
    return "".join(word[0] for word in chosen).upper()


def _bgr(sheet: Pictures.Image) -> Image:
    return np.ascontiguousarray(np.asarray(sheet, np.uint8)[..., ::-1])
