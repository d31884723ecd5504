"""The picture of a call: the tiles, what lies on them, and what is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from monitor.records import Image
from monitor.sources.virtual import skins
from monitor.sources.virtual.avatars import camera_off
from monitor.sources.virtual.events import Showing
from monitor.sources.virtual.head import Rectangle
from monitor.sources.virtual.layout import Arrangement, Look, Tile, filmstrip, tiles
from monitor.sources.virtual.lettering import Patch
from monitor.sources.virtual.scene import Moment
from monitor.sources.virtual.sitters import Cast
from monitor.sources.virtual.slides import Slides

_QUALITY = 78
"""Of the JPEG round trip that stands for a video codec's damage. What the call draws
over the videos (names, borders) is sharp, as on a real screen."""

_NOTICES = (
    "This meeting is being recorded",
    "Your connection is unstable",
    "A new message in the chat",
    "You are muted",
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the call writes of each person, by number.

    Attributes:
        names: for tiles whose camera is off.
        labels: what stands in the lower left corner.
    """

    names: Sequence[str]
    labels: Sequence[str]


class Gallery:
    """Draws a call; everything that stays the same is drawn once.

    Args:
        look: size and skin.
        cast: the people.
        signs: what they are called.
        slides: what is shared.
    """

    def __init__(self, look: Look, cast: Cast, signs: Signs, slides: Slides) -> None:
        self._look = look
        self._style = skins.skin(look.skin)
        self._empty = np.full(
            (look.height, look.width, 3), self._style.ground, np.uint8
        )
        self._cast = cast
        self._signs = signs
        self._slides = slides
        self._fittings: dict[tuple[int, int], _Fittings] = {}

    def places(self, showing: Showing) -> Arrangement:
        """Where everything stands, in pixels: a tile for each seat."""
        look, style = self._look, self._style
        gap, margin = round(style.gap * look.scale), round(style.margin * look.scale)
        count = len(showing.seats)
        if showing.slide is not None:
            return filmstrip(look, count, gap, margin, style.strip)
        return Arrangement(tuple(tiles(look, count, gap, margin, showing.room)))

    def draw(self, moment: Moment, showing: Showing) -> Image:
        """The whole call at one moment: (height, width, 3) BGR uint8."""
        picture = self._empty.copy()
        places = self.places(showing)
        if places.slide is not None and showing.slide is not None:
            x, y, width, height = places.slide
            shared = self._slides.draw(showing.slide, width, height)
            picture[y : y + height, x : x + width] = shared
        for number, place in zip(showing.seats, places.tiles, strict=True):
            x, y, width, height = place
            tile = self._tile(number, moment, showing, (width, height))
            picture[y : y + height, x : x + width] = tile
        if showing.popup is not None and places.tiles:
            self._cover(picture, places.tiles, showing.popup)
        return picture

    def face_boxes(self, moment: Moment, showing: Showing) -> list[Rectangle | None]:
        """Each seat's face in pixels, None where the camera is off or not known."""
        boxes: list[Rectangle | None] = []
        places = self.places(showing)
        for number, place in zip(showing.seats, places.tiles, strict=True):
            sitter = self._cast.sitter(number, *place[2:])
            box = sitter.face_box(moment.poses[number])
            hidden = box is None or number in showing.off
            boxes.append(None if hidden or box is None else _inside(box, place))
        return boxes

    def _tile(
        self, number: int, moment: Moment, showing: Showing, size: tuple[int, int]
    ) -> Image:
        """One person's tile, as the call shows it."""
        fittings = self._fitted(size)
        if number in showing.off:
            tile = fittings.off(number).copy()
        else:
            tile = np.empty((size[1], size[0], 3), np.uint8)
            self._cast.sitter(number, *size).paint(tile, moment.poses[number])
            tile = _damaged(tile)
        if showing.labels:
            fittings.label(number, moment.muted[number]).paint(tile)
        if fittings.corners is not None:
            ground = np.asarray(self._style.ground, np.float32)
            tile[:] = np.round(ground + (tile - ground) * fittings.corners)
        if moment.speaker == number:
            for strip in fittings.border:
                strip.paint(tile)
        return tile

    def _cover(self, picture: Image, places: Sequence[Tile], where: float) -> None:
        """A message over the labels of one tile or of two beside each other."""
        first = int(where * len(places))
        x, y, width, height = places[first]
        room = width
        if first + 1 < len(places) and places[first + 1][1] == y:
            room = places[first + 1][0] + width - x
        text = _NOTICES[int(where * 1000) % len(_NOTICES)]
        message = skins.notice(
            self._style, text, (width, height, self._look.scale), room
        )
        message.paint(picture[y : y + height, x : x + room])

    def _fitted(self, size: tuple[int, int]) -> _Fittings:
        if size not in self._fittings:
            self._fittings[size] = _Fittings(
                self._style, self._signs, (*size, self._look.scale)
            )
        return self._fittings[size]


class _Fittings:
    """What the call draws on tiles of one size, each thing once."""

    def __init__(
        self, style: skins.Skin, signs: Signs, size: tuple[int, int, float]
    ) -> None:
        self.border = skins.border(style, size)
        self.corners = skins.corners(style, size)
        self._style, self._signs, self._size = style, signs, size
        self._labels: dict[tuple[int, bool], Patch] = {}
        self._off: dict[int, Image] = {}

    def label(self, number: int, muted: bool) -> Patch:
        """The person's name in the lower left corner."""
        key = (number, muted)
        if key not in self._labels:
            text = self._signs.labels[number]
            self._labels[key] = skins.label(self._style, text, muted, self._size)
        return self._labels[key]

    def off(self, number: int) -> Image:
        """The person's tile while the camera is off, without label."""
        if number not in self._off:
            name, (width, height, _) = self._signs.names[number], self._size
            self._off[number] = camera_off(self._style, name, number, width, height)
        return self._off[number]


def _damaged(picture: Image) -> Image:
    _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)


def _inside(box: Rectangle, place: Tile) -> Rectangle:
    """A tile's box as one of the gallery, cut off where the tile ends."""
    x, y, width, height = place
    left, top = max(box[0], 0.0), max(box[1], 0.0)
    right, bottom = min(box[0] + box[2], width), min(box[1] + box[3], height)
    return x + left, y + top, right - left, bottom - top
