"""Whose each tile is: by its label where one can be read, else by continuity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from monitor.identity.continuity import Slot, continued
from monitor.identity.people import People, Person

if TYPE_CHECKING:
    from monitor.identity.labels import TileLabel
    from monitor.identity.names import Names

_REPLACED = 40.0
"""A backdrop this far from the remembered one, in grey levels, is another one."""


_COVERED = 3
"""Samples that another name may lie on a student's label before it is believed."""


_UNREADABLE = 12
"""Samples that something which nobody can read may lie on a student's label before it
is believed to be another's."""

_SAME_ROOM = 5.0
"""Grey levels that one room differs by from a sample to the next, at most."""


class _Told(NamedTuple):
    """What a tile's label says.

    Attributes:
        name: whom it means, "" while not read, or not to be read.
        looks: the label's signature, "" without a label.
        is_read: somebody tried to read it.
        is_known: the name is on the roster, or of the course.
        maybe: the name of somebody else that an unsure one resembles.
        is_mine: it is the teacher's own tile.
    """

    name: str = ""
    looks: str = ""
    is_read: bool = False
    is_known: bool = False
    maybe: str | None = None
    is_mine: bool = False

    @property
    def is_unreadable(self) -> bool:
        """Something stands there that is no name to this reader."""
        return self.is_read and not self.name and not self.is_mine


class Owners:
    """Ties tiles to people, and people to names as these become known."""

    def __init__(self, people: People, names: Names) -> None:
        self._people = people
        self._names = names

    def of(self, slots: Sequence[Slot], sample: int) -> list[Person | None]:
        """Whose each tile is.

        Args:
            slots: the tiles, in reading order.
            sample: the sample's number, from 0.

        Returns:
            A person for each slot; None for an empty one that nobody had before, and
            where the teacher's own tile is there twice.
        """
        told = self._apart([slot.label for slot in slots])
        mine = next((i for i, words in enumerate(told) if words.is_mine), None)
        found: dict[int, Person] = {}
        if mine is not None and self._people.me is not None:
            found[mine] = self._people.me
        self._know(found, slots, told)
        heirs = self._heirs(slots, told, found, sample)
        for i, words in enumerate(told):
            if words.is_mine:
                self._mine(i, words, heirs.get(i), found)
            elif words.looks:
                found[i] = self._labelled(
                    words,
                    found.get(i),
                    self._heir(slots[i], words, heirs.get(i)),
                    found,
                )
            elif i in heirs:
                found[i] = heirs[i]
            elif slots[i].faces:
                found[i] = self._people.new()
        for i, words in enumerate(told):
            if words.name and i in found:
                self._gather(slots[i], found[i], found)
        for i, person in found.items():
            _note(person, slots[i], sample)
        _meet(list(found.values()))
        return [found.get(i) for i in range(len(slots))]

    def _apart(self, labels: Sequence[TileLabel | None]) -> list[_Told]:
        """What the labels say; two that are only alike mean two people."""
        told = [self._told(label) for label in labels]
        for i, (label, words) in enumerate(zip(labels, told, strict=True)):
            others = {one.name for j, one in enumerate(told) if j != i}
            if label is None or not words.name or words.name not in others:
                continue
            if label.name != words.name:
                told[i] = self._told(label, beside=others)
        return told

    def _told(self, label: TileLabel | None, beside: Collection[str] = ()) -> _Told:
        if label is None:
            return _Told()
        looks = label.signature
        if label.text is None:
            return _Told(looks=looks)
        if not label.name:
            # A call that says no more than "You" means the teacher too.
            name = self._names.by_label(looks) or ""
            known = bool(name)
            return _Told(name, looks, True, known, is_mine=label.is_me)
        means = self._names.resolve(label.name, cut=label.cut, beside=beside)
        mine = label.is_me or means.is_me
        return _Told(means.name, looks, True, means.known, means.maybe, mine)

    def _know(
        self,
        found: dict[int, Person],
        slots: Sequence[Slot],
        told: Sequence[_Told],
    ) -> None:
        """Find the tiles whose name, else whose label, somebody had before."""
        taken = {person.number for person in found.values()}
        asked = [i for i, words in enumerate(told) if words.looks and not words.is_mine]
        # Names first: two labels may look alike, and a name says more.
        for i in sorted(asked, key=lambda i: not told[i].name):
            named = self._people.named(told[i].name) if told[i].name else []
            had = [p for p in named if p.number not in taken]
            if not had:
                same = self._people.labelled(told[i].looks)
                if same is not None and same.is_me and told[i].name:
                    same = None
                had = [same] if same is not None and same.number not in taken else []
            if had:
                found[i] = (
                    had[0]
                    if len(had) == 1
                    else min(had, key=lambda p: _unlike(slots[i], p))
                )
                taken.add(found[i].number)

    def _heirs(
        self,
        slots: Sequence[Slot],
        told: Sequence[_Told],
        found: Mapping[int, Person],
        sample: int,
    ) -> dict[int, Person]:
        """Who goes on in the tiles; in a labelled one, who may be behind the label."""
        taken = {person.number for person in found.values()}
        free = [p for p in self._people if p.number not in taken and p.beside is None]
        asked = [
            i
            for i, words in enumerate(told)
            if not (words.is_mine and self._people.me is not None)
            if i not in found or found[i].is_told
        ]
        # What nobody can read, and nobody had before, is as good as no label.
        shown = [
            replace(slots[i], label=None)
            if told[i].is_unreadable and i not in found
            else slots[i]
            for i in asked
        ]
        going_on = continued(shown, free, sample)
        return {
            asked[place]: person
            for place, person in going_on.items()
            # Behind the label of somebody known only a nameless one can be.
            if asked[place] not in found or not person.is_told
        }

    def _mine(
        self,
        place: int,
        told: _Told,
        heir: Person | None,
        found: dict[int, Person],
    ) -> None:
        """Note the teacher's own tile, and who was taken for a student in it."""
        if self._people.me is None:
            taken = {person.number for person in found.values()}
            before = (self._people.labelled(told.looks), heir)
            nameless = (
                person
                for person in before
                if person is not None
                if not person.is_told and person.number not in taken
            )
            found[place] = self._people.be_me(next(nameless, None))
        if place in found:
            found[place].labels.add(told.looks)

    @staticmethod
    def _heir(slot: Slot, told: _Told, heir: Person | None) -> Person | None:
        """Whoever may be behind a new label, if anybody."""
        if heir is None or not heir.is_told or told.maybe == heir.name:
            return heir
        if told.is_unreadable:
            heir.covered += 1
            return heir if heir.covered <= _UNREADABLE else None
        if told.is_known:
            return None
        # One that is like the old name was misread. Anything else, before the very
        # same wall, is at first something that covers the label (a message, a
        # tooltip); a name that stays is a new student: it may be a sister.
        if _unlike(slot, heir) > _SAME_ROOM:
            return None
        heir.covered += 1
        return heir if heir.covered <= _COVERED else None

    def _labelled(
        self,
        told: _Told,
        known: Person | None,
        heir: Person | None,
        found: Mapping[int, Person],
    ) -> Person:
        """The person of a labelled tile, with the name and the label noted."""
        if known is not None:
            person = known
            if heir is not None and known.number not in heir.met:
                self._people.join(heir, known)
            person.covered = 0
        else:
            person = heir or self._people.new()
        if not person.is_told:
            person = self._named(person, told, found)
        person.doubted = told.is_read and person.covered > 0
        if not person.covered:
            person.labels.add(told.looks)
        return person

    def _gather(self, slot: Slot, person: Person, found: Mapping[int, Person]) -> None:
        """Join the numbers that were given before the same wall without a label.

        A bare wall tells only where nobody else sits before one like it.
        """
        if slot.backdrop is None or not slot.faces:
            return
        here = {one.number for one in found.values()}
        for other in self._people:
            if other.is_told or other.beside is not None or other.number in here:
                continue
            if person.number in other.met or _unlike(slot, other) > _SAME_ROOM:
                continue
            if not self._has_rival(person, other):
                self._people.join(other, person)

    def _has_rival(self, person: Person, other: Person) -> bool:
        """Whether ``other``, before a bare wall, may be another named one as well."""
        wall = other.backdrop
        if wall is None or not wall.is_plain:
            return False
        walls = (
            one.backdrop
            for one in self._people
            # Whoever was seen beside it was not it.
            if one.is_told and one is not person and one.number not in other.met
            if one.backdrop is not None
        )
        return any((wall.apart(one) or 0.0) <= 2 * _SAME_ROOM for one in walls)

    def _named(
        self, person: Person, told: _Told, found: Mapping[int, Person]
    ) -> Person:
        """A nameless person, or whom the name turned out to mean."""
        if told.name:
            apart = person.met | {p.number for p in found.values()}
            for other in self._people.named(told.name):
                if other.number not in apart:
                    self._people.join(person, other)
                    return other
            self._people.name(person, told.name)
        elif told.is_read and told.looks not in person.labels:
            self._people.name(person, "", told.looks)
        return person


def _unlike(slot: Slot, person: Person) -> float:
    """Which of two people of one name a tile is likelier: the less, the likelier."""
    if slot.backdrop is None or person.backdrop is None:
        return float("inf")
    apart = slot.backdrop.apart(person.backdrop)
    return float("inf") if apart is None else apart


def _note(person: Person, slot: Slot, sample: int) -> None:
    person.tile, person.last = slot.tile, sample
    if not slot.faces or slot.backdrop is None:
        return
    before = person.backdrop
    apart = None if before is None else before.apart(slot.backdrop)
    if before is None or apart is None or apart > _REPLACED:
        person.backdrop = slot.backdrop
    else:
        person.backdrop = before.followed(slot.backdrop)


def _meet(present: list[Person]) -> None:
    numbers = {person.number for person in present}
    for person in present:
        if not person.is_told:
            person.met |= numbers - {person.number}
