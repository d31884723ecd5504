"""What happens in a virtual call, and that it is the same however one looks."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from monitor.errors import UsageError
from monitor.sources.virtual.events import CALM, Call, Events
from monitor.sources.virtual.layout import STRIP
from monitor.sources.virtual.scene import Scene
from monitor.sources.virtual.stretches import making_up, recurring

FULL = Events()


def made_call(events: Events = FULL, seed: int = 1, people: int = 12) -> Call:
    return Call(seed, people, Scene(seed, people, 10), events)


def test_any_order_of_asking_gives_the_same() -> None:
    times = [0.0, 300.0, 20.0, 599.5, 181.0]
    forwards = {t: made_call().at(t) for t in sorted(times)}
    call = made_call()
    assert all(call.at(t) == forwards[t] for t in times)


def test_another_seed_is_another_call() -> None:
    one, other = made_call(seed=1), made_call(seed=2)
    assert any(one.at(t) != other.at(t) for t in range(0, 600, 10))


def test_a_longer_call_begins_alike() -> None:
    short, longer = made_call(), Call(1, 12, Scene(1, 12, 50), FULL)
    assert all(short.at(t) == longer.at(t) for t in range(0, 600, 7))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("people", [12, 25])
def test_ten_minutes_have_everything(people: int, seed: int) -> None:
    call = made_call(seed=seed, people=people)
    shown = [call.at(t) for t in range(600)]
    gallery = [one for one in shown if one.slide is None]
    assert {one.slide % 2 for one in shown if one.slide is not None} == {0, 1}
    assert any(one.off for one in shown)
    assert 20 < sum(one.popup is not None for one in shown) < 300
    assert all(one.labels for one in shown)
    pages = [frozenset(one.seats) for one in gallery]
    assert any(not a & b for a, b in pairwise(pages)), "no page was turned"
    seen = [one for one in gallery if one.room > len(one.seats)]
    assert seen, "no last page"
    assert frozenset().union(*pages) == frozenset(range(people))
    assert len({one.seats for one in gallery}) > 20


@pytest.mark.parametrize("people", [1, 2, 3, 6, 12, 25, 49])
def test_nobody_sits_twice_and_a_page_holds_them(people: int) -> None:
    call = made_call(people=people)
    for t in range(0, 3600, 11):
        shown = call.at(t)
        assert len(set(shown.seats)) == len(shown.seats) <= shown.room
        assert set(shown.seats) <= set(range(people))
        assert shown.off <= set(shown.seats)
        assert shown.room <= (STRIP if shown.slide is not None else people)


def test_people_come_and_go() -> None:
    one_page = Events(pages=1, shares=False)
    call = made_call(one_page)
    present = [frozenset(call.at(t).seats) for t in range(600)]
    assert len(present[0]) < 12, "everyone was there from the start"
    assert max(map(len, present)) == 12
    assert any(a > b for a, b in pairwise(present)), "nobody left"
    stayed = frozenset.intersection(*present)
    assert len(stayed) >= 6, "too few stay for a class"


def test_places_change_at_each_reorder_and_not_between() -> None:
    quiet = Events(pages=1, comings=False, cameras=False, shares=False)
    call = made_call(quiet)
    for tick in range(1, 30):
        assert call.at(20 * tick - 0.01).seats != call.at(20 * tick).seats
        assert call.at(20 * tick).seats == call.at(20 * tick + 19.9).seats


def test_who_speaks_comes_to_the_first_page() -> None:
    scene = Scene(1, 12, 60)
    events = Events(comings=False, shares=False, reorder_s=1e6)
    call, brought = Call(1, 12, scene, events), 0
    for at, who in scene.turns():
        if who is None or at == 0:
            continue
        before, after = call.at(at - 0.01), call.at(at)
        brought += who not in before.seats and who in after.seats
    assert brought > 5


def test_a_portrait_stays_long_enough_to_be_known_as_one() -> None:
    call = made_call()
    numbers = [call.at(t).slide for t in range(3600)]
    portraits = {n for n in numbers if n is not None and n % 2 == 0}
    assert len(portraits) > 5
    assert all(numbers.count(n) > 75 for n in portraits), "under 25 samples of 3 s"


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_labels_are_hidden_for_a_share_of_the_time(share: float) -> None:
    call = made_call(Events(labels_hidden=share))
    shown = [call.at(t).labels for t in range(3600)]
    assert 1 - sum(shown) / 3600 == pytest.approx(share, abs=0.07)
    changes = sum(a != b for a, b in pairwise(shown))
    assert changes / 2 == pytest.approx(60, abs=8), "not about one stretch a minute"


def test_labels_that_never_show_and_always() -> None:
    never = made_call(Events(labels_hidden=1))
    always = made_call(Events(labels_hidden=0))
    assert not any(never.at(t).labels for t in range(0, 600, 5))
    assert all(always.at(t).labels for t in range(0, 600, 5))


def test_a_calm_call_stays_as_it_is() -> None:
    call = made_call(CALM)
    first = call.at(0)
    assert first.seats == tuple(range(12))
    assert (first.off, first.labels) == (frozenset(), True)
    assert (first.popup, first.slide) == (None, None)
    assert all(call.at(t) == first for t in range(0, 600, 9))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pages": 0}, "0 pages of a call: expected 1 or more"),
        ({"reorder_s": 0}, "places changed every 0 s: expected seconds above 0"),
        ({"reorder_s": math.nan}, "places changed every nan s: expected seconds"),
        ({"labels_hidden": 1.5}, "labels hidden 1.5 of the time: expected 0 to 1"),
    ],
)
def test_events_that_no_call_has(changes: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Events(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("people", "size"), [(1, 1), (2, 2), (12, 8), (25, 15)])
def test_a_page_leaves_some_for_the_next(people: int, size: int) -> None:
    assert FULL.page_size(people) == size
    assert CALM.page_size(people) == people


def test_stretches_do_not_meet() -> None:
    stretches = recurring(np.random.default_rng(1), (1, 5), (2, 3), 1000)
    both = list(zip(stretches.starts, stretches.ends, strict=True))
    assert all(end < start for (_, end), (start, _) in pairwise(both))
    start, end = both[7]
    assert not stretches.at(start - 0.01)
    assert stretches.number(start) == 7
    assert stretches.at(end - 0.01)
    assert not stretches.at(end)
    assert not making_up(0, 60, np.random.default_rng(1), 1000).at(500)
    assert making_up(1, 60, np.random.default_rng(1), 1000).at(1e9)
