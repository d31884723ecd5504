"""The people of one session as the tracker knows them; numbers from 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.identity.backdrops import Backdrop
from monitor.records import Box, Joined, Named


@dataclass(slots=True, eq=False)
class Person:
    """Somebody in the session.

    Attributes:
        number: the student's number, from 1.
        name: as on the roster or the label, "" while not known.
        labels: signatures of the labels that stood on this person's tiles.
        tile: where the person was last, xyxy in pixels; None outside any tile.
        backdrop: what stands behind.
        last: the sample in which the person's tile was seen last, from 0.
        met: numbers of those who were seen in one sample with a person without name:
            nobody of them can be the same.
        covered: samples in a row in which something else lay on the label.
        doubted: what lies on the label was read, and it is another name or none.
        beside: the person whose tile this one shares, None when alone.
        is_me: the teacher, who is no student.
    """

    number: int
    name: str = ""
    labels: set[str] = field(default_factory=set)
    tile: Box | None = None
    backdrop: Backdrop | None = None
    last: int = -1
    met: set[int] = field(default_factory=set)
    covered: int = 0
    doubted: bool = False
    beside: Person | None = None
    is_me: bool = False

    @property
    def is_told(self) -> bool:
        """Whether a label told who it is."""
        return self.is_me or bool(self.name)


class News(NamedTuple):
    """What was learned of the people.

    Attributes:
        named: names.
        joined: numbers that are one student.
        nobody: numbers that are no student: a picture on a slide, or the teacher.
    """

    named: tuple[Named, ...]
    joined: tuple[Joined, ...]
    nobody: tuple[int, ...]


class People:
    """Everybody of one session, and what was learned of them since last asked.

    Attributes:
        me: the teacher, None until a label tells.
    """

    def __init__(self) -> None:
        self._people: dict[int, Person] = {}
        self._made = 0
        self._named: dict[int, Named] = {}
        self._joined: list[Joined] = []
        self._nobody: list[int] = []
        self.me: Person | None = None

    def __iter__(self) -> Iterator[Person]:
        return iter(list(self._people.values()))

    def has(self, person: Person) -> bool:
        """Whether the person is still a student of its own."""
        return self._people.get(person.number) is person

    def new(self, beside: Person | None = None) -> Person:
        """Somebody with the next number."""
        self._made += 1
        person = Person(self._made, beside=beside)
        self._people[person.number] = person
        return person

    def named(self, name: str) -> list[Person]:
        """Those of that name, the first one first: two may share a name."""
        return [p for p in self if p.name == name and p.beside is None]

    def labelled(self, label: str) -> Person | None:
        """Who had a label of that signature."""
        return next((p for p in self if label in p.labels), None)

    def beside(self, person: Person) -> list[Person]:
        """Those who share the person's tile."""
        return [p for p in self if p.beside is person]

    def name(self, person: Person, name: str, label: str = "") -> None:
        """Note a person's name, or the label of one whose name cannot be read."""
        person.name = name
        others = [p for p in self.named(name) if p is not person] if name else []
        shown = f"{name} ({len(others) + 1})" if others else name
        self._named[person.number] = Named(person.number, shown, label)
        for place, other in enumerate(self.beside(person), start=2):
            if name:
                self._named[other.number] = Named(
                    other.number, beside_name(name, place)
                )

    def join(self, person: Person, into: Person) -> None:
        """``person`` turned out to be ``into``."""
        into.labels |= person.labels
        into.met |= person.met
        into.backdrop = into.backdrop or person.backdrop
        for other in self.beside(person):
            other.beside = into
        del self._people[person.number]
        self._named.pop(person.number, None)
        self._joined.append(Joined(person.number, into.number))

    def drop(self, person: Person) -> None:
        """``person`` turned out to be nobody."""
        del self._people[person.number]
        self._named.pop(person.number, None)
        self._nobody.append(person.number)

    def be_me(self, person: Person | None) -> Person:
        """``person``, or somebody who was not counted yet, is the teacher."""
        if person is None:
            person = self.new()
        else:
            self._named.pop(person.number, None)
            self._nobody.append(person.number)
            for other in self.beside(person):
                self.drop(other)
        person.is_me = True
        self.me = person
        return person

    def news(self) -> News:
        """What was learned since the last call."""
        told = News(
            tuple(self._named.values()), tuple(self._joined), tuple(self._nobody)
        )
        self._named, self._joined, self._nobody = {}, [], []
        return told


def beside_name(name: str, place: int) -> str:
    """Somebody who shares the tile of ``name``: the second, the third ..."""
    return f"{name}, person {place}"
