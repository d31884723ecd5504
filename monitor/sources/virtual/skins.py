"""The looks of three calls: grounds, corners, labels and borders.

After Zoom, Meet and Teams as their galleries stood in 2024; nothing of theirs is used
but colours and proportions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures, ImageDraw, ImageFilter, ImageFont

from monitor.errors import UsageError
from monitor.records import Image
from monitor.sources.virtual.people import Colour

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Floats = npt.NDArray[np.floating[Any]]

_FONTS = (
    "LiberationSans-Regular.ttf",
    "DejaVuSans.ttf",
    "segoeui.ttf",
    "Arial.ttf",
    "arial.ttf",
    "Helvetica.ttc",
)
"""Looked for on the system, in this order; Pillow's own font when none is there."""


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
    """

    ground: Colour
    gap: int
    margin: int
    corner: int
    border: Colour
    border_width: int
    label: str


SKINS = {
    "zoom": Skin((0, 0, 0), 6, 4, 0, (58, 230, 190), 4, "box"),
    "meet": Skin((36, 33, 32), 12, 16, 12, (248, 180, 138), 4, "plain"),
    "teams": Skin((31, 31, 31), 8, 12, 6, (220, 118, 124), 4, "pill"),
}


def skin(name: str) -> Skin:
    """The named skin.

    Raises:
        UsageError: no such skin.
    """
    if name not in SKINS:
        raise UsageError(f"unknown skin {name!r}: expected one of {sorted(SKINS)}")
    return SKINS[name]


class Patch(NamedTuple):
    """A small picture with transparency, and where it goes in its tile.

    Attributes:
        colour: (h, w, 3) float32, BGR multiplied by alpha.
        clear: (h, w, 1) float32, 1 minus alpha.
        x: of its left edge in the tile.
        y: of its upper edge in the tile.
    """

    colour: Floats
    clear: Floats
    x: int
    y: int

    def paint(self, tile: Image) -> None:
        """Lay it on a tile (H, W, 3) in place."""
        height, width = self.clear.shape[:2]
        part = tile[self.y : self.y + height, self.x : self.x + width]
        part[:] = np.round(part * self.clear + self.colour).astype(np.uint8)


def label(style: Skin, name: str, muted: bool, tile: tuple[int, int, float]) -> Patch:
    """A student's name as it lies in the lower left corner.

    Args:
        style: of the gallery.
        name: what it says.
        muted: draw the microphone that is struck out.
        tile: width and height of the tile in pixels, and the desktop's scale.
    """
    width, height, scale = tile
    size = max(round(min(max(height * 0.062, 11), 17) * scale), 8)
    pad, icon = round(size * 0.5), size if muted else 0
    font = _font(size)
    text = _fitting(font, name, width - 4 * pad - icon)
    long = round(font.getlength(text))
    wide = long + 2 * pad + (icon + pad // 2 if muted else 0)
    tall = round(size * 1.65)
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
        draw.text((x, tall / 2), text, (0, 0, 0, 170), font, anchor="lm")
        sheet = sheet.filter(ImageFilter.GaussianBlur(1.5 * scale))
        draw = ImageDraw.Draw(sheet)
    draw.text((x, tall / 2), text, (255, 255, 255, 255), font, anchor="lm")
    if muted:
        red = (240, 72, 72, 255) if style.label == "box" else (255, 255, 255, 255)
        _microphone(draw, (pad, (tall - size) / 2), size, red)
    inset = 0 if style.label == "box" else round(8 * scale)
    return _patch(sheet, inset, height - tall - inset)


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


def _rounded(width: int, height: int, inset: int, radius: int) -> Floats:
    """(height, width) mask of a rounded rectangle, drawn four times as large."""
    large = Pictures.new("L", (width * 2, height * 2), 0)
    box = (2 * inset, 2 * inset, 2 * (width - inset) - 1, 2 * (height - inset) - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, 2 * radius, fill=255)
    small = cv2.resize(
        np.asarray(large, np.float32), (width, height), interpolation=cv2.INTER_AREA
    )
    return np.asarray(small / 255, np.float32)


def _patch(sheet: Pictures.Image, x: int, y: int) -> Patch:
    pixels = np.asarray(sheet, np.float32)
    alpha = pixels[..., 3:] / 255
    colour = np.ascontiguousarray(pixels[..., 2::-1]) * alpha
    return Patch(colour.astype(np.float32), (1 - alpha).astype(np.float32), x, y)


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


def _fitting(font: Font, name: str, width: float) -> str:
    """The name, shortened with dots where the tile is too narrow for it."""
    if font.getlength(name) <= width:
        return name
    kept = name
    while kept and font.getlength(kept + "…") > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


@cache
def _font(size: int) -> Font:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:  # not on this system
            continue
    return ImageFont.load_default(size)
