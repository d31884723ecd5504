"""Which student a tile goes on with while its label tells nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from monitor.boxes import Floats, as_array, iou
from monitor.identity.backdrops import Backdrop
from monitor.identity.layout import assign
from monitor.identity.people import Person
from monitor.records import Box, Face

if TYPE_CHECKING:
    from monitor.identity.labels import TileLabel

_SAME_TILE = 0.7
"""Intersection over union from which two tiles are one place."""

_ALIKE = 10.0
"""Grey levels that two looks at one room may be apart."""

_MOVED = 0.8
"""A tile elsewhere must look at least this much alike, in shares of `_ALIKE` ..."""

_MARGIN = 0.25
"""... and be this much nearer than any other."""

_BLIND = 0.5
"""Cost of staying in place where the backdrop cannot tell."""

_BARE = 0.6
"""Cost of being known elsewhere by a bare wall: only where nobody else could be."""

_NAMELESS = 0.1
"""Between two, the one whom a label once named is likelier."""

_STAY = 0.3
"""What staying in place is worth."""

_PLAINLY = 0.2
"""A cost at which somebody in place is not doubted."""

_NEVER = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A tile of the present sample.

    Attributes:
        tile: xyxy in pixels.
        faces: those inside, largest first.
        label: None where there is none to see.
        backdrop: None where it could not be looked at.
    """

    tile: Box
    faces: tuple[Face, ...]
    label: TileLabel | None
    backdrop: Backdrop | None


def continued(
    slots: Sequence[Slot], people: Sequence[Person], sample: int
) -> dict[int, Person]:
    """The tiles that go on with somebody: position in ``slots`` to person.

    Args:
        slots: tiles whose student is asked for.
        people: who may be in them.
        sample: the present sample's number.
    """
    if not slots or not people:
        return {}
    stays, costs = _costs(slots, people, sample)
    told = np.array([person.is_told for person in people])
    found = {}
    for row, column in assign(costs):
        # A number that nobody could name yet may be the very person: no rival.
        rivals = told if told[column] else np.ones(len(people), bool)
        others = np.delete(np.where(rivals, costs[row], _NEVER), column)
        alone = not len(others) or costs[row, column] + _MARGIN <= others.min()
        if stays[row, column] or alone:
            found[row] = people[column]
    return found


def _costs(
    slots: Sequence[Slot], people: Sequence[Person], sample: int
) -> tuple[Floats, Floats]:
    """(n, m): where somebody stayed in place, and what each pair costs."""
    costs = np.full((len(slots), len(people)), _NEVER)
    stays = np.zeros((len(slots), len(people)))
    placed = [j for j, person in enumerate(people) if person.tile is not None]
    if placed:
        here = as_array([slot.tile for slot in slots])
        there = as_array([tile for p in people if (tile := p.tile) is not None])
        stays[:, placed] = iou(here, there) >= _SAME_TILE
    for i, slot in enumerate(slots):
        stayed = [j for j in placed if stays[i, j]]
        for j in stayed:
            costs[i, j] = _cost(slot, people[j], stays=True, sample=sample)
        # Whoever has plainly stayed need not be looked for elsewhere.
        if costs[i].min() > _PLAINLY:
            for j in set(range(len(people))) - set(stayed):
                costs[i, j] = _cost(slot, people[j], stays=False, sample=sample)
    return stays, costs


def _cost(slot: Slot, person: Person, *, stays: bool, sample: int) -> float:
    was_here = stays and person.last == sample - 1
    apart, is_plain = None, True
    if slot.faces and slot.backdrop is not None and person.backdrop is not None:
        apart = slot.backdrop.apart(person.backdrop)
        is_plain = slot.backdrop.is_plain or person.backdrop.is_plain
    cost = 0.0 if apart is None else apart / _ALIKE
    if not person.is_told:
        cost += _NAMELESS
    if apart is None or (was_here and is_plain):
        # A tile without a face, or before a bare wall, looks like many others:
        # whoever is in place stays, unless the place bears a label now that is not
        # the one from before.
        blind = slot.label is None or not person.labels
        return max(cost, _BLIND) if was_here and blind and cost < 1 else _NEVER
    if was_here:
        return cost - _STAY if cost < 1 else _NEVER
    if cost >= _MOVED:
        return _NEVER
    return max(cost, _BARE) if is_plain else cost
