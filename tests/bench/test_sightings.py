"""The bench's own ruler: how stored students are held against the truth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from monitor.records import Joined, Named, Tick
from monitor.sources.virtual.source import PersonTruth, Truth
from monitor.store.store import Store
from tests.bench.sightings import Score, score
from tests.builders import build_new_session, build_reading, build_tick

PLACES = {"Ana": 100.0, "Ben": 400.0, "Cy": 700.0}


def person(name: str, *, seen: bool = True, at: float | None = None) -> PersonTruth:
    left = PLACES[name] if at is None else at
    return {
        "name": name,
        "tile": [int(left) - 50, 50, 200, 112],
        "face": [left, 80.0, 48.0, 60.0] if seen else None,
        "emotion": None,
        "yaw": None,
    }


def truth(index: int, *people: PersonTruth) -> Truth:
    return {"offset_s": 3.0 * index, "people": list(people)}


def tick(index: int, faces: dict[int, float], named: Iterable[Named] = ()) -> Tick:
    """Students at the left edges of their faces."""
    readings = [
        build_reading(number, xyxy=(left, 80, left + 48, 140))
        for number, left in faces.items()
    ]
    return build_tick(index, readings, named=named)


def scored(folder: Path, ticks: Iterable[Tick], truths: list[Truth]) -> Score:
    with Store.open(str(folder / "class.db")) as store:
        with store.begin(build_new_session()) as recording:
            for one in ticks:
                recording.write(one)
            session = recording.session_id
        return score(store.load(session), truths)


def test_all_right_with_names_and_without(tmp_path: Path) -> None:
    ticks = [
        tick(0, {1: 103, 2: 401}, [Named(1, "Ana")]),
        tick(1, {1: 99, 2: 402}),
    ]
    truths = [truth(n, person("Ana"), person("Ben")) for n in range(2)]
    found = scored(tmp_path, ticks, truths)
    assert (found.shown, found.found, found.right) == (4, 4, 4)
    assert (found.people, found.named, found.students) == (2, 1, 2)
    assert (found.strange, found.strangers, found.wrong) == (0, 0, ())
    assert found.accuracy == 1


def test_two_who_changed_places_unnoticed(tmp_path: Path) -> None:
    named = [Named(1, "Ana"), Named(2, "Ben")]
    ticks = [tick(0, {1: 100, 2: 400}, named), tick(1, {1: 100, 2: 400})]
    swapped = truth(1, person("Ana", at=400.0), person("Ben", at=100.0))
    truths = [truth(0, person("Ana"), person("Ben")), swapped]
    found = scored(tmp_path, ticks, truths)
    assert (found.found, found.right) == (4, 2)
    assert set(found.wrong) == {("Ana", "Ben", 1), ("Ben", "Ana", 1)}


def test_a_student_split_in_two_is_right_in_one(tmp_path: Path) -> None:
    ticks = [tick(n, {1 if n < 3 else 2: 100}) for n in range(5)]
    truths = [truth(n, person("Ana")) for n in range(5)]
    found = scored(tmp_path, ticks, truths)
    assert (found.found, found.right) == (5, 3)
    assert (found.people, found.students, found.named) == (1, 2, 0)
    joined = build_tick(5, [], joined=[Joined(2, 1)])
    (tmp_path / "again").mkdir()
    again = scored(tmp_path / "again", [*ticks, joined], [*truths, truth(5)])
    assert (again.right, again.students) == (5, 1)


def test_faces_of_nobody_and_faces_not_found(tmp_path: Path) -> None:
    ticks = [tick(0, {1: 100, 2: 900}), tick(1, {2: 900})]
    shown = [person("Ana"), person("Ben", seen=False), person("Cy")]
    found = scored(tmp_path, ticks, [truth(0, *shown), truth(1, *shown)])
    assert (found.shown, found.found, found.right) == (4, 1, 1)
    assert (found.strange, found.strangers, found.students) == (2, 1, 1)
    assert found.people == 2


def test_nothing_seen(tmp_path: Path) -> None:
    found = scored(tmp_path, [tick(0, {})], [truth(0, person("Ana"))])
    assert math.isnan(found.accuracy)
    assert found.students == 0
