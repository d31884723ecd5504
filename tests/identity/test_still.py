from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from monitor.identity.still import SAMPLES, StillFaces
from monitor.identity.tiles import Layout
from monitor.records import Face
from tests.identity import calls
from tests.identity.calls import Call

LAYOUT = Layout(((8.0, 60.0, 200.0, 168.0),), (220.0, 8.0, 1272.0, 712.0))
SPOTS = ((300, 400, 420, 550), (600, 400, 720, 550))


def shown(
    sample: int,
    still: Sequence[int] = (0, 1),
    moving: Sequence[int] = (),
    quality: int | None = None,
) -> Call:
    """A slide with portraits, some of which are videos, beside one live tile."""
    call = calls.empty((1280, 720))
    calls.slide(call, (220, 8, 1272, 712))
    calls.person(call, (8, 60, 200, 168), 7)
    for spot in still:
        calls.photograph(call, SPOTS[spot], spot)
    for spot in moving:
        x1, y1, x2, y2 = SPOTS[spot]
        calls.photograph(call, (x1 + sample % 2 * 9, y1, x2 + sample % 2 * 9, y2), spot)
    return calls.through_codec(call, quality) if quality else call


def looked_at(
    watch: StillFaces,
    samples: int,
    still: Sequence[int] = (0, 1),
    moving: Sequence[int] = (),
) -> set[int]:
    found: set[int] = set()
    for sample in range(samples):
        call = shown(sample, still, moving)
        found = watch.left_out(call.image, call.faces, LAYOUT)
    return found


def test_portraits_on_a_slide_are_left_out_after_twenty_samples() -> None:
    watch = StillFaces()
    assert SAMPLES == 20
    assert looked_at(watch, 19) == set()
    # The tile's face, the first, never moves here either: it is in no slide.
    assert looked_at(watch, 1) == {1, 2}
    assert looked_at(watch, 5) == {1, 2}


def test_codec_noise_does_not_make_a_portrait_move() -> None:
    watch, found = StillFaces(), set[int]()
    for sample in range(SAMPLES):
        call = shown(sample, quality=(60, 85, 75, 92)[sample % 4])
        found = watch.left_out(call.image, call.faces, LAYOUT)
    assert found == {1, 2}


def test_a_video_on_the_slide_counts() -> None:
    assert looked_at(StillFaces(), 30, still=(0,), moving=(1,)) == {1}


def test_boxes_that_tremble_are_one_face() -> None:
    watch, found = StillFaces(), set[int]()
    random = np.random.default_rng(2)
    for sample in range(SAMPLES):
        call = shown(sample)
        faces = [calls.moved(face, *random.uniform(-4, 4, 2)) for face in call.faces]
        found = watch.left_out(call.image, faces, LAYOUT)
    assert found == {1, 2}


def test_a_face_that_the_detector_missed_goes_on_where_it_was() -> None:
    watch = StillFaces()
    looked_at(watch, 10)
    for sample in range(9):
        call = shown(sample)
        assert watch.left_out(call.image, call.faces[:1], LAYOUT) == set()
    assert looked_at(watch, 1) == {1, 2}


def test_another_slide_begins_anew() -> None:
    watch = StillFaces()
    assert looked_at(watch, SAMPLES) == {1, 2}
    assert looked_at(watch, 1, still=(1,)) == {1}
    assert looked_at(watch, 1) == {2}
    assert looked_at(watch, SAMPLES - 1) == {1, 2}


@pytest.mark.parametrize("layout", [Layout(), Layout(LAYOUT.tiles)])
def test_without_a_shared_screen_nobody_is_left_out(layout: Layout) -> None:
    watch, call = StillFaces(), shown(0)
    for _ in range(25):
        assert watch.left_out(call.image, call.faces, layout) == set()


def test_sharing_that_ended_is_forgotten() -> None:
    watch, call = StillFaces(), shown(0)
    assert looked_at(watch, SAMPLES) == {1, 2}
    watch.left_out(call.image, call.faces, Layout(LAYOUT.tiles))
    assert looked_at(watch, 1) == set()


def test_a_picture_that_became_smaller() -> None:
    watch = StillFaces()
    looked_at(watch, SAMPLES)
    small = np.zeros((200, 300, 3), np.uint8)
    faces: list[Face] = [calls.face_at(250, 100, 60)]
    layout = Layout((), (220.0, 8.0, 300.0, 200.0))
    assert watch.left_out(small, faces, layout) == set()
