"""Galleries whose tiles carry names, drawn as calls draw them over changing video."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from monitor.records import Box, Image
from monitor.sources.virtual import skins

WIDE, TALL = 368, 208


@dataclass(frozen=True, eq=False)
class Labelled:
    """A gallery's picture and its tiles (xyxy, reading order)."""

    image: Image
    tiles: tuple[Box, ...]

    def through_codec(self, quality: int = 70) -> Labelled:
        """The same after a round through JPEG."""
        _, code = cv2.imencode(".jpg", self.image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return Labelled(np.asarray(cv2.imdecode(code, 1), np.uint8), self.tiles)

    def scaled(self, by: float) -> Labelled:
        """The same, larger or smaller."""
        method = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
        image = cv2.resize(self.image, None, fx=by, fy=by, interpolation=method)
        tiles = tuple((a * by, b * by, c * by, d * by) for a, b, c, d in self.tiles)
        return Labelled(np.asarray(image, np.uint8), tiles)


def video(seed: int, brightest: int = 190) -> Image:
    """Something like a face cam's picture: soft patches, no writing."""
    random = np.random.default_rng(seed)
    coarse = random.integers(20, brightest, (5, 8, 3), np.uint8)
    soft = cv2.resize(coarse, (WIDE, TALL), interpolation=cv2.INTER_CUBIC)
    noise = random.integers(0, 8, soft.shape, np.uint8)
    return np.asarray(cv2.add(soft, noise), np.uint8)


def labelled(
    names: Sequence[str],
    *,
    skin: str = "zoom",
    seed: int = 0,
    muted: Collection[int] = (),
    hidden: Collection[int] = (),
    columns: int = 5,
) -> Labelled:
    """A gallery of tiles with these names.

    Args:
        names: one a tile.
        skin: of the call.
        seed: of the video behind the labels.
        muted: positions of tiles with a microphone before the name.
        hidden: positions of tiles without a label.
        columns: of the gallery.
    """
    rows = -(-len(names) // columns)
    image = np.zeros((rows * (TALL + 6), columns * (WIDE + 6), 3), np.uint8)
    tiles: list[Box] = []
    for i, name in enumerate(names):
        row, column = divmod(i, columns)
        x, y = column * (WIDE + 6), row * (TALL + 6)
        tile = video(1000 * seed + i)
        if i not in hidden:
            style, size = skins.SKINS[skin], (WIDE, TALL, 1.0)
            skins.label(style, name, i in muted, size).paint(tile)
        image[y : y + TALL, x : x + WIDE] = tile
        tiles.append((float(x), float(y), float(x + WIDE), float(y + TALL)))
    return Labelled(image, tuple(tiles))
