"""The picture of a call: every student's tile, and what lies on it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from monitor.records import Image
from monitor.sources.virtual import skins
from monitor.sources.virtual.head import Rectangle
from monitor.sources.virtual.layout import Look, Tile, tiles
from monitor.sources.virtual.scene import Moment
from monitor.sources.virtual.sitters import Sitter

_QUALITY = 78
"""Of the JPEG round trip that stands for a video codec's damage. What the call draws
over the videos (names, borders) is sharp, as on a real screen."""


class Gallery:
    """Draws a class; everything that stays the same is drawn once.

    Args:
        look: size and skin.
        sitters: who sits in each tile, made for the size that `places` gives.
        names: their names, in the same order.
    """

    def __init__(
        self, look: Look, sitters: Sequence[Sitter], names: Sequence[str]
    ) -> None:
        style = skins.skin(look.skin)
        self.tiles = places(look, len(sitters))
        self._ground = style.ground
        self._empty = np.full((look.height, look.width, 3), style.ground, np.uint8)
        self._sitters = sitters
        size = (*self.tiles[0][2:], look.scale)
        self._labels = [
            {muted: skins.label(style, name, muted, size) for muted in (False, True)}
            for name in names
        ]
        self._border = skins.border(style, size)
        self._corners = skins.corners(style, size)

    def draw(self, moment: Moment) -> Image:
        """The whole gallery at one moment: (height, width, 3) BGR uint8."""
        picture = self._empty.copy()
        for number, (x, y, width, height) in enumerate(self.tiles):
            tile = np.empty((height, width, 3), np.uint8)
            self._sitters[number].paint(tile, moment.poses[number])
            tile = _damaged(tile)
            self._overlay(tile, number, moment)
            picture[y : y + height, x : x + width] = tile
        return picture

    def face_boxes(self, moment: Moment) -> list[Rectangle | None]:
        """Each student's face in pixels of the gallery, None where not known."""
        boxes: list[Rectangle | None] = []
        for sitter, pose, place in zip(
            self._sitters, moment.poses, self.tiles, strict=True
        ):
            box = sitter.face_box(pose)
            boxes.append(None if box is None else _inside(box, place))
        return boxes

    def _overlay(self, tile: Image, number: int, moment: Moment) -> None:
        self._labels[number][moment.muted[number]].paint(tile)
        if self._corners is not None:
            ground = np.asarray(self._ground, np.float32)
            tile[:] = np.round(ground + (tile - ground) * self._corners)
        if moment.speaker == number:
            for strip in self._border:
                strip.paint(tile)


def places(look: Look, count: int) -> list[Tile]:
    """Where the tiles stand in that look."""
    style = skins.skin(look.skin)
    gap, margin = round(style.gap * look.scale), round(style.margin * look.scale)
    return tiles(look, count, gap, margin)


def _damaged(picture: Image) -> Image:
    _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)


def _inside(box: Rectangle, place: Tile) -> Rectangle:
    """A tile's box as one of the gallery, cut off where the tile ends."""
    x, y, width, height = place
    left, top = max(box[0], 0.0), max(box[1], 0.0)
    right, bottom = min(box[0] + box[2], width), min(box[1] + box[3], height)
    return x + left, y + top, right - left, bottom - top
