"""Where the tiles of a gallery stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from monitor.errors import UsageError

Tile = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

STRIP = 6
"""Most tiles that a filmstrip shows."""

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


class Arrangement(NamedTuple):
    """Where everything stands at one moment.

    Attributes:
        tiles: in reading order.
        slide: the shared screen, None in a gallery.
    """

    tiles: tuple[Tile, ...]
    slide: Tile | None = None


def tiles(
    look: Look, count: int, gap: int, margin: int, room: int | None = None
) -> list[Tile]:
    """``count`` tiles of 16:9, as large as fit; a last row that is short is centred.

    Args:
        look: the gallery's size.
        count: of tiles.
        gap: between tiles, in pixels.
        margin: round all of them, in pixels.
        room: how many tiles there is to be room for; ``count`` when None.
    """
    room = max(room or count, count, 1)
    width, height = look.width - 2 * margin, look.height - 2 * margin
    columns = max(range(1, room + 1), key=lambda c: _width(width, height, room, c, gap))
    wide = int(_width(width, height, room, columns, gap))
    tall = int(wide * 9 / 16)
    rows = math.ceil(count / columns)
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


def filmstrip(look: Look, count: int, gap: int, margin: int, side: str) -> Arrangement:
    """A shared screen of 16:9 with a strip of ``count`` tiles beside it.

    Args:
        look: the window's size.
        count: of tiles.
        gap: between tiles, in pixels.
        margin: round all of it, in pixels.
        side: where the strip is: "top", "right" or "bottom".
    """
    width, height = look.width - 2 * margin, look.height - 2 * margin
    step = gap * (STRIP - 1)
    if side == "right":
        tall = min((height - step) // STRIP, int(width / 5 * 9 / 16))
        wide = int(tall * 16 / 9)
        left = look.width - margin - wide
        top = (look.height - count * tall - (count - 1) * gap) // 2
        placed = [(left, top + n * (tall + gap), wide, tall) for n in range(count)]
        free = (margin, margin, width - wide - gap, height)
    else:
        wide = min((width - step) // STRIP, int(height / 6 * 16 / 9))
        tall = int(wide * 9 / 16)
        top = margin if side == "top" else look.height - margin - tall
        left = (look.width - count * wide - (count - 1) * gap) // 2
        placed = [(left + n * (wide + gap), top, wide, tall) for n in range(count)]
        below = margin + tall + gap if side == "top" else margin
        free = (margin, below, width, height - tall - gap)
    return Arrangement(tuple(placed), _fitted(free))


def _fitted(free: Tile) -> Tile:
    """The largest 16:9 in the middle of a rectangle."""
    x, y, width, height = free
    wide = min(width, int(height * 16 / 9))
    tall = min(height, int(wide * 9 / 16))
    return x + (width - wide) // 2, y + (height - tall) // 2, wide, tall


def _width(width: int, height: int, count: int, columns: int, gap: int) -> float:
    """How wide a tile can be with so many columns."""
    rows = math.ceil(count / columns)
    across = (width - (columns - 1) * gap) / columns
    down = (height - (rows - 1) * gap) / rows
    return min(across, down * 16 / 9)
