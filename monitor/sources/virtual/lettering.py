"""Letters, and small pictures with transparency that are laid on tiles."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures, ImageFont

from monitor.records import Image

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


def patch(sheet: Pictures.Image, x: int, y: int) -> Patch:
    """An RGBA drawing as a patch at that place."""
    pixels = np.asarray(sheet, np.float32)
    alpha = pixels[..., 3:] / 255
    colour = np.ascontiguousarray(pixels[..., 2::-1]) * alpha
    return Patch(colour.astype(np.float32), (1 - alpha).astype(np.float32), x, y)


def fitting(font: Font, text: str, width: float) -> str:
    """The text, shortened with dots where there is too little room for it."""
    if font.getlength(text) <= width:
        return text
    kept = text
    while kept and font.getlength(kept + "…") > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


@cache
def font(size: int) -> Font:
    """A sans serif of that size in pixels."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:  # not on this system
            continue
    return ImageFont.load_default(size)
