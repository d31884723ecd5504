"""Where the tiles of a gallery stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from monitor.errors import UsageError

Tile = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

SMALLEST, LARGEST = (320, 180), (7680, 4320)


@dataclass(frozen=True, slots=True)
class Look:
    """How the call's window looks.

    Attributes:
        width: of the gallery in pixels.
        height: of the gallery in pixels.
        scale: 1, or 2 where the desktop draws everything twice as large.
        skin: "zoom", "meet" or "teams".
    """

    width: int = 1920
    height: int = 1080
    scale: float = 1.0
    skin: str = "zoom"

    def __post_init__(self) -> None:
        size = (self.width, self.height)
        if not all(
            a <= b <= c for a, b, c in zip(SMALLEST, size, LARGEST, strict=True)
        ):
            raise UsageError(
                f"a gallery of {self.width}x{self.height} cannot be drawn: expected "
                f"{SMALLEST[0]}x{SMALLEST[1]} to {LARGEST[0]}x{LARGEST[1]}"
            )
        if not 0.5 <= self.scale <= 4:
            raise UsageError(f"a scale of {self.scale:g}: expected 0.5 to 4")


def tiles(look: Look, count: int, gap: int, margin: int) -> list[Tile]:
    """``count`` tiles of 16:9, as large as fit; a last row that is short is centred.

    Args:
        look: the gallery's size.
        count: of tiles, at least 1.
        gap: between tiles, in pixels.
        margin: round all of them, in pixels.
    """
    width, height = look.width - 2 * margin, look.height - 2 * margin
    columns = max(
        range(1, count + 1), key=lambda c: _width(width, height, count, c, gap)
    )
    rows = math.ceil(count / columns)
    wide = int(_width(width, height, count, columns, gap))
    tall = int(wide * 9 / 16)
    top = (look.height - rows * tall - (rows - 1) * gap) // 2
    placed = []
    for number in range(count):
        row, column = divmod(number, columns)
        here = min(columns, count - row * columns)
        left = (look.width - here * wide - (here - 1) * gap) // 2
        placed.append(
            (left + column * (wide + gap), top + row * (tall + gap), wide, tall)
        )
    return placed


def _width(width: int, height: int, count: int, columns: int, gap: int) -> float:
    """How wide a tile can be with so many columns."""
    rows = math.ceil(count / columns)
    across = (width - (columns - 1) * gap) / columns
    down = (height - (rows - 1) * gap) / rows
    return min(across, down * 16 / 9)
