"""A gallery made by script: rooms in tiles, faces in rooms, labels that come and go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np

from monitor.identity.labels import TileLabel
from monitor.identity.names import Names
from monitor.identity.tiles import Layout
from monitor.identity.tracker import GalleryTracker, Parts
from monitor.records import Box, Face, Frame, Image, KnownStudent, Seen
from tests.identity.test_positions import face

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TILE_WH = (320, 180)


@dataclass(frozen=True)
class Seat:
    """Somebody in a tile.

    Attributes:
        name: on the label; "" for a label that nobody can read.
        label: False hides it.
        faces: how many faces the tile shows.
        room: another one is another background; None is a plain wall.
        answered: False while the label is not read yet.
    """

    name: str
    label: bool = True
    faces: int = 1
    room: str | None = ""
    answered: bool = True
    is_me: bool = False


def hidden(seats: Sequence[Seat]) -> list[Seat]:
    """The same people without their labels."""
    return [replace(seat, label=False) for seat in seats]


def seats(*names: str) -> list[Seat]:
    return [Seat(name) for name in names]


NAMES = ("Amara Diallo", "Ben Carter", "Chloë Peeters", "Daniel Kim", "Elif Şahin")
FIVE = seats(*NAMES)


@dataclass
class Class:
    """Walks a tracker through samples; rows of four tiles."""

    known: Sequence[KnownStudent] = ()
    me: str | None = None
    asks_consent: bool = False
    shown: list[Seat] = field(default_factory=list)
    has_tiles: bool = True
    pictures: set[int] = field(default_factory=set)
    shared: Box | None = None
    sample: int = 0

    def __post_init__(self) -> None:
        names = Names(self.known, self.me, asks_consent=self.asks_consent)
        parts = Parts(self, _Labels(self), names, self)
        self.tracker = GalleryTracker(parts)
        self.names: dict[int, str] = {}
        self.into: dict[int, int] = {}
        self.students: set[int] = set()

    def look(self, image: Image, faces: Sequence[Face]) -> Layout:
        """The layout, as the tracker asks for it."""
        del image, faces
        if not self.has_tiles:
            return Layout((), None)
        tiles = tuple(_tile(i) for i in range(len(self.shown)))
        return Layout(tiles, self.shared)

    def left_out(self, image: Image, faces: Sequence[Face], layout: Layout) -> set[int]:
        """The pictures among the faces, as the tracker asks for them."""
        del image, layout
        return {i for i in self.pictures if i < len(faces)}

    def show(self, shown: Sequence[Seat], beside: Sequence[Face] = ()) -> Seen:
        """One sample of these people in this order, and faces outside any tile."""
        self.shown = list(shown)
        faces = [
            one for i, seat in enumerate(shown) for one in _faces(_tile(i), seat.faces)
        ]
        faces = [*beside, *faces]
        at = timedelta(seconds=3 * self.sample)
        frame = Frame(_picture(shown), START + at, at.total_seconds())
        self.sample += 1
        seen = self.tracker.update(frame, faces)
        self.students |= {one.student for one in seen.sightings}
        self.students -= {join.student for join in seen.joined}
        self.into |= {join.student: join.into for join in seen.joined}
        self.names |= {named.student: named.name for named in seen.named}
        return seen

    def numbers(self, shown: Sequence[Seat]) -> list[int]:
        """The number of each seat's first face in a sample."""
        seen = self.show(shown)
        found = []
        for i, seat in enumerate(shown):
            x1, y1, x2, y2 = _tile(i)
            here = [
                s.student
                for s in seen.sightings
                if x1 <= s.face.xyxy[0] < x2 and y1 <= s.face.xyxy[1] < y2
            ]
            if seat.faces and here:
                found.append(here[0])
        return found

    def called(self, number: int) -> str:
        """The name that a number has in the end."""
        while number in self.into:
            number = self.into[number]
        return self.names.get(number, "")


class _Labels:
    trouble: str | None = None

    def __init__(self, scripted: Class) -> None:
        self._scripted = scripted

    def look(self, image: Image, tiles: Sequence[Box]) -> Sequence[TileLabel | None]:
        del image
        return [_label(self._scripted.shown[i]) for i in range(len(tiles))]

    def close(self) -> None:
        pass


def _label(seat: Seat) -> TileLabel | None:
    if not seat.label:
        return None
    looks = hashlib.sha256((seat.name or f"?{seat.room}").encode()).hexdigest()[:16]
    return TileLabel(
        signature=looks,
        text=seat.name if seat.answered else None,
        name=seat.name if seat.answered else "",
        is_me=seat.is_me,
    )


def _tile(place: int) -> Box:
    width, height = TILE_WH
    x, y = place % 4 * (width + 8), place // 4 * (height + 8)
    return (float(x), float(y), float(x + width), float(y + height))


def _faces(tile: Box, count: int) -> list[Face]:
    middle, down = (tile[0] + tile[2]) / 2, tile[1] + 90
    return [
        face((middle + 100 * (i - (count - 1) / 2), down), 70) for i in range(count)
    ]


def _picture(shown: Sequence[Seat]) -> Image:
    rows = -(-max(len(shown), 1) // 4)
    picture = np.zeros((rows * 188, 4 * 328, 3), np.uint8)
    for i, seat in enumerate(shown):
        x1, y1, x2, y2 = (int(edge) for edge in _tile(i))
        picture[y1:y2, x1:x2] = _room(seat)
    return picture


def _room(seat: Seat) -> Image:
    if seat.room is None or not seat.faces:
        return np.full((TILE_WH[1], TILE_WH[0], 3), 40, np.uint8)
    seed = hashlib.sha256((seat.room or seat.name).encode()).digest()[:4]
    colours = np.random.default_rng(list(seed)).integers(20, 220, (5, 8, 3))
    return np.asarray(
        cv2.resize(colours.astype(np.uint8), TILE_WH, interpolation=cv2.INTER_CUBIC)
    )
