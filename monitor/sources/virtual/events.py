"""What happens to the gallery of a virtual call, fixed by the seed for every time.

People come and go, cameras go off, places are swapped, pages are turned, a screen is
shared, labels are covered. Who looks how is the `scene`'s.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from monitor.errors import UsageError
from monitor.sources.virtual.layout import STRIP
from monitor.sources.virtual.scene import Scene
from monitor.sources.virtual.stretches import (
    NEVER,
    Stretches,
    making_up,
    recurring,
)

_SWAPPED = 0.2
"""Share of the people who change places at each reorder."""

_HIDING_S = 60.0
"""From one time that all labels go to the next."""


@dataclass(frozen=True, slots=True)
class Events:
    """What may happen in a virtual call.

    Attributes:
        pages: how many pages the people fill, 1 when they fit.
        reorder_s: seconds between changes of places; infinite for none.
        comings: people join late, leave and come back.
        cameras: cameras go off for a while, a few for good.
        shares: a screen is shared for some minutes, with a filmstrip.
        popups: now and then a message covers labels for some seconds.
        extras: some labels say more than the name: "(she/her)", "(Co-host)".
        labels_hidden: share of the time in which no label stands, in stretches of
            about half a minute: calls hide them while the mouse rests.
        teacher: the teacher's own tile is among them, "NAME (Host, me)".
    """

    pages: int = 2
    reorder_s: float = 20.0
    comings: bool = True
    cameras: bool = True
    shares: bool = True
    popups: bool = True
    extras: bool = True
    labels_hidden: float = 0.0
    teacher: bool = False

    def __post_init__(self) -> None:
        if self.pages < 1:
            raise UsageError(f"{self.pages} pages of a call: expected 1 or more")
        if not self.reorder_s > 0:
            raise UsageError(
                f"places changed every {self.reorder_s:g} s: expected seconds above 0"
            )
        if not 0 <= self.labels_hidden <= 1:
            raise UsageError(
                f"labels hidden {self.labels_hidden:g} of the time: expected 0 to 1"
            )

    def page_size(self, people: int) -> int:
        """How many tiles a page has room for, so that there are that many pages."""
        if self.pages == 1:
            return people
        # A fifth to spare: two pages stay two while some are away.
        return max(math.ceil(people / self.pages * 1.2), 1)


CALM = Events(
    pages=1,
    reorder_s=math.inf,
    comings=False,
    cameras=False,
    shares=False,
    popups=False,
    extras=False,
)
"""Everyone stays, on camera and in place."""

SCENARIOS = {"calm": CALM, "full": Events()}


class Showing(NamedTuple):
    """What the call shows at one moment.

    Attributes:
        seats: the people on the page or in the filmstrip, by number, in reading order.
        room: how many tiles the page has room for.
        off: those whose camera is off.
        labels: False while no label is shown.
        popup: where among the tiles a message covers labels, in [0, 1); None for none.
        slide: number of the slide that is shared; None for a gallery.
    """

    seats: tuple[int, ...]
    room: int
    off: frozenset[int]
    labels: bool
    popup: float | None
    slide: int | None


class Call:
    """The events of one call, known at every time.

    Args:
        seed: another seed is another call.
        people: how many take part, the teacher included.
        scene: who speaks when.
        events: what may happen.
    """

    def __init__(self, seed: int, people: int, scene: Scene, events: Events) -> None:
        self._horizon_s = scene.horizon_s
        self._size = events.page_size(people)
        self._away = _away(seed, people, self._horizon_s, events)
        self._off = _cameras_off(seed, people, self._horizon_s, events)
        self._orders = _orders(seed, people, scene, events, self._away)
        drawn = [np.random.default_rng([seed, number]) for number in (24, 26, 27, 28)]
        self._turned = recurring(drawn[0], (15, 45), (20, 50), self._horizon_s)
        self._slides = _slides(seed, self._horizon_s, events)
        self._popups = (
            recurring(drawn[1], (15, 60), (6, 20), self._horizon_s)
            if events.popups
            else NEVER
        )
        self._spots = drawn[2].random(len(self._popups.starts))
        self._hidden = making_up(
            events.labels_hidden, _HIDING_S, drawn[3], self._horizon_s
        )

    def at(self, offset_s: float) -> Showing:
        """What is shown at that time, in seconds since the call's start."""
        now = min(max(offset_s, 0.0), self._horizon_s)
        starts, orders = self._orders
        order = orders[bisect_right(starts, now) - 1]
        here = [i for i in order if not self._away[i].at(now)]
        slide = next((n for start, end, n in self._slides if start <= now < end), None)
        if slide is None:
            seats, room = self._page(here, now)
        else:
            seats, room = here[:STRIP], STRIP
        popup = self._popups.number(now)
        return Showing(
            tuple(seats),
            room,
            frozenset(i for i in seats if self._off[i].at(now)),
            not self._hidden.at(now),
            None if popup is None else float(self._spots[popup]),
            slide,
        )

    def _page(self, here: Sequence[int], now: float) -> tuple[Sequence[int], int]:
        pages = math.ceil(len(here) / self._size)
        if pages <= 1:
            return here, len(here)
        turned = self._turned.number(now)
        page = 0 if turned is None else 1 + turned % (pages - 1)
        return here[page * self._size : (page + 1) * self._size], self._size


def _away(
    seed: int, people: int, horizon_s: float, events: Events
) -> tuple[Stretches, ...]:
    """When each of them is not in the call."""
    ranks = np.random.default_rng([seed, 20, people]).permutation(people)
    late = math.ceil(0.2 * people)
    leaving = late + math.ceil(0.2 * people)
    away = []
    for number, rank in enumerate(ranks.tolist()):
        random = np.random.default_rng([seed, 21, number])
        if not events.comings or people < 3 or rank >= leaving:
            away.append(NEVER)
        elif rank < late:
            away.append(Stretches.of([(0.0, float(random.uniform(20, 150)))]))
        else:
            away.append(recurring(random, (180, 420), (40, 200), horizon_s))
    return tuple(away)


def _cameras_off(
    seed: int, people: int, horizon_s: float, events: Events
) -> tuple[Stretches, ...]:
    """When each camera is off: some never, some at times, a few for good."""
    ranks = np.random.default_rng([seed, 22, people]).permutation(people)
    always, at_times = round(0.04 * people), math.ceil(0.4 * people)
    off = []
    for number, rank in enumerate(ranks.tolist()):
        random = np.random.default_rng([seed, 23, number])
        if not events.cameras or rank >= always + at_times:
            off.append(NEVER)
        elif rank < always:
            off.append(Stretches.of([(0.0, math.inf)]))
        else:
            off.append(recurring(random, (30, 300), (30, 120), horizon_s))
    return tuple(off)


def _orders(
    seed: int, people: int, scene: Scene, events: Events, away: Sequence[Stretches]
) -> tuple[list[float], list[tuple[int, ...]]]:
    """When the order of the people changes, and what it then is."""
    random = np.random.default_rng([seed, 25, people])
    order = list(range(people))
    starts, orders = [0.0], [tuple(order)]
    if math.isinf(events.reorder_s) and not events.comings:
        return starts, orders
    size = events.page_size(people)
    for at, who in _changes(scene, events, away):
        here = [i for i in order if not away[i].at(at)]
        if who is None:
            for _ in range(max(round(_SWAPPED * people / 2), 1)):
                i, j = random.choice(people, 2, replace=people < 2)
                order[i], order[j] = order[j], order[i]
        elif any(end == at for end in away[who].ends):
            order.remove(who)  # who comes in sits down at the end
            order.append(who)
        elif who in here[size:]:
            # Calls bring whoever speaks to the first page.
            seat = here[int(random.integers(size))]
            i, j = order.index(who), order.index(seat)
            order[i], order[j] = seat, who
        starts.append(at)
        orders.append(tuple(order))
    return starts, orders


def _changes(
    scene: Scene, events: Events, away: Sequence[Stretches]
) -> list[tuple[float, int | None]]:
    """When someone may change places, in order of time: who, None for a few."""
    changes: list[tuple[float, int | None]] = []
    for who, one in enumerate(away):
        changes += [(end, who) for end in one.ends]
    if math.isfinite(events.reorder_s):
        count = int(scene.horizon_s // events.reorder_s)
        changes += [((n + 1) * events.reorder_s, None) for n in range(count)]
        changes += [(at, who) for at, who in scene.turns() if who is not None]
    return sorted(changes, key=lambda change: change[0])


def _slides(
    seed: int, horizon_s: float, events: Events
) -> list[tuple[float, float, int]]:
    """Start, end and number of each slide; even ones carry a portrait."""
    if not events.shares:
        return []
    random = np.random.default_rng([seed, 29])
    slides: list[tuple[float, float, int]] = []
    now = float(random.uniform(100, 160))
    while now < horizon_s:
        for shortest, longest in ((80, 120), (30, 60)):
            until = now + float(random.uniform(shortest, longest))
            slides.append((now, until, len(slides)))
            now = until
        now += float(random.uniform(120, 240))
    return slides
