"""Who is who in a gallery: by label first, then by tile, backdrop and place.

A label names its tile's student, wherever the tile has gone. While labels are hidden or
not read yet, a tile goes on with the student who had it when what stands behind is the
same; a tile that moved is known again by what stands behind when that is unmistakable.
Whoever fits nobody gets a number of their own, which is joined with the right student
as soon as a label tells. Where there are no tiles (a webcam, a classroom), the place is
all there is.

Labels that are read beside the class answer at a later sample: until then a label's
looks are enough to keep its student.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from monitor.boxes import as_array, held, iou
from monitor.identity import backdrops
from monitor.identity.continuity import Slot
from monitor.identity.facing import UsualPoses, head_pose
from monitor.identity.owners import Owners
from monitor.identity.people import People, Person, beside_name
from monitor.identity.positions import PositionTracker
from monitor.identity.presence import Presence
from monitor.records import Away, Box, Face, Frame, Image, Seen, Sighting

if TYPE_CHECKING:
    from monitor.identity.labels import TileLabel
    from monitor.identity.names import Names
    from monitor.identity.tiles import Layout


_SAME_PLACE = 0.5
"""Intersection over union from which a tile stands where another one stood."""

_UNMOVED = 0.7
"""Intersection over union of a face with itself in the sample before."""


class Layouts(Protocol):
    """Finds a gallery's tiles."""

    def look(self, image: Image, faces: Sequence[Face]) -> Layout:
        """The tiles of this picture."""
        ...


class LabelReader(Protocol):
    """Reads the names on tiles."""

    def look(self, image: Image, tiles: Sequence[Box]) -> Sequence[TileLabel | None]:
        """One label for each tile, None where there is none."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why names are not read, in one line; None when all is well."""
        ...

    def close(self) -> None:
        """Let go of what reads beside the class."""
        ...


class Stills(Protocol):
    """Knows pictures of people from people."""

    def left_out(self, image: Image, faces: Sequence[Face], layout: Layout) -> set[int]:
        """Positions of the faces that are pictures."""
        ...


class Parts(NamedTuple):
    """What a tracker tells students apart with.

    Attributes:
        layouts: finds the tiles.
        labels: reads the names.
        names: knows whom a name means.
        stills: finds pictures of people; None where every face counts.
    """

    layouts: Layouts
    labels: LabelReader
    names: Names
    stills: Stills | None = None


class GalleryTracker:
    """Tells students apart; a `monitor.identity.port.Tracker`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._people = People()
        self._owners = Owners(self._people, parts.names)
        self._places = PositionTracker()
        self._holders: dict[int, Person] = {}
        self._loose: list[tuple[Person, Face]] = []
        self._poses = UsualPoses()
        self._presence = Presence()
        self._tiles: dict[int, Box] = {}
        self._sample = -1

    def update(self, frame: Frame, faces: Sequence[Face]) -> Seen:
        """See `monitor.identity.port.Tracker.update`."""
        self._sample += 1
        layout = self._parts.layouts.look(frame.image, faces)
        pictures = self._pictures(frame.image, faces, layout)
        self._unmask([faces[i] for i in sorted(pictures)])
        counted = [face for i, face in enumerate(faces) if i not in pictures]
        slots = self._slots(frame.image, layout, counted)
        owners = self._owners.of(slots, self._sample)
        placed = self._placed(slots, owners, counted, layout.shared)
        news = self._people.news()
        for join in news.joined:
            self._poses.join(join.student, join.into)
        for gone in (*(join.student for join in news.joined), *news.nobody):
            self._presence.drop(gone)
        sightings = [self._sighting(*pair) for pair in placed]
        away = self._away(slots, owners, {s.student for s in sightings})
        sightings.sort(key=lambda sighting: sighting.student)
        return Seen(
            tuple(sightings),
            away,
            news.named,
            news.joined,
            left_out=len(pictures),
            pictures=news.nobody,
            turned=self._turned(slots, owners),
        )

    @property
    def trouble(self) -> str | None:
        """See `monitor.identity.port.Tracker.trouble`."""
        return self._parts.labels.trouble

    def close(self) -> None:
        """See `monitor.identity.port.Tracker.close`."""
        self._parts.labels.close()

    def _pictures(
        self, image: Image, faces: Sequence[Face], layout: Layout
    ) -> set[int]:
        if self._parts.stills is None:
            return set()
        return self._parts.stills.left_out(image, faces, layout)

    def _turned(self, slots: Sequence[Slot], owners: Sequence[Person | None]) -> bool:
        """Whether somebody has a tile who did not have that one before."""
        pairs = zip(slots, owners, strict=True)
        now = {p.number: slot.tile for slot, p in pairs if p is not None}
        before, self._tiles = self._tiles, now
        return any(
            number not in before
            or iou(as_array([tile]), as_array([before[number]])) < _SAME_PLACE
            for number, tile in now.items()
        )

    def _unmask(self, pictures: Sequence[Face]) -> None:
        """Drop those who turn out to be pictures on a slide."""
        if not pictures or not self._loose:
            return
        there = as_array([face.xyxy for _, face in self._loose])
        here = as_array([face.xyxy for face in pictures])
        same = np.any(iou(there, here) >= _UNMOVED, axis=1).tolist()
        for (person, _), is_it in zip(self._loose, same, strict=True):
            if is_it:
                self._people.drop(person)

    def _slots(self, image: Image, layout: Layout, faces: Sequence[Face]) -> list[Slot]:
        if not layout.tiles:
            return []
        labels = self._parts.labels.look(image, layout.tiles)
        inside: list[list[Face]] = [[] for _ in layout.tiles]
        for face, place in zip(faces, _tiles_of(faces, layout.tiles), strict=True):
            if place is not None:
                inside[place].append(face)
        slots = []
        for tile, label, here in zip(layout.tiles, labels, inside, strict=True):
            backdrop = backdrops.look(image, tile, [face.xyxy for face in here])
            here.sort(key=lambda face: -face.height)
            slots.append(Slot(tile, tuple(here), label, backdrop))
        return slots

    def _placed(
        self,
        slots: Sequence[Slot],
        owners: Sequence[Person | None],
        faces: Sequence[Face],
        shared: Box | None,
    ) -> list[tuple[Person, Face, bool]]:
        """Every face that counts with its student, and whether it shares a tile."""
        places = {id(seen.face): seen.student for seen in self._places.update(faces)}
        placed: list[tuple[Person, Face, bool]] = []
        in_tile: set[int] = set()
        for slot, owner in zip(slots, owners, strict=True):
            in_tile |= {id(face) for face in slot.faces}
            if owner is not None and owner.is_me:
                self._holders |= {places[id(face)]: owner for face in slot.faces}
            elif owner is not None:
                placed += self._in_tile(owner, slot, places)
        taken = {person.number for person, _, _ in placed}
        self._loose = []
        rest = [face for face in faces if id(face) not in in_tile]
        for face in sorted(rest, key=lambda face: places[id(face)]):
            person = self._holder(places[id(face)])
            if person is not None and person.is_me:
                continue
            # On a shared screen a place is nobody's who had a tile there before.
            slide = shared is not None and _tiles_of([face], [shared]) != [None]
            tiled = person is not None and person.tile is not None
            if person is None or person.number in taken or (slide and tiled):
                person = self._people.new()
            taken.add(person.number)
            placed.append((person, face, False))
            if person.tile is None:
                self._loose.append((person, face))
        for person, face, _ in placed:
            self._holders[places[id(face)]] = person
        return placed

    def _in_tile(
        self, owner: Person, slot: Slot, places: dict[int, int]
    ) -> list[tuple[Person, Face, bool]]:
        """The faces of one tile; those after the first share it."""
        if len(slot.faces) < 2:
            return [(owner, face, False) for face in slot.faces]
        group = [owner, *self._people.beside(owner)]
        whose: dict[int, Person] = {}
        for i, face in enumerate(slot.faces):
            holder = self._holder(places[id(face)])
            if holder in group and holder not in whose.values():
                whose[i] = holder
        left = [person for person in group if person not in whose.values()]
        for i in range(len(slot.faces)):
            if i not in whose:
                whose[i] = left.pop(0) if left else self._beside(owner)
        return [(whose[i], face, True) for i, face in enumerate(slot.faces)]

    def _beside(self, owner: Person) -> Person:
        person = self._people.new(beside=owner)
        if owner.name:
            place = len(self._people.beside(owner)) + 1
            self._people.name(person, beside_name(owner.name, place))
        return person

    def _holder(self, place: int) -> Person | None:
        """Who was seen last at a place, if that is still a student of its own."""
        person = self._holders.get(place)
        return person if person is not None and self._people.has(person) else None

    def _sighting(self, person: Person, face: Face, shared: bool) -> Sighting:
        pose = head_pose(face.landmarks)
        facing = self._poses.facing(person.number, pose)
        return Sighting(
            person.number, face, shared, self._may_read(person), pose, facing
        )

    def _may_read(self, person: Person) -> bool:
        names = self._parts.names
        if names.asks_consent:
            # Whoever sits beside a student, under another label, or bears the name as
            # the second was not asked.
            first = self._people.named(person.name)[:1] == [person]
            if person.beside is not None or person.doubted or not first:
                return False
        return names.consents(person.name)

    def _away(
        self,
        slots: Sequence[Slot],
        owners: Sequence[Person | None],
        seen: set[int],
    ) -> tuple[Away, ...]:
        if not slots:
            return self._presence.kept(seen)
        holding = [o.number for o in owners if o is not None and not o.is_me]
        unowned = sum(
            owner is None and not slot.faces and slot.label is None
            for slot, owner in zip(slots, owners, strict=True)
        )
        return self._presence.look(
            self._people, holding=holding, seen=seen, unowned=unowned
        )


def _tiles_of(faces: Sequence[Face], tiles: Sequence[Box]) -> list[int | None]:
    """For each face the smallest tile in which its middle stands."""
    places = as_array(tiles)
    inside = held(as_array([face.xyxy for face in faces]), places)
    wide = np.where(inside, places[:, 2] - places[:, 0], np.inf)
    return [
        int(row.argmin()) if np.isfinite(row.min(initial=np.inf)) else None
        for row in wide
    ]
