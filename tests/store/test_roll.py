from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from monitor.errors import StoreBusy
from monitor.records import AbsenceReason, Away, GapReason, KnownStudent
from monitor.store.store import Store
from tests.builders import HAPPY, build_new_session, build_reading, build_tick
from tests.store.classes import absences, recording, seen, statuses, tick, write

OFF, PAGE, LEFT = AbsenceReason


def test_a_name_comes_after_the_first_samples(store: Store) -> None:
    session = write(store, tick(0, 1, 2), tick(1, 1, 2, names={2: "Ana"}))
    assert seen(store.load(session)) == {"Student 1": [0, 1], "Ana": [0, 1]}


def test_who_is_expected_takes_the_number_that_the_label_names(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2, names={1: "Ana"}),
        tick(1, 1, 2, names={2: "Ben"}),
        known=["Ben", "Ana", "Cleo"],
    )
    data = store.load(session)
    assert seen(data) == {"Ben": [0, 1], "Ana": [0, 1], "Cleo": []}
    assert data.session.students == 2
    assert store.sessions()[0].students == 2
    assert store.latest(session).students == data.students


def test_an_expected_alias_is_the_expected_student(store: Store) -> None:
    known = KnownStudent("Ana Berg", aliases=("ana b.",))
    session = write(store, tick(0, 1, names={1: "ana b."}), known=[known])
    assert seen(store.load(session)) == {"Ana Berg": [0]}


def test_joined_numbers_are_one_student_under_the_surer_name(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2),
        tick(1, 1, 3, names={1: "Ana"}),
        tick(2, 3, 2, joined=[(1, 3)]),
        tick(3, 3, names={3: "Ana"}, joined=[(2, 3)]),
    )
    data = store.load(session)
    assert seen(data) == {"Ana": [0, 1, 2, 3]}
    assert data.session.students == 1


def test_two_on_the_roster_are_never_joined(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2, names={1: "Ana", 2: "Ben"}),
        tick(1, 1, joined=[(2, 1)]),
        known=["Ana", "Ben"],
    )
    assert seen(store.load(session)) == {"Ana": [0, 1], "Ben": [0]}


def test_joining_a_number_that_was_never_stored_changes_nothing(store: Store) -> None:
    session = write(store, tick(0, 1), tick(1, 1, joined=[(7, 1), (7, 8)]))
    assert seen(store.load(session)) == {"Student 1": [0, 1]}


def test_one_student_counts_once_in_a_sample(store: Store) -> None:
    low, tall = (0.0, 0.0, 20.0, 20.0), (0.0, 0.0, 20.0, 30.0)
    with recording(store) as begun:
        for index, pair in enumerate(
            [
                (build_reading(1, None, xyxy=tall), build_reading(2, HAPPY, xyxy=low)),
                (build_reading(1, HAPPY, xyxy=low), build_reading(2, HAPPY, xyxy=tall)),
                (build_reading(1, None, xyxy=tall), build_reading(2, None, xyxy=low)),
            ]
        ):
            begun.write(build_tick(index, pair))
        begun.write(tick(3, 1, joined=[(2, 1)]))
    data = store.load(begun.session_id)
    assert seen(data) == {"Student 1": [0, 1, 2, 3]}
    assert [status.value for status in statuses(data)] == [
        "read",
        "read",
        "unreadable",
        "read",
    ]
    heights = data.observations.xyxy[:, 3] - data.observations.xyxy[:, 1]
    assert heights.tolist()[:3] == [20, 30, 30]


def test_a_number_with_another_expected_name_is_another_person(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, names={1: "Ana"}),
        tick(1, 1, names={1: "Ben"}),
        tick(2, 1, names={1: "Guest"}),
        known=["Ana", "Ben"],
    )
    assert seen(store.load(session)) == {"Ana": [0], "Ben": [1], "Guest": [2]}


def test_a_better_reading_of_a_name_renames(store: Store) -> None:
    session = write(store, tick(0, 1, names={1: "Arna"}), tick(1, 1, names={1: "Ana"}))
    assert seen(store.load(session)) == {"Ana": [0, 1]}


def test_two_of_one_name_are_kept_apart(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, names={1: "Ana"}),
        tick(1, 1, 2, names={2: "Ana"}),
        tick(2, 1, 2, names={2: "Ana"}),
    )
    assert seen(store.load(session)) == {"Ana": [0, 1, 2], "Ana (2)": [1, 2]}


def test_a_camera_that_is_off_from_the_start_has_a_row(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, names={2: "Ana"}, away=[Away(2, OFF)]),
        tick(1, 1, away=[Away(2, OFF)]),
    )
    data = store.load(session)
    assert seen(data) == {"Ana": [], "Student 1": [0, 1]}
    assert absences(data) == {"Ana": [(0.0, 6.0, "camera_off")]}
    assert data.session.students == 1


def test_absences_begin_and_end_with_the_samples(store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 2),
        tick(1, 1, away=[Away(2, OFF)]),
        tick(2, 1, away=[Away(2, OFF)]),
        tick(3, 1, away=[Away(2, PAGE)]),
        tick(4, 1, 2),
        tick(5, 2, away=[Away(1, LEFT)]),
    )
    assert absences(store.load(session)) == {
        "Student 1": [(15.0, 18.0, "left")],
        "Student 2": [(3.0, 9.0, "camera_off"), (9.0, 12.0, "off_page")],
    }
    part = store.load(session, since_sample=2)
    assert absences(part)["Student 2"] == [(9.0, 12.0, "off_page")]
    assert "Student 2" not in absences(store.load(session, since_sample=3))


def test_a_covered_sample_says_nothing_about_who_is_away(store: Store) -> None:
    with recording(store) as begun:
        begun.write(tick(0, 1))
        begun.write(tick(1, away=[Away(1, OFF)]))
        begun.write(build_tick(2, [], gap=GapReason.COVERED))
        begun.write(tick(3, away=[Away(1, OFF)]))
        assert absences(store.load(begun.session_id)) == {
            "Student 1": [(3.0, 12.0, "camera_off")]
        }
        begun.write(tick(4, 1))
    assert absences(store.load(begun.session_id)) == {
        "Student 1": [(3.0, 12.0, "camera_off")]
    }


def test_absences_of_one_who_was_taken_for_two_do_not_contradict(store: Store) -> None:
    session = write(
        store,
        tick(0, 1),
        tick(1, away=[Away(1, LEFT)]),
        tick(2, 2, away=[Away(1, LEFT)]),
        tick(3, away=[Away(1, LEFT), Away(2, OFF)]),
        tick(4, 2, joined=[(1, 2)]),
    )
    data = store.load(session)
    assert absences(data) == {
        "Student 2": [(3.0, 6.0, "left"), (9.0, 12.0, "camera_off")]
    }
    assert seen(data) == {"Student 2": [0, 2, 4]}


def test_an_unended_absence_lasts_until_the_last_sample(path: Path) -> None:
    with Store.open(str(path)) as store:
        begun = store.begin(build_new_session())
        begun.write(tick(0, 1))
        begun.write(tick(1, away=[Away(1, OFF)]))
        begun._release()  # as the system does when the program is killed
        data = store.load(begun.session_id)
        assert data.session.status.value == "interrupted"
        assert absences(data) == {"Student 1": [(3.0, 6.0, "camera_off")]}


def test_a_tick_that_is_written_again_opens_one_absence(path: Path) -> None:
    with Store.open(str(path), busy_timeout_s=0.05) as store, recording(store) as begun:
        begun.write(tick(0, 1))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        off = tick(1, names={1: "Ana"}, away=[Away(1, OFF)])
        with pytest.raises(StoreBusy):
            begun.write(off)
        other.execute("ROLLBACK")
        other.close()
        begun.write(off)
        begun.write(tick(2, 1))
        assert absences(store.load(begun.session_id)) == {
            "Ana": [(3.0, 6.0, "camera_off")]
        }


def test_what_the_teacher_said_holds_while_the_class_goes_on(store: Store) -> None:
    with recording(store, "Ana") as begun:
        begun.write(tick(0, 1, 2, 3))
        store.rename(begun.session_id, "Student 1", "Dora")
        store.ignore(begun.session_id, "Student 3")
        begun.write(tick(1, 1, 2, 4, names={1: "D. Ora", 2: "Ana"}, joined=[(3, 2)]))
        begun.write(tick(2, 1, 4, joined=[(4, 3)]))
    data = store.load(begun.session_id)
    assert seen(data) == {"Ana": [0, 1], "Dora": [0, 1, 2]}
    assert data.session.students == 2


def test_the_class_goes_on_after_a_split_and_after_its_undoing(store: Store) -> None:
    with recording(store, "Ana") as begun:
        for index in range(4):
            begun.write(tick(index, 1, names={1: "Ana"}))
        at = build_tick(2).captured_at
        store.split(begun.session_id, "Ana", at)
        begun.write(tick(4, 1, names={1: "Ana"}))
        assert seen(store.load(begun.session_id)) == {
            "Ana": [0, 1],
            "Ana (2)": [2, 3, 4],
        }
        begun.write(tick(5, 1, 2))
        begun.write(tick(6, 1, joined=[(2, 1)]))
        store.undo(begun.session_id)
        begun.write(tick(7, 1))
    assert seen(store.load(begun.session_id)) == {"Ana": list(range(8))}


def test_a_merge_of_a_running_class_can_be_undone_whole(store: Store) -> None:
    with recording(store) as begun:
        begun.write(tick(0, 1, 2))
        store.merge(begun.session_id, "Student 2", "Student 1")
        begun.write(tick(1, 2))
        assert seen(store.load(begun.session_id)) == {"Student 1": [0, 1]}
        store.undo(begun.session_id)
        begun.write(tick(2, 2))
    assert seen(store.load(begun.session_id)) == {
        "Student 1": [0],
        "Student 2": [0, 1, 2],
    }
