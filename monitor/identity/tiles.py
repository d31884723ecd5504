"""Where the tiles of a call stand in a picture, found from the picture itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from monitor.boxes import Floats, area, as_array, centres, clip, held
from monitor.identity.edges import touching_tiles
from monitor.identity.gallery import Parts, parts
from monitor.identity.ground import grounds
from monitor.identity.probes import Probes
from monitor.records import Box, Face, Image

_WIDE = 1300
"""Pictures wider than this are looked at smaller, by a whole number."""

_GROUNDS = 4
"""Colours that are tried as the ground."""

_LARGE = 0.35
"""Share of the picture that the one tile of a call covers when nobody else is there."""

_AGAIN = 20
"""Looks after which a picture without tiles is searched anew."""


@dataclass(frozen=True)
class Layout:
    """Where a call's parts stand; boxes in pixels of the picture.

    Attributes:
        tiles: in reading order, those with the camera off too; empty for a webcam's
            picture or a classroom's.
        shared: the shared screen or slide, None without one.
    """

    tiles: tuple[Box, ...] = ()
    shared: Box | None = None


def find_layout(image: Image, faces: Sequence[Face]) -> Layout:
    """The tiles of the call that the picture shows.

    Args:
        image: BGR (H, W, 3) uint8.
        faces: found in it; they tell a gallery from other rectangles.

    Returns:
        The layout; without tiles where the picture is not of a call.
    """
    factor = max(1, round(image.shape[1] / _WIDE + 0.2))
    found = _parts(_smaller(image, factor), as_array([f.xyxy for f in faces]) / factor)
    if found is None:
        return Layout()
    height, width = image.shape[:2]
    tiles = _in_reading_order(clip(found.tiles * factor, (width, height)))
    shared = None
    if found.shared is not None:
        shared = _box(clip(found.shared[None] * factor, (width, height))[0])
    return Layout(tuple(_box(tile) for tile in tiles), shared)


class LayoutWatch:
    """The layout from picture to picture: found anew only when something changed."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._probes: Probes | None = None
        self._strays = 0
        self._looks = 0

    def look(self, image: Image, faces: Sequence[Face]) -> Layout:
        """The layout of this picture: the last one while it still holds.

        Args:
            image: BGR (H, W, 3) uint8.
            faces: found in it.
        """
        self._looks += 1
        if not self._holds(image, faces):
            self._layout = find_layout(image, faces)
            self._probes = Probes(image, _boxes(self._layout))
            self._strays = _strays(self._layout, faces)
            self._looks = 0
        return self._layout

    def _holds(self, image: Image, faces: Sequence[Face]) -> bool:
        if self._probes is None or not self._probes.same(image):
            return False
        if not self._layout.tiles:
            return self._looks < _AGAIN and len(faces) <= self._strays
        return _strays(self._layout, faces) <= self._strays


def _parts(image: Image, faces: Floats) -> Parts | None:
    best: Parts | None = None
    for ground in grounds(image, _GROUNDS):
        found = parts(ground, faces)
        if found is not None and (best is None or found.score > best.score):
            best = found
            large = area(found.tiles).sum() > _LARGE * image.shape[0] * image.shape[1]
            if (len(found.tiles) > 1 or large) and found.holds(faces).all():
                break
    if best is None or not _mostly_alone(faces, best.tiles):
        touching = touching_tiles(image, faces)
        if touching is not None:
            return Parts(touching, None, 0.0)
    return best


def _mostly_alone(faces: Floats, tiles: Floats) -> bool:
    """Whether the tiles hold the faces, about one in each, with few exceptions."""
    holders = held(faces, tiles).any(axis=0).sum()
    return bool(len(faces) - holders < max(2, 0.3 * len(faces)))


def _smaller(image: Image, factor: int) -> Image:
    if factor == 1:
        return image
    height, width = (side // factor for side in image.shape[:2])
    cut = image[: height * factor, : width * factor]
    size = (width, height)
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)


def _box(xyxy: Floats) -> Box:
    x1, y1, x2, y2 = (float(value) for value in xyxy)
    return x1, y1, x2, y2


def _boxes(layout: Layout) -> Floats:
    """All parts of a layout, (n, 4)."""
    shared = () if layout.shared is None else (layout.shared,)
    return as_array([*layout.tiles, *shared])


def _strays(layout: Layout, faces: Sequence[Face]) -> int:
    """Faces that are in no part of the layout."""
    if not faces:
        return 0
    boxes = as_array([face.xyxy for face in faces])
    return int((~held(boxes, _boxes(layout)).any(axis=1)).sum())


def _in_reading_order(tiles: Floats) -> Floats:
    """Row by row; tiles are in one row when their middles are."""
    left = list(range(len(tiles)))
    order: list[int] = []
    middle = centres(tiles)
    while left:
        first = min(left, key=lambda i: (middle[i, 1], middle[i, 0]))
        half = (tiles[first, 3] - tiles[first, 1]) / 2
        row = [i for i in left if middle[i, 1] <= middle[first, 1] + half]
        order += sorted(row, key=lambda i: middle[i, 0])
        left = [i for i in left if i not in row]
    return tiles[order]
