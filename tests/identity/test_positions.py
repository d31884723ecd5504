from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies as st

from monitor.identity.positions import PositionTracker
from monitor.records import Face, Sighting

Spot = tuple[float, float]


def face(spot: Spot, height: float = 60) -> Face:
    """A face whose centre is there, four fifths as wide as high."""
    (x, y), w = spot, height * 0.8
    box = (x - w / 2, y - height / 2, x + w / 2, y + height / 2)
    marks = [(-0.2, -0.1), (0.2, -0.1), (0, 0.1), (-0.15, 0.3), (0.15, 0.3)]
    points = tuple((x + a * w, y + b * height) for a, b in marks)
    return Face(box, 0.9, points)


def gallery(
    columns: int = 5, rows: int = 5, scale: float = 1, at: Spot = (0, 0)
) -> list[Face]:
    """Faces 60 px high in tiles 384 px wide: 25 on a 1080p screen."""
    tiles = [
        (192 + 384 * x, 108 + 216 * y) for y in range(rows) for x in range(columns)
    ]
    return [face((at[0] + x * scale, at[1] + y * scale), 60 * scale) for x, y in tiles]


def moved(faces: Sequence[Face], by: Sequence[Spot]) -> list[Face]:
    middles = [
        ((f.xyxy[0] + f.xyxy[2]) / 2, (f.xyxy[1] + f.xyxy[3]) / 2) for f in faces
    ]
    shifted = zip(middles, by, faces, strict=True)
    return [face((x + dx, y + dy), f.height) for (x, y), (dx, dy), f in shifted]


def numbers(sightings: Sequence[Sighting]) -> dict[Face, int]:
    return {sighting.face: sighting.student for sighting in sightings}


def in_order_given(tracker: PositionTracker, faces: Sequence[Face]) -> list[int]:
    """The student's number of each face; whoever is new gets the next one."""
    number = numbers(tracker.update(faces))
    return [number[face] for face in faces]


def started(faces: Sequence[Face]) -> PositionTracker:
    tracker = PositionTracker()
    tracker.update(faces)
    return tracker


def test_numbers_begin_in_reading_order() -> None:
    faces = gallery()
    shuffled = faces[13:] + faces[:13]
    number = numbers(PositionTracker().update(shuffled))
    assert [number[face] for face in faces] == list(range(1, 26))


def test_sightings_come_in_the_order_of_the_numbers() -> None:
    sightings = started(gallery()).update(gallery()[::-1])
    assert [sighting.student for sighting in sightings] == list(range(1, 26))


def test_no_faces() -> None:
    tracker = PositionTracker()
    assert tracker.update([]) == ()
    assert in_order_given(tracker, gallery(2, 1)) == [1, 2]
    assert tracker.update([]) == ()


def test_a_face_in_a_new_place_gets_the_next_number() -> None:
    faces = gallery()
    tracker = started(faces[:20])
    assert in_order_given(tracker, faces)[20:] == [21, 22, 23, 24, 25]


def test_who_comes_back_is_who_they_were() -> None:
    faces = gallery()
    tracker = started(faces)
    for _ in range(400):
        tracker.update([f for j, f in enumerate(faces) if j not in (3, 17)])
    assert in_order_given(tracker, faces) == list(range(1, 26))


def test_a_covered_gallery_comes_back_as_it_was() -> None:
    tracker = started(gallery())
    tracker.update([])
    tracker.update([face((960, 540), 300)])  # the face of whatever lay on top
    assert in_order_given(tracker, gallery()) == list(range(1, 26))


def test_a_face_that_leans_to_its_neighbour_does_not_take_their_place() -> None:
    a, b = face((100, 100)), face((190, 100))  # two people in one tile
    tracker = started([a, b])
    leaning = [face((140, 100)), face((215, 100))]
    assert in_order_given(tracker, leaning) == [1, 2]


def test_a_wandering_webcam_face_stays_one_student() -> None:
    tracker = PositionTracker()
    found = [tracker.update([face((300 + 90 * i, 500), 400)]) for i in range(15)]
    assert {s.student for sightings in found for s in sightings} == {1}


@pytest.mark.parametrize(
    ("scale", "at"),
    [
        (1, (700, 400)),  # a window dragged
        (1, (0, 130)),  # by more than half a tile: neighbours are nearer
        (0.6, (0, 0)),  # resized
        (1.5, (-200, 90)),
        (0.8, (500, 20)),
    ],
)
def test_places_follow_a_window_moved_or_resized(scale: float, at: Spot) -> None:
    tracker = started(gallery())
    jitter = [((i * 37) % 21 - 10.0, (i * 23) % 17 - 8.0) for i in range(25)]
    tracker.update(moved(gallery(), jitter))
    assert in_order_given(tracker, gallery(scale=scale, at=at)) == list(range(1, 26))


def test_an_unseen_student_moves_along_with_the_window() -> None:
    tracker = started(gallery())
    there = gallery(scale=0.7, at=(300, 50))
    tracker.update(there[:6] + there[8:])
    assert in_order_given(tracker, there) == list(range(1, 26))


def test_a_few_students_leaving_and_joining_move_nobody() -> None:
    faces = gallery()
    tracker = started(faces[:12])
    assert in_order_given(tracker, faces[8:20]) == list(range(9, 21))


SPOTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True, max_size=30
)


@settings(deadline=None)
@given(SPOTS, SPOTS, st.randoms(use_true_random=False))
def test_the_order_in_which_faces_come_changes_nothing(
    first: list[tuple[int, int]], then: list[tuple[int, int]], chance: random.Random
) -> None:
    samples = [[face((x * 270, y * 150)) for x, y in spots] for spots in (first, then)]
    straight, shuffled = PositionTracker(), PositionTracker()
    for faces in samples:
        mixed = list(faces)
        chance.shuffle(mixed)
        assert straight.update(faces) == shuffled.update(mixed)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1900), st.floats(0, 1000)), max_size=25), SPOTS)
def test_no_student_is_seen_twice_in_a_sample(
    anywhere: list[Spot], then: list[tuple[int, int]]
) -> None:
    tracker = PositionTracker()
    for spots in (anywhere, [(x * 270, y * 150) for x, y in then], anywhere):
        sightings = tracker.update([face(spot) for spot in spots])
        assert len(sightings) == len(spots)
        assert len({sighting.student for sighting in sightings}) == len(spots)


JITTER = st.lists(
    st.tuples(st.floats(-40, 40), st.floats(-40, 40)), min_size=25, max_size=25
)


@settings(deadline=None)
@given(st.lists(JITTER, min_size=1, max_size=5), st.sets(st.integers(0, 24)))
def test_small_movements_keep_the_numbers(
    jitters: list[list[Spot]], unseen: set[int]
) -> None:
    tracker = started(gallery())
    for jitter in jitters:
        faces = moved(gallery(), jitter)
        seen = [i for i in range(25) if i not in unseen]
        assert in_order_given(tracker, [faces[i] for i in seen]) == [
            i + 1 for i in seen
        ]
