"""The pictures of a full call, and that the truth about them agrees."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest

from monitor import detectors
from monitor.detectors.port import DetectorOptions
from monitor.records import EMOTIONS, Image
from monitor.sources.virtual import skins
from monitor.sources.virtual.avatars import initials
from monitor.sources.virtual.events import Events
from monitor.sources.virtual.layout import Look, filmstrip, tiles
from monitor.sources.virtual.source import PersonTruth, VirtualClass
from tests.sources_virtual.builders import SMALL, made_options, overlap, xyxy

BARE = Events(popups=False, extras=False)
"""What tiles hold is easiest seen when nothing lies on them."""


@contextmanager
def full(
    look: Look = SMALL, events: Events | None = None, students: int = 6
) -> Iterator[VirtualClass]:
    options = made_options(students=students, minutes=10, scenario="full")
    with VirtualClass(options, look, events) as source:
        yield source


def times(source: VirtualClass, step_s: int = 3) -> range:
    return range(0, int(source.duration_s or 0), step_s)


def part(image: Image, xywh: Sequence[float]) -> Image:
    x, y, width, height = (round(number) for number in xywh)
    return image[y : y + height, x : x + width]


def people(source: VirtualClass, offset_s: float) -> list[PersonTruth]:
    return source.truth(offset_s)["people"]


def some_time_when(source: VirtualClass, showing: str) -> float:
    """The first sample with two people or more, one without camera, so shown."""
    for offset in times(source):
        shown = source.showing(offset)
        shared = "share" if shown.slide is not None else "gallery"
        if shared == showing and shown.off and len(shown.seats) > len(shown.off):
            return offset
    raise AssertionError(f"no {showing} with a camera off in this class")


@pytest.mark.parametrize("showing", ["gallery", "share"])
@pytest.mark.parametrize("skin", ["zoom", "meet", "teams"])
def test_truth_agrees_with_the_pixels(skin: str, showing: str) -> None:
    style = skins.skin(skin)
    with full(Look(960, 540, 1.0, skin), BARE) as source:
        offset = some_time_when(source, showing)
        image, shown = source.picture(offset), people(source, offset)
    faces = 0
    for person in shown:
        tile = part(image, person["tile"])
        face = person["face"]
        # A band above disc and name, below the speaker's border.
        above = tile[round(0.1 * len(tile)) : round(0.25 * len(tile)), 20:-20]
        if face is None:
            assert (above == style.off).all()
            assert (person["emotion"], person["yaw"]) == (None, None)
            assert (tile.std(axis=(0, 1)) > 2).any(), "neither name nor disc"
        else:
            assert part(image, face).std() > 15
            assert person["emotion"] in EMOTIONS
            faces += 1
    assert 0 < faces < len(shown)
    empty = np.full(image.shape[:2], True)
    strip = filmstrip(source.look, len(shown), style.gap, style.margin, style.strip)
    shared = [strip.slide] if showing == "share" and strip.slide else []
    for x, y, width, height in [*(person["tile"] for person in shown), *shared]:
        empty[y : y + height, x : x + width] = False
    assert (image[empty] == style.ground).all(), "something outside the tiles"
    if shared:
        assert [list(tile) for tile in strip.tiles] == [p["tile"] for p in shown]
        assert part(image, shared[0]).mean() > 150, "no slide"


@pytest.mark.parametrize("skin", ["zoom", "meet", "teams"])
def test_a_detector_finds_them_and_the_portrait(skin: str) -> None:
    detector = detectors.create("centerface", DetectorOptions())
    with full(Look(1280, 720, 1.0, skin), students=4) as source:
        for showing in ("gallery", "share"):
            offset = some_time_when(source, showing)
            found = detector.detect(source.picture(offset))
            boxes = [xyxy(p["face"]) for p in people(source, offset) if p["face"]]
            assert all(any(overlap(b, f.xyxy) > 0.5 for f in found) for b in boxes)
            slide = source.showing(offset).slide
            portrait = slide is not None and slide % 2 == 0
            assert len(found) == len(boxes) + portrait


def test_the_same_seed_gives_the_same_pixels_in_any_order() -> None:
    moments = (0.0, 200.0, 300.0)
    with full() as one, full() as other:
        forwards = [one.picture(t) for t in moments]
        backwards = [other.picture(t) for t in reversed(moments)]
        truths = [one.truth(t) for t in moments]
        assert truths == [other.truth(t) for t in moments]
    for a, b in zip(forwards, reversed(backwards), strict=True):
        assert np.array_equal(a, b)


def test_the_truth_needs_no_pictures_and_names_each_student_once() -> None:
    """It is told for a whole hour at once: nobody may be drawn for that."""
    options = made_options(students=49, minutes=60, scenario="full")
    with VirtualClass(options) as source:
        seen: set[str] = set()
        without = faces = 0
        for offset in times(source, 9):
            shown = people(source, offset)
            names = [person["name"] for person in shown]
            assert len(set(names)) == len(names)
            seen |= set(names)
            faces += sum(person["face"] is not None for person in shown)
            without += sum(person["face"] is None for person in shown)
    assert len(seen) == 49
    assert 0.05 < without / (faces + without) < 0.4


@pytest.mark.parametrize("students", [4, 12])
def test_labels_are_hidden_all_together(students: int) -> None:
    still = Events(popups=False, extras=False, shares=False, comings=False)
    bare = dataclasses.replace(still, labels_hidden=1.0)
    with full(events=still, students=students) as one:
        labelled, shown = one.picture(9.0), people(one, 9.0)
    with full(events=bare, students=students) as other:
        assert people(other, 9.0) == shown
        changed = (labelled != other.picture(9.0)).any(axis=2)
    assert shown
    for person in shown:
        x, y, width, height = person["tile"]
        tile = changed[y : y + height, x : x + width]
        assert tile[height // 2 :].any()
        assert not tile[: height // 2].any()


def test_a_message_covers_labels_but_no_face() -> None:
    with full(Look(1280, 720), students=12) as source:
        options = made_options(students=12, minutes=10)
        plain = VirtualClass(options, source.look, Events(popups=False))
        covered = [t for t in times(source) if source.showing(t).popup is not None]
        with plain:
            for offset in covered[:: max(len(covered) // 4, 1)]:
                changed = source.picture(offset) != plain.picture(offset)
                assert changed.any()
                for person in people(source, offset):
                    if person["face"] is not None:
                        x, y, width, height = person["face"]
                        above_chin = part(changed, (x, y, width, 0.9 * height))
                        assert not above_chin.any()


def test_the_teachers_tile_is_shown_but_no_students() -> None:
    alone = Events(pages=1, teacher=True, comings=False, cameras=False, shares=False)
    with full(events=alone, students=3) as source:
        assert len(source.showing(5.0).seats) == 4
        assert len(people(source, 5.0)) == 3
        boxes = [xyxy(person["tile"]) for person in people(source, 5.0)]
        faces = detectors.create("centerface", DetectorOptions()).detect(
            source.picture(5.0)
        )
    assert len(faces) == 4
    outside = [f for f in faces if all(overlap(f.xyxy, box) == 0 for box in boxes)]
    assert len(outside) == 1


def test_a_portrait_on_a_slide_never_moves() -> None:
    with full(events=BARE, students=3) as source:
        held = [t for t in times(source) if source.showing(t).slide == 0]
        style = skins.skin(source.look.skin)
        strip = filmstrip(source.look, 3, style.gap, style.margin, style.strip)
        assert strip.slide is not None
        first, *others = (part(source.picture(t), strip.slide) for t in held[::6])
    assert len(others) > 2
    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize("side", ["top", "right", "bottom"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 767), (3840, 2160)])
def test_a_filmstrip_keeps_clear_of_the_slide(
    side: str, width: int, height: int
) -> None:
    for count in range(7):
        placed, slide = filmstrip(Look(width, height), count, 8, 12, side)
        assert slide is not None
        assert slide[2] > 0.6 * width
        everything = [*placed, slide]
        for x, y, wide, tall in everything:
            assert 0 <= x < x + wide <= width
            assert 0 <= y < y + tall <= height
        for a, b in itertools.combinations(everything, 2):
            assert overlap(xyxy(a), xyxy(b)) == 0


def test_a_page_that_is_not_full_has_tiles_as_large_as_the_others() -> None:
    look = Look(1280, 720)
    whole, last = tiles(look, 8, 6, 4), tiles(look, 3, 6, 4, room=8)
    assert {tile[2:] for tile in last} == {tile[2:] for tile in whole}
    assert tiles(look, 0, 6, 4, room=8) == []


@pytest.mark.parametrize(
    ("name", "one", "two"),
    [("Amara Diallo", "A", "AD"), ("Siew Ling Tan", "S", "ST"), ("zoë", "Z", "Z")],
)
def test_initials(name: str, one: str, two: str) -> None:
    assert (initials(name, 1), initials(name, 2)) == (one, two)
