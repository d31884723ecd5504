from __future__ import annotations

import cv2
import numpy as np
import pytest

from monitor.boxes import as_array, held, iou
from monitor.identity.tiles import Layout, LayoutWatch, find_layout
from monitor.records import Face
from monitor.sources.virtual.layout import Look
from tests.galleries import gallery, portraits
from tests.identity import calls
from tests.identity.calls import MEET, TEAMS, ZOOM, Call, Colour, Tile
from tests.sources_virtual.builders import made_class, xyxy

SKINS = {"zoom": (ZOOM, 6, 0), "meet": (MEET, 12, 12), "teams": (TEAMS, 8, 6)}
"""Ground, gap and radius of the corners."""


def call_of(
    count: int,
    skin: str = "zoom",
    *,
    size: tuple[int, int] = (1920, 1080),
    off: range = range(0),
    ground: Colour | None = None,
    slope: float = 0,
    gap: int | None = None,
    columns: int | None = None,
    margin: int = 8,
) -> Call:
    """A gallery; ``off`` are the tiles whose camera is off."""
    dark, usual, radius = SKINS[skin]
    call = calls.empty(size, ground or dark, slope)
    area = (margin, margin, size[0] - margin, size[1] - margin)
    gap = usual if gap is None else gap
    for i, tile in enumerate(calls.places(count, area, gap, columns)):
        if i in off:
            calls.camera_off(call, tile, calls.OFF[dark], radius)
        else:
            calls.person(call, tile, 100 * count + i, radius)
    return call


def with_strip(skin: str, count: int, side: str = "top") -> tuple[Call, Tile]:
    """A call with a filmstrip; returns where its stage is, on which nothing stands."""
    ground, gap, radius = SKINS[skin]
    call = calls.empty((1920, 1080), ground)
    if side == "top":
        left = (1920 - count * (230 + gap)) // 2
        spots = [(left + i * (230 + gap), 8) for i in range(count)]
        stage = (176, 150, 1744, 1032)
    else:
        spots = [(1682, 40 + i * (129 + gap)) for i in range(count)]
        stage = (8, 60, 1664, 991)
    for i, (x, y) in enumerate(spots):
        calls.person(call, (x, y, x + 230, y + 129), i + 5, radius)
    return call, stage


def assert_found(call: Call, layout: Layout | None = None) -> None:
    layout = layout or find_layout(call.image, call.faces)
    assert call.found(layout.tiles) == (len(call.tiles), 0), layout
    if call.shared is None:
        assert layout.shared is None
    else:
        assert layout.shared is not None
        assert iou(as_array([call.shared]), as_array([layout.shared]))[0, 0] > 0.8


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 9, 16, 25, 49])
def test_galleries(skin: str, count: int) -> None:
    assert_found(call_of(count, skin))


@pytest.mark.parametrize("size", [(1280, 720), (3840, 2160)])
@pytest.mark.parametrize("skin", SKINS)
def test_other_sizes(skin: str, size: tuple[int, int]) -> None:
    assert_found(call_of(25, skin, size=size))


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("count", [1, 7])
def test_virtual_classes(skin: str, count: int) -> None:
    look = Look(1280, 720, 1, skin)
    with made_class(look, students=count) as source:
        image, people = source.picture(12.0), source.truth(12.0)["people"]
    tiles = [xyxy(person["tile"]) for person in people if person["tile"]]
    boxes = [xyxy(person["face"]) for person in people if person["face"]]
    faces = [calls.face_in(box) for box in boxes]
    assert_found(Call(image, tiles, faces))


def test_tiles_come_in_reading_order() -> None:
    layout = find_layout((call := call_of(13)).image, call.faces)
    order = iou(as_array(layout.tiles), as_array(call.tiles)).argmax(axis=1)
    assert order.tolist() == list(range(13))


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("off", [range(0, 12, 3), range(1, 12)])
def test_tiles_with_the_camera_off(skin: str, off: range) -> None:
    call = call_of(12, skin, off=off)
    calls.speaks(call, call.tiles[1])
    assert_found(calls.through_codec(call))


def test_a_camera_that_is_off_is_seen_by_its_name_alone() -> None:
    # Its colour is the ground's: across from a tile, a name tells that one is there.
    call = calls.empty(ground=TEAMS)
    for i, tile in enumerate(calls.places(8, (8, 8, 1912, 1072), 8)):
        if i == 6:
            calls.camera_off(call, tile, (32, 32, 32))
        else:
            calls.person(call, tile, i)
    assert_found(call)


@pytest.mark.parametrize("quality", [70, 40])
@pytest.mark.parametrize("skin", SKINS)
def test_damage_by_a_codec(skin: str, quality: int) -> None:
    assert_found(calls.through_codec(call_of(16, skin), quality))


@pytest.mark.parametrize(
    ("ground", "slope"), [((236, 238, 240), 0), ((70, 60, 50), 30), ((90, 30, 20), -15)]
)
def test_other_grounds(ground: Colour, slope: float) -> None:
    assert_found(call_of(9, "meet", ground=ground, slope=slope))


def test_pictures_of_other_shapes() -> None:
    call = calls.empty()
    for i, tile in enumerate(calls.places(9, (8, 8, 1912, 1072), 6)):
        if i % 3:
            calls.person(call, tile, i)
        else:
            calls.letterboxed(call, tile, i, 4 / 3 if i else 9 / 16)
    assert_found(call)


def test_a_row_of_phones_held_upright() -> None:
    call = calls.empty()
    for i, tile in enumerate(calls.places(6, (8, 8, 1912, 1072), 6, columns=3)):
        if i < 3:
            calls.person(call, tile, i)
        else:
            calls.letterboxed(call, tile, i, 9 / 16)
    assert_found(call)


def test_a_window_with_its_title_and_toolbar() -> None:
    call = calls.empty()
    for i, tile in enumerate(calls.places(12, (8, 50, 1912, 980), 6)):
        calls.person(call, tile, i)
    call.image[:36], call.image[1000:] = 222, 26
    for x in range(300, 1600, 150):
        cv2.circle(call.image, (x, 1032), 16, (200, 200, 200), -1)
    assert_found(call)


def test_a_window_on_a_desktop() -> None:
    call = calls.inset(call_of(12, "teams", size=(1300, 800)), (1920, 1080), (310, 150))
    assert_found(call)


@pytest.mark.parametrize("side", ["top", "right"])
@pytest.mark.parametrize("count", [1, 2, 6])
@pytest.mark.parametrize("skin", SKINS)
def test_a_shared_screen_with_a_filmstrip(skin: str, count: int, side: str) -> None:
    call, stage = with_strip(skin, count, side)
    calls.slide(call, stage)
    assert_found(calls.through_codec(call))


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("skin", SKINS)
def test_a_speaker_with_a_filmstrip(skin: str, count: int) -> None:
    call, stage = with_strip(skin, count)
    calls.person(call, stage, 77)
    assert_found(calls.through_codec(call))


def test_a_slide_as_dark_as_the_ground() -> None:
    call, stage = with_strip("teams", 5)
    calls.slide(call, stage, TEAMS)
    layout = find_layout(call.image, call.faces)
    assert call.found(layout.tiles) == (5, 0)
    assert layout.shared is not None  # What stands on it, without its margins.
    assert held(as_array([layout.shared]), as_array([stage])).all()


def test_portraits_on_a_slide_are_no_tiles() -> None:
    call, stage = with_strip("zoom", 6)
    calls.slide(call, stage)
    for i in range(6):
        calls.photograph(call, (300 + 220 * i, 700, 460 + 220 * i, 900), i)
    assert_found(call)


def test_two_people_in_one_tile() -> None:
    call = call_of(4)
    face = call.faces[2]
    call.faces.append(calls.moved(face, face.height, 0))
    layout = find_layout(call.image, call.faces)
    assert_found(call, layout)
    boxes = as_array([face.xyxy for face in call.faces])
    assert held(boxes, as_array(layout.tiles)).sum(axis=0).tolist() == [1, 1, 2, 1]


@pytest.mark.parametrize("count", [2, 4, 9, 16, 49])
@pytest.mark.parametrize("gap", [0, 2])
def test_tiles_that_touch(count: int, gap: int) -> None:
    assert_found(call_of(count, gap=gap, margin=0))


@pytest.mark.parametrize(("count", "columns"), [(49, 7), (48, 7), (48, 8), (45, 7)])
@pytest.mark.parametrize("gap", [0, 3, 6])
def test_an_enlarged_gallery(count: int, columns: int, gap: int) -> None:
    call = call_of(count, size=(1920, 1200), gap=gap, columns=columns, margin=3)
    small = calls.resized(call, (640, 400), cv2.INTER_AREA)
    assert_found(calls.resized(calls.through_codec(small, 60), (1920, 1200)))


@pytest.mark.parametrize("seed", range(6))
def test_a_webcam_s_picture_has_no_tiles(seed: int) -> None:
    image, face = calls.somebody((1280, 720), seed, 0.5)
    call = calls.through_codec(Call(image, faces=[face]))
    assert find_layout(call.image, call.faces) == Layout()
    wide = calls.empty((1920, 720))  # Bars on both sides make no tile of it.
    wide.image[:, 320:1600] = call.image
    assert find_layout(wide.image, [calls.moved(face, 320, 0)]) == Layout()


@pytest.mark.parametrize("seed", range(5))
def test_a_classroom_has_no_tiles(seed: int) -> None:
    call = calls.classroom((1920, 1080), seed)
    assert len(call.faces) > 8
    assert find_layout(call.image, call.faces) == Layout()


@pytest.mark.parametrize("ground", [(0, 0, 0), (250, 250, 250)])
@pytest.mark.parametrize("seed", range(3))
def test_scattered_portraits_are_no_gallery(seed: int, ground: Colour) -> None:
    call = calls.scattered((1920, 1080), seed, ground)
    assert len(call.faces) > 5
    assert find_layout(call.image, call.faces) == Layout()


def test_a_picture_without_anything() -> None:
    assert find_layout(np.zeros((720, 1280, 3), np.uint8), []) == Layout()
    assert find_layout(np.zeros((8, 8, 3), np.uint8), []) == Layout()


@pytest.mark.parametrize("count", [12, 25, 49])
def test_real_portraits(count: int) -> None:
    drawn = gallery(portraits(count))
    faces: list[Face] = []
    for x1, y1, x2, y2 in drawn.tiles:
        faces.append(calls.face_at((x1 + x2) / 2, 0.6 * y1 + 0.4 * y2, (y2 - y1) / 2))
    assert_found(calls.through_codec(Call(drawn.image, list(drawn.tiles), faces)))


def test_the_layout_is_kept_while_people_move() -> None:
    watch, call = LayoutWatch(), call_of(9)
    layout = watch.look(call.image, call.faces)
    assert_found(call, layout)
    for quality in (90, 60, 75):
        other = calls.empty()  # A page turned: other people on the same tiles.
        for i, tile in enumerate(calls.places(9, (8, 8, 1912, 1072), 6)):
            calls.person(other, tile, quality + i)
        calls.speaks(other, other.tiles[quality % 9])
        calls.through_codec(other, quality)
        assert watch.look(other.image, call.faces) is layout


@pytest.mark.parametrize("count", [8, 10, 12, 16, 4])
def test_a_changed_gallery_is_found_anew(count: int) -> None:
    watch, call, other = LayoutWatch(), call_of(9), call_of(count)
    watch.look(call.image, call.faces)
    assert_found(other, watch.look(other.image, other.faces))
    assert_found(call, watch.look(call.image, call.faces))


def test_a_screen_that_is_shared_is_found() -> None:
    watch, call = LayoutWatch(), call_of(6)
    watch.look(call.image, call.faces)
    shared, stage = with_strip("zoom", 6)
    calls.slide(shared, stage)
    assert_found(shared, watch.look(shared.image, shared.faces))


def test_a_call_that_opens_over_a_webcam_is_found() -> None:
    watch = LayoutWatch()
    image, face = calls.somebody((1920, 1080), 3, 0.5)
    assert watch.look(image, [face]) == Layout()
    call = call_of(4)
    assert_found(call, watch.look(call.image, call.faces))
    smaller = call_of(4, size=(1280, 720))
    assert_found(smaller, watch.look(smaller.image, smaller.faces))


def test_a_message_over_the_gallery_passes() -> None:
    watch, call = LayoutWatch(), call_of(9)
    watch.look(call.image, call.faces)
    covered = call.image.copy()
    covered[700:1060, 1300:1900] = 245
    faces = [face for face in call.faces if face.xyxy[2] < 1300 or face.xyxy[3] < 700]
    watch.look(covered, faces)
    assert_found(call, watch.look(call.image, call.faces))
