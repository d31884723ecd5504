"""Galleries of portraits, laid out as a video call shows its people.

Portraits are real faces kept outside the project: ``CLASSPULSE_DATA`` names the folder
that holds ``portraits/``. Tests that need them skip, saying so, without it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.records import Box, Face, Image

GROUND, TILE = (26, 26, 26), (60, 52, 48)


@dataclass(frozen=True, eq=False)
class Gallery:
    """A gallery's picture and its tiles (xyxy, reading order)."""

    image: Image
    tiles: tuple[Box, ...]

    def tile_of(self, face: Face) -> int | None:
        """Position of the tile that holds the face's centre, None if none does."""
        x, y = (face.xyxy[0] + face.xyxy[2]) / 2, (face.xyxy[1] + face.xyxy[3]) / 2
        for i, (x1, y1, x2, y2) in enumerate(self.tiles):
            if x1 <= x < x2 and y1 <= y < y2:
                return i
        return None

    def tally(self, faces: Sequence[Face]) -> tuple[int, int]:
        """Tiles with at least one face, and faces too many (twice or in no tile)."""
        tiles = {tile for face in faces if (tile := self.tile_of(face)) is not None}
        return len(tiles), len(faces) - len(tiles)


def portraits(count: int) -> list[Image]:
    """The first ``count`` portraits, BGR, 360 pixels high; skips the test if absent."""
    root = os.environ.get("CLASSPULSE_DATA")
    if not root:
        pytest.skip("CLASSPULSE_DATA is not set: no portraits of real faces here")
    found = sorted((Path(root) / "portraits").glob("*.jpg"))
    if len(found) < count:
        pytest.skip(f"CLASSPULSE_DATA holds {len(found)} portraits, {count} needed")
    pictures = [cv2.imread(str(file)) for file in islice(found, count)]
    return [np.asarray(picture, np.uint8) for picture in pictures]


def gallery(
    pictures: Sequence[Image],
    size: tuple[int, int] = (1920, 1080),
    gap: int = 6,
    fill: float = 1.0,
) -> Gallery:
    """The pictures as 16:9 tiles, as many columns as rows or one more.

    Args:
        pictures: one a tile, BGR; each is fitted to the tile's height.
        size: width and height of the whole in pixels.
        gap: pixels between tiles.
        fill: height of the picture as a share of its tile's.
    """
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    width, height = size
    tile_h = min((height - gap) / rows - gap, ((width - gap) / columns - gap) * 9 / 16)
    tile_w = tile_h * 16 / 9
    left = (width - columns * (tile_w + gap) + gap) / 2
    top = (height - rows * (tile_h + gap) + gap) / 2
    image = np.full((height, width, 3), GROUND, np.uint8)
    tiles: list[Box] = []
    for i, picture in enumerate(pictures):
        x = round(left + (i % columns) * (tile_w + gap))
        y = round(top + (i // columns) * (tile_h + gap))
        w, h = int(tile_w), int(tile_h)
        tile = image[y : y + h, x : x + w]
        tile[:] = TILE
        paste(tile, picture, fill)
        tiles.append((x, y, x + w, y + h))
    return Gallery(image, tuple(tiles))


def paste(ground: Image, picture: Image, fill: float = 1.0) -> None:
    """Put a picture into the ground's middle, ``fill`` of its height, in place."""
    h, w = ground.shape[:2]
    high = max(1, round(h * fill))
    wide = max(1, min(w, round(picture.shape[1] * high / picture.shape[0])))
    smaller = high < picture.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    x, y = (w - wide) // 2, h - high
    ground[y : y + high, x : x + wide] = cv2.resize(
        picture, (wide, high), None, 0, 0, how
    )
