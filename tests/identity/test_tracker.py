from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from monitor.identity.names import Names
from monitor.records import KnownStudent
from tests.identity.scripted import FIVE, NAMES, Class, Seat, hidden, seats
from tests.identity.test_positions import face


def test_labels_name_students_in_reading_order() -> None:
    room = Class()
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]
    assert [room.called(i) for i in range(1, 6)] == list(NAMES)


def test_a_name_is_told_once() -> None:
    room = Class()
    room.show(FIVE)
    assert room.show(FIVE).named == ()


def test_students_keep_their_numbers_when_the_gallery_is_shuffled() -> None:
    room = Class()
    room.show(FIVE)
    assert room.numbers(FIVE[::-1]) == [5, 4, 3, 2, 1]


def test_a_hidden_label_changes_nothing() -> None:
    room = Class()
    room.show(FIVE)
    for _ in range(20):
        assert room.numbers(hidden(FIVE)) == [1, 2, 3, 4, 5]


def test_rooms_tell_who_moved_while_labels_are_hidden() -> None:
    room = Class()
    room.show(FIVE)
    assert room.numbers(hidden([FIVE[2], FIVE[0], *FIVE[3:], FIVE[1]])) == [
        3,
        1,
        4,
        5,
        2,
    ]


def test_plain_walls_keep_their_place_while_labels_are_hidden() -> None:
    room = Class()
    plain = [replace(seat, room=None) for seat in FIVE]
    room.show(plain)
    assert room.numbers(hidden(plain)) == [1, 2, 3, 4, 5]


def test_a_number_given_without_a_label_is_joined_when_the_label_tells() -> None:
    room = Class()
    room.show(FIVE[:4])
    room.show(FIVE[:3])
    # Back in another room, label hidden: nobody can know yet.
    stranger = replace(FIVE[3], room="kitchen")
    (*_, number) = room.numbers([*FIVE[:3], replace(stranger, label=False)])
    assert number == 5
    assert room.numbers([*FIVE[:3], stranger]) == [1, 2, 3, 4]
    assert room.called(5) == "Daniel Kim"


def test_a_plain_wall_tells_once_all_others_before_one_were_seen_beside() -> None:
    room = Class()
    amara, ben, elif_ = (replace(seat, room=None) for seat in FIVE[:3])
    others = [*FIVE[3:], *seats("Gina Rossi", "Hana Novak")]
    room.show([amara, ben, elif_, *others])
    room.show(others)
    # One of three is back, and nobody can tell which.
    back = replace(amara, label=False)
    assert room.numbers([*others, back]) == [4, 5, 6, 7, 8]
    assert room.numbers([*others, back, ben, elif_]) == [4, 5, 6, 7, 8, 2, 3]
    assert room.numbers([*others, ben, elif_, amara]) == [4, 5, 6, 7, 2, 3, 1]
    assert room.called(8) == "Amara Diallo"


def test_two_who_were_seen_together_are_never_joined() -> None:
    room = Class()
    twins = [Seat("Ana Silva", room="a"), Seat("Ana Silva", room="b")]
    assert room.numbers(twins) == [1, 2]
    assert [room.called(1), room.called(2)] == ["Ana Silva", "Ana Silva (2)"]
    assert room.numbers(twins[::-1]) == [2, 1]


def test_labels_that_are_read_later_name_the_same_students() -> None:
    room = Class()
    pending = [replace(seat, answered=False) for seat in FIVE]
    assert room.numbers(pending) == [1, 2, 3, 4, 5]
    assert room.names == {}
    # Moved before anybody has read the labels: their looks are enough.
    assert room.numbers(pending[::-1]) == [5, 4, 3, 2, 1]
    room.show(FIVE)
    assert [room.called(i) for i in range(1, 6)] == list(NAMES)


def test_plain_walls_and_unread_labels_do_not_mix_people_up() -> None:
    room = Class()
    plain = [replace(seat, room=None) for seat in FIVE[:2]]
    room.show(plain)
    came = replace(FIVE[2], room=None, answered=False)
    assert room.numbers([came, plain[1]]) == [3, 2]


def test_another_name_in_the_same_place_and_room_is_another_student() -> None:
    room = Class()
    shared = Seat("Ana Silva", room="kitchen")
    room.show([*FIVE[:2], shared])
    sister = replace(shared, name="Berta Silva")
    for _ in range(3):  # it may be a message that covers the label
        assert room.numbers([*FIVE[:2], sister]) == [1, 2, 3]
    assert room.numbers([*FIVE[:2], sister]) == [1, 2, 4]
    assert room.called(4) == "Berta Silva"
    assert room.numbers([shared, *FIVE[:2]]) == [3, 1, 2]


def test_a_message_on_a_label_is_nobodys_name() -> None:
    room = Class()
    room.show(FIVE)
    message = Seat("This meeting is being recorded", room=FIVE[1].name)
    for _ in range(3):
        assert room.numbers([FIVE[0], message, *FIVE[2:]]) == [1, 2, 3, 4, 5]
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]
    assert message.name not in room.names.values()


def test_a_misread_in_the_same_place_and_room_is_the_same_student() -> None:
    room = Class()
    right = Seat("Ana Silva", room="kitchen")
    room.show([*FIVE[:2], right])
    misread = replace(right, name="Ana Silvia")
    assert Names([KnownStudent("Ana Silva")]).resolve("Ana Silvia").maybe
    assert room.numbers([*FIVE[:2], misread]) == [1, 2, 3]
    assert room.called(3) == "Ana Silva"
    # Elsewhere, and beside the other, it is somebody else.
    assert room.numbers([misread, *FIVE[:2], right]) == [3, 1, 2, 4]


def test_a_covered_label_keeps_its_student() -> None:
    room = Class()
    room.show(FIVE)
    covered = Seat("", room=FIVE[1].name)
    assert room.numbers([FIVE[0], covered, *FIVE[2:]]) == [1, 2, 3, 4, 5]
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]


def test_a_label_that_nobody_can_read_keeps_its_student_by_its_looks() -> None:
    room = Class()
    foreign = Seat("", room="study")
    seen = room.show([*FIVE[:2], foreign])
    assert [(n.student, n.name, bool(n.label)) for n in seen.named][-1] == (3, "", True)
    assert room.numbers([replace(foreign), *FIVE[:2]]) == [3, 1, 2]


def test_a_course_remembers_a_label_that_nobody_can_read() -> None:
    first = Class()
    foreign = Seat("", room="study")
    label = first.show([foreign]).named[0].label
    later = Class(known=[KnownStudent("Дарья Павлова", labels=(label,))])
    later.show([replace(foreign)])
    assert later.called(1) == "Дарья Павлова"


def test_two_in_one_tile_are_two_students_and_marked() -> None:
    room = Class()
    pair = replace(FIVE[1], faces=2)
    seen = room.show([FIVE[0], pair, FIVE[2]])
    assert [(s.student, s.shared) for s in seen.sightings] == [
        (1, False),
        (2, True),
        (3, False),
        (4, True),
    ]
    assert room.called(4) == "Ben Carter, person 2"
    again = room.show([pair, FIVE[0], FIVE[2]])
    assert sorted(s.student for s in again.sightings if s.shared) == [2, 4]


def test_the_teachers_own_tile_is_left_out() -> None:
    room = Class(me="Elif Şahin")
    seen = room.show(FIVE)
    assert len(seen.sightings) == 4
    assert "Elif Şahin" not in room.names.values()
    also = Class().show([*FIVE[:2], Seat("You", is_me=True)])
    assert len(also.sightings) == 2


def test_the_teachers_tile_is_left_out_while_its_label_is_hidden() -> None:
    room = Class(me=NAMES[4])
    room.show(FIVE)
    assert len(room.show(hidden(FIVE)).sightings) == 4
    room.has_tiles = False
    assert len(room.show(FIVE).sightings) == 4
    room.has_tiles = True
    assert len(room.show([replace(FIVE[4], answered=False), *FIVE[:4]]).sightings) == 4
    assert room.show(FIVE).away == ()
    assert room.students == {1, 2, 3, 4}


def test_whoever_turns_out_to_be_the_teacher_was_never_a_student() -> None:
    room = Class(me=NAMES[4])
    room.show([replace(seat, answered=False) for seat in FIVE])
    seen = room.show(FIVE)
    assert (seen.pictures, len(seen.sightings)) == ((5,), 4)
    assert room.show(FIVE).pictures == ()


def test_a_label_that_says_no_more_than_you_is_the_teachers() -> None:
    seen = Class().show([*FIVE[:2], Seat("", is_me=True)])
    assert len(seen.sightings) == 2


def test_nobody_is_read_for_the_consent_of_whom_they_replace() -> None:
    known = [
        KnownStudent(NAMES[0], consent=True),
        KnownStudent(NAMES[1], consent=False),
    ]
    ann = Seat(NAMES[0], room="office")
    for other in (Seat(NAMES[1], room="office"), Seat("", room="office")):
        room = Class(known=known, asks_consent=True)
        assert room.show([FIVE[2], ann]).sightings[1].may_read
        seen = room.show([FIVE[2], other])
        assert not any(s.may_read for s in seen.sightings)


def test_a_picture_on_a_slide_was_never_a_student() -> None:
    room = Class()
    photograph = face((700, 700), 90)
    seen = room.show(FIVE, beside=[photograph])
    assert len(seen.sightings) == 6
    (number,) = {s.student for s in seen.sightings} - {1, 2, 3, 4, 5}
    room.pictures = {0}
    seen = room.show(FIVE, beside=[photograph])
    assert seen.pictures == (number,)
    assert (seen.left_out, len(seen.sightings)) == (1, 5)
    seen = room.show(FIVE, beside=[photograph])
    assert (seen.left_out, seen.pictures) == (1, ())


def test_without_a_yes_nobody_is_read() -> None:
    known = [
        KnownStudent(NAMES[0], consent=True),
        KnownStudent(NAMES[1], consent=False),
        KnownStudent(NAMES[2]),
    ]
    room = Class(known=known, asks_consent=True)
    seen = room.show([replace(FIVE[0], faces=2), *FIVE[1:4]])
    allowed = {s.student for s in seen.sightings if s.may_read}
    assert {room.called(n) for n in allowed} == {NAMES[0]}
    twice = Class(known=known, asks_consent=True)
    seen = twice.show([replace(FIVE[0], room="a"), replace(FIVE[0], room="b")])
    assert [s.may_read for s in seen.sightings] == [True, False]
    unread = Class(known=known, asks_consent=True)
    seen = unread.show([replace(FIVE[0], answered=False)])
    assert not seen.sightings[0].may_read


SHOWN = st.lists(
    st.tuples(st.integers(0, 7), st.booleans(), st.booleans(), st.integers(0, 2)),
    max_size=8,
)


@settings(deadline=None, max_examples=40)
@given(st.lists(SHOWN, max_size=6))
def test_whatever_happens_no_student_is_seen_twice_in_a_sample(
    samples: list[list[tuple[int, bool, bool, int]]],
) -> None:
    room = Class()
    for sample in samples:
        shown = [
            Seat(f"Person {who}", label, faces, f"room {who}", answered)
            for who, label, answered, faces in sample
        ]
        seen = room.show(shown)
        students = [s.student for s in seen.sightings]
        assert len(set(students)) == len(students) == sum(s.faces for s in shown)
        assert not {one.student for one in seen.away} & set(students)
        merged = {join.student for join in seen.joined}
        assert not merged & set(students)


@pytest.mark.parametrize("seed", range(3))
def test_an_hour_of_shuffles_splits_nobody(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test
    people = seats(*(f"{name} {last}" for name in NAMES for last in ("Ito", "Rey")))
    room, order = Class(), list(people)
    right = total = 0
    for sample in range(200):
        if sample % 7 == 0:
            chance.shuffle(order)
        there = [seat for seat in order if chance.random() > 0.02]
        shown = hidden(there) if sample // 10 % 2 else there
        numbers = room.numbers(shown)
        right += sum(
            room.called(n) == s.name for n, s in zip(numbers, shown, strict=True)
        )
        total += len(numbers)
    assert right >= 0.95 * total
    assert len(room.students) == len(people)


def test_a_turned_page_is_told_from_a_covered_gallery() -> None:
    room = Class()
    assert room.show(FIVE).turned
    assert not room.show(FIVE).turned
    assert not room.show(FIVE[:2]).turned  # something lies on the others
    assert room.show(FIVE[3:]).turned
    assert not room.show(FIVE[3:]).turned


def test_what_nobody_can_read_does_not_hide_who_moved() -> None:
    room = Class()
    room.show(FIVE)
    smudged = [replace(Seat("", room=seat.name), name="") for seat in FIVE[::-1]]
    assert room.numbers(smudged) == [5, 4, 3, 2, 1]
    assert room.numbers(FIVE) == [1, 2, 3, 4, 5]


def test_a_face_on_a_slide_is_nobody_who_had_a_tile_there() -> None:
    room = Class()
    room.show(FIVE)
    room.shared = (0, 188, 1000, 400)
    fifth = face((160, 188 + 90), 70)  # where the fifth tile was
    seen = room.show(FIVE[:4], beside=[fifth])
    assert sorted(s.student for s in seen.sightings) == [1, 2, 3, 4, 6]


def test_every_number_given_before_one_wall_is_joined_when_its_label_tells() -> None:
    room = Class()
    room.show(FIVE[:2])
    stranger = replace(FIVE[4], label=False)
    room.show([*FIVE[:2], stranger])
    room.show(FIVE[:2])
    room.show([*FIVE[:2], FIVE[4]])
    assert room.students == {1, 2, 3}
    assert room.called(3) == NAMES[4]
