"""What a tile's camera shows: a drawn person, or a picture from a folder."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from monitor.errors import SourceUnavailable
from monitor.records import Image
from monitor.sources.files import PICTURE_SUFFIXES, read_bytes
from monitor.sources.virtual.drawing import Sheet
from monitor.sources.virtual.head import FACE_HEIGHT, MovingHead, Rectangle, face_box
from monitor.sources.virtual.model import FaceModel
from monitor.sources.virtual.people import Person
from monitor.sources.virtual.portrait import FACE_BOX, MIDDLE, Head, draw_body
from monitor.sources.virtual.rooms import draw_room
from monitor.sources.virtual.scene import Pose

_FINER = 1.1
"""A head is drawn a little finer than it is shown: moving it blurs it."""

_SIZES = 3
"""So many sizes of tiles are kept: a gallery's, a filmstrip's and one to spare. A
person takes up to a second to draw, and some megabytes."""


class Sitter(Protocol):
    """Somebody before a camera."""

    def paint(self, tile: Image, pose: Pose) -> None:
        """Fill a tile (H, W, 3) uint8 of the size that the sitter was made for."""
        ...

    def face_box(self, pose: Pose) -> Rectangle | None:
        """Where the face then is, in pixels of the tile; None when not known."""
        ...


class DrawnSitter:
    """A made-up person in a made-up room; drawn when first shown."""

    def __init__(
        self, person: Person, model: FaceModel, width: int, height: int
    ) -> None:
        self._person, self._model, self._size = person, model, (width, height)
        self._scale = person.size * height / FACE_HEIGHT
        middle = (FACE_BOX[1] + FACE_BOX[3]) / 2
        self._origin = (
            width * (0.5 + person.stand[0]) - MIDDLE * self._scale,
            height * (0.5 + person.stand[1]) - middle * self._scale,
        )
        self._drawn: tuple[Image, MovingHead] | None = None

    def paint(self, tile: Image, pose: Pose) -> None:
        """See `Sitter.paint`."""
        if self._drawn is None:
            self._drawn = self._draw()
        still, head = self._drawn
        tile[:] = still
        head.paint(tile, pose)
        _light(tile, pose)

    def face_box(self, pose: Pose) -> Rectangle | None:
        """See `Sitter.face_box`."""
        return face_box(self._scale, self._origin, pose)

    def _draw(self) -> tuple[Image, MovingHead]:
        """What stays, and what moves."""
        person, (width, height) = self._person, self._size
        room = draw_room(width, height, person.room)
        sheet = Sheet(width, height, self._scale, self._origin)
        still = draw_body(sheet, person, room)
        # Grain keeps a codec from drawing steps on a wall.
        still += np.random.default_rng(person.room).normal(0, 1.6, still.shape[:2])[
            ..., None
        ]
        head = Head(person, self._model, self._scale * _FINER)
        return (
            np.clip(np.round(still), 0, 255).astype(np.uint8),
            MovingHead(head, self._scale, self._origin),
        )


class PictureSitter:
    """A picture from a folder, swaying a little; its expression is not known."""

    def __init__(self, picture: Image, width: int, height: int) -> None:
        # Larger than the tile by what the sway takes.
        tall = round(height * 1.12)
        wide = round(tall * picture.shape[1] / picture.shape[0])
        face = cv2.resize(picture, (wide, tall), interpolation=cv2.INTER_AREA)
        ground = cv2.resize(picture, (round(width * 1.12), tall))
        ground = cv2.GaussianBlur(ground, (0, 0), height / 12)
        wide = min(wide, ground.shape[1])
        left, cut = (ground.shape[1] - wide) // 2, (face.shape[1] - wide) // 2
        ground[:, left : left + wide] = face[:, cut : cut + wide]
        self._picture = np.asarray(ground, np.uint8)

    def paint(self, tile: Image, pose: Pose) -> None:
        """See `Sitter.paint`."""
        height, width = tile.shape[:2]
        spare = self._picture.shape[0] - height, self._picture.shape[1] - width
        right, down = (float(np.clip(0.5 + 4 * part, 0, 1)) for part in pose.sway)
        y, x = round(spare[0] * down), round(spare[1] * right)
        tile[:] = self._picture[y : y + height, x : x + width]
        _light(tile, pose)

    def face_box(self, pose: Pose) -> Rectangle | None:
        """None: nobody has said where the face is."""
        del pose
        return None


class Cast:
    """The people before their cameras, each made once for a size.

    Args:
        make: makes one, given number, width and height.
    """

    def __init__(self, make: Callable[[int, int, int], Sitter]) -> None:
        self._make = make
        self._sizes: OrderedDict[tuple[int, int], dict[int, Sitter]] = OrderedDict()

    def sitter(self, number: int, width: int, height: int) -> Sitter:
        """The one with that number, for a tile of that size."""
        size = (width, height)
        made = self._sizes.setdefault(size, {})
        self._sizes.move_to_end(size)
        if len(self._sizes) > _SIZES:
            self._sizes.popitem(last=False)
        if number not in made:
            made[number] = self._make(number, width, height)
        return made[number]


def load_pictures(folder: Path, count: int) -> list[Image]:
    """The first ``count`` pictures of a folder, in name order.

    Raises:
        SourceUnavailable: no such folder, or too few pictures that can be read.
    """
    files = picture_files(folder, count)
    pictures = []
    for file in files:
        image = cv2.imdecode(
            np.frombuffer(read_bytes(file), np.uint8), cv2.IMREAD_COLOR
        )
        if image is None:
            raise SourceUnavailable(
                f"{file} cannot be read as a picture: take it out of the folder"
            )
        pictures.append(np.asarray(image, np.uint8))
    return pictures


def picture_files(folder: Path, count: int) -> list[Path]:
    """The first ``count`` pictures' names; see `load_pictures`."""
    if not folder.is_dir():
        raise SourceUnavailable(
            f"--faces {folder} is not a folder: expected one with {count} portraits"
        )
    try:
        files = sorted(
            file
            for file in folder.iterdir()
            if file.suffix.lower() in PICTURE_SUFFIXES and not file.name.startswith(".")
        )
    except OSError as exc:
        reason = exc.strerror or "not readable"
        raise SourceUnavailable(f"--faces {folder} cannot be opened: {reason}") from exc
    if len(files) < count:
        raise SourceUnavailable(
            f"--faces {folder} has {len(files)} pictures for {count} students: add "
            f"some or give --students {max(len(files), 1)}"
        )
    return files[:count]


def _light(tile: Image, pose: Pose) -> None:
    """The light of the moment, in place."""
    channels = (1 - pose.warmth, 1.0, 1 + pose.warmth)
    strength = pose.brightness * np.array(channels, np.float32)
    table = np.arange(256, dtype=np.float32)[:, None] * strength
    table = np.clip(np.round(table), 0, 255).astype(np.uint8)
    cv2.LUT(tile, table.reshape(1, 256, 3), dst=tile)
