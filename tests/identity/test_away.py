"""Why somebody was not seen: from tiles and labels, through the tracker."""

from __future__ import annotations

from dataclasses import replace

from monitor.records import AbsenceReason
from tests.identity.scripted import FIVE, NAMES, Class, Seat, hidden


def reasons(room: Class, shown: list[Seat]) -> dict[str, AbsenceReason]:
    away = room.show(shown).away
    return {room.called(one.student): one.reason for one in away}


def test_a_tile_without_a_face_is_a_camera_that_is_off() -> None:
    room = Class()
    room.show(FIVE)
    off = replace(FIVE[1], faces=0)
    expected = {"Ben Carter": AbsenceReason.CAMERA_OFF}
    assert reasons(room, [FIVE[0], off, *FIVE[2:]]) == expected
    unlabelled = hidden([FIVE[0], off, *FIVE[2:]])
    assert reasons(room, unlabelled) == expected
    assert reasons(room, FIVE) == {}


def test_somebody_who_never_turned_the_camera_on_is_known_by_the_label() -> None:
    room = Class()
    off = replace(FIVE[4], faces=0)
    assert reasons(room, [*FIVE[:4], off]) == {NAMES[4]: AbsenceReason.CAMERA_OFF}


def test_a_tile_that_goes_alone_has_left_and_comes_back() -> None:
    room = Class()
    room.show(FIVE)
    assert reasons(room, FIVE[:4]) == {}  # one sample without a tile says little
    assert reasons(room, FIVE[:4]) == {NAMES[4]: AbsenceReason.LEFT}
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]
    assert reasons(room, FIVE) == {}


def test_a_page_turned_away_keeps_its_students_off_page() -> None:
    room = Class()
    first, second = FIVE[:3], FIVE[3:]
    room.show(first)
    gone = dict.fromkeys(NAMES[:3], AbsenceReason.OFF_PAGE)
    assert reasons(room, second) == gone
    assert reasons(room, second) == gone
    back = reasons(room, first)
    assert back == dict.fromkeys(NAMES[3:], AbsenceReason.OFF_PAGE)
    assert room.numbers(first) == [1, 2, 3]


def test_a_sample_without_tiles_goes_on_by_place() -> None:
    room = Class()
    room.show(FIVE)
    room.has_tiles = False
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]
    room.has_tiles = True
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]


def test_a_sample_without_tiles_makes_nobody_leave() -> None:
    room = Class()
    room.show(FIVE)
    room.show(FIVE[:4])
    room.has_tiles = False
    assert reasons(room, FIVE[:4]) == {}


def test_a_webcam_has_places_and_no_reasons() -> None:
    room = Class(has_tiles=False)
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]
    assert room.show(FIVE[:3]).away == ()
