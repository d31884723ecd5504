"""The looks of three calls: grounds, corners, labels and borders.

After Zoom, Meet and Teams as their galleries stood in 2024; nothing of theirs is used
but colours and proportions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as Pictures, ImageDraw, ImageFilter

from monitor.errors import UsageError
from monitor.sources.virtual.lettering import Floats, Patch, fitting, font, patch
from monitor.sources.virtual.people import Colour

_LINE = 1.65
"""Height of a label, as a multiple of its letters'."""


@dataclass(frozen=True, slots=True)
class Skin:
    """How a call draws its gallery; lengths in pixels at scale 1.

    Attributes:
        ground: colour behind the tiles.
        gap: between tiles.
        margin: round all of them.
        corner: radius of a tile's corners.
        border: colour of the active speaker's border.
        border_width: its width.
        label: "box" flush in the corner, "pill" a little inside it, or "plain".
        off: ground of a tile whose camera is off.
        initials: on its disc; 0 for the whole name and no disc.
        strip: side of a shared screen on which the filmstrip stands.
    """

    ground: Colour
    gap: int
    margin: int
    corner: int
    border: Colour
    border_width: int
    label: str
    off: Colour
    initials: int
    strip: str


SKINS = {
    "zoom": Skin((0, 0, 0), 6, 4, 0, (58, 230, 190), 4, "box", (36, 36, 36), 0, "top"),
    "meet": Skin(
        (36, 33, 32), 12, 16, 12, (248, 180, 138), 4, "plain", (67, 64, 60), 1, "right"
    ),
    "teams": Skin(
        (31, 31, 31), 8, 12, 6, (220, 118, 124), 4, "pill", (46, 43, 41), 2, "bottom"
    ),
}


def skin(name: str) -> Skin:
    """The named skin.

    Raises:
        UsageError: no such skin.
    """
    if name not in SKINS:
        raise UsageError(f"unknown skin {name!r}: expected one of {sorted(SKINS)}")
    return SKINS[name]


def label(style: Skin, name: str, muted: bool, tile: tuple[int, int, float]) -> Patch:
    """A student's name as it lies in the lower left corner.

    Args:
        style: of the gallery.
        name: what it says.
        muted: draw the microphone that is struck out.
        tile: width and height of the tile in pixels, and the desktop's scale.
    """
    width, height, scale = tile
    size = _letters(height, scale)
    pad, icon = round(size * 0.5), size if muted else 0
    letters = font(size)
    text = fitting(letters, name, width - 4 * pad - icon)
    long = round(letters.getlength(text))
    wide = long + 2 * pad + (icon + pad // 2 if muted else 0)
    tall = round(size * _LINE)
    sheet = Pictures.new("RGBA", (wide, tall), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    if style.label == "box":
        draw.rectangle((0, 0, wide, tall), fill=(20, 20, 22, 175))
    elif style.label == "pill":
        draw.rounded_rectangle(
            (0, 0, wide - 1, tall - 1), round(4 * scale), fill=(36, 36, 38, 205)
        )
    x = pad + (icon + pad // 2 if muted else 0)
    if style.label == "plain":
        # Twice, the darker one a pixel lower: what keeps white letters legible.
        for lower, alpha in ((0.0, 110), (scale, 200)):
            at = (x, tall / 2 + lower)
            draw.text(at, text, (0, 0, 0, alpha), letters, anchor="lm")
        sheet = sheet.filter(ImageFilter.GaussianBlur(scale))
        draw = ImageDraw.Draw(sheet)
    # On a sheet of its own: Pillow would blend the edges of letters with the colour of
    # what is clear, which is black.
    name_only = Pictures.new("RGBA", sheet.size, (255, 255, 255, 0))
    ImageDraw.Draw(name_only).text((x, tall / 2), text, "white", letters, anchor="lm")
    sheet.alpha_composite(name_only)
    if muted:
        red = (240, 72, 72, 255) if style.label == "box" else (255, 255, 255, 255)
        _microphone(draw, (pad, (tall - size) / 2), size, red)
    inset = _inset(style, scale)
    return patch(sheet, inset, height - tall - inset)


def notice(style: Skin, text: str, tile: tuple[int, int, float], room: int) -> Patch:
    """A message over the label of a tile, and over the next one's when it is long.

    Args:
        style: of the gallery.
        text: what it says.
        tile: width and height of the tile in pixels, and the desktop's scale.
        room: how wide it may be, in pixels.
    """
    width, height, scale = tile
    size = _letters(height, scale)
    letters = font(size)
    wide = min(round(max(letters.getlength(text) + 4 * size, 0.62 * width)), room)
    inset, spare = _inset(style, scale), round(2 * scale)
    # A little more than the label, no more: faces stay in sight.
    tall = round(size * _LINE) + spare + min(inset, spare)
    sheet = Pictures.new("RGBA", (wide, tall), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    box, radius = (0, 0, wide - 1, tall - 1), round(4 * scale)
    draw.rounded_rectangle(box, radius, (248, 248, 250, 255), (150, 150, 156, 255))
    draw.rectangle((0, radius, radius, tall - radius), (44, 110, 168, 255))
    said = fitting(letters, text, wide - 2 * size)
    draw.text((1.5 * size, tall / 2), said, (40, 40, 44, 255), letters, anchor="lm")
    return patch(sheet, 0, height - tall - max(inset - spare, 0))


def corners(style: Skin, tile: tuple[int, int, float]) -> Floats | None:
    """(h, w, 1) in [0, 1]: 1 where the tile shows; None when its corners are square."""
    width, height, scale = tile
    radius = round(style.corner * scale)
    if radius == 0:
        return None
    return _rounded(width, height, 0, radius)[..., None]


def border(style: Skin, tile: tuple[int, int, float]) -> Sequence[Patch]:
    """The active speaker's border, inside the tile: four strips."""
    width, height, scale = tile
    thick = max(round(style.border_width * scale), 2)
    radius = round(style.corner * scale)
    ring = _rounded(width, height, 0, radius) - _rounded(
        width, height, thick, max(radius - thick, 0)
    )
    ring = np.clip(ring, 0, 1)[..., None]
    colour = ring * np.asarray(style.border, np.float32)
    deep = thick + radius
    return [
        Patch(colour[ys, xs], 1 - ring[ys, xs], xs.start or 0, ys.start or 0)
        for ys, xs in (
            (slice(0, deep), slice(0, width)),
            (slice(height - deep, height), slice(0, width)),
            (slice(deep, height - deep), slice(0, thick)),
            (slice(deep, height - deep), slice(width - thick, width)),
        )
    ]


def _inset(style: Skin, scale: float) -> int:
    """How far labels stand from a tile's edges, in pixels."""
    return 0 if style.label == "box" else round(8 * scale)


def _letters(height: int, scale: float) -> int:
    """How high the letters are on a tile of that height, in pixels."""
    return max(round(min(max(height * 0.062, 11), 17) * scale), 8)


def _rounded(width: int, height: int, inset: int, radius: int) -> Floats:
    """(height, width) mask of a rounded rectangle, drawn four times as large."""
    large = Pictures.new("L", (width * 2, height * 2), 0)
    box = (2 * inset, 2 * inset, 2 * (width - inset) - 1, 2 * (height - inset) - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, 2 * radius, fill=255)
    small = cv2.resize(
        np.asarray(large, np.float32), (width, height), interpolation=cv2.INTER_AREA
    )
    return np.asarray(small / 255, np.float32)


def _microphone(
    draw: ImageDraw.ImageDraw,
    corner: tuple[float, float],
    size: int,
    colour: tuple[int, int, int, int],
) -> None:
    """A microphone struck out, ``size`` pixels high."""
    x, y = corner
    s = size / 16
    line = max(round(1.4 * s), 1)
    draw.rounded_rectangle((x + 6 * s, y + s, x + 10 * s, y + 9 * s), 2 * s, colour)
    draw.arc((x + 3.5 * s, y + 3 * s, x + 12.5 * s, y + 12 * s), 0, 180, colour, line)
    draw.line((x + 8 * s, y + 12 * s, x + 8 * s, y + 15 * s), colour, line)
    draw.line((x + 2 * s, y + 1 * s, x + 14 * s, y + 15 * s), colour, line)
