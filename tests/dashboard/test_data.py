from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from dashboard import data
from dashboard.components.glance import glance_cards
from dashboard.components.notices import honesty
from dashboard.document.facts import gather
from dashboard.figures.mood import mood_info
from dashboard.network_card import Measured, measured, measured_in
from monitor.errors import UnknownSession
from monitor.records import KnownStudent, Mode, SessionData, SessionStatus
from monitor.store.store import Store
from monitor.words import EMOTIONS
from tests.builders import (
    HAPPY,
    NEUTRAL,
    STARTED_AT,
    build_new_session,
    build_reading,
    build_session,
    build_session_data,
    build_session_row,
    build_tick,
    store_session,
)


def test_a_running_class_comes_first(store: Store) -> None:
    with store.begin(build_new_session("Live")) as live:
        ended = [build_session(store, students=1, minutes=1) for _ in range(2)]
        ids = [session.id for session in data.list_sessions(store)]
        assert ids == [live.session_id, *reversed(ended)]


def test_classes_stand_by_when_they_were_whenever_they_were_stored(
    store: Store,
) -> None:
    days = [STARTED_AT - timedelta(days=back) for back in (1, 30, 0)]
    ids = [
        store_session(store, [build_tick()], build_new_session(started_at=day))
        for day in days
    ]
    listed = [session.id for session in data.list_sessions(store)]
    assert listed == [ids[2], ids[0], ids[1]]


@pytest.mark.parametrize(
    "ref", ["", "7", "-1", "1.5", "1e3", "<b>", "9" * 40, "\N{FULLWIDTH DIGIT ONE}"]
)
def test_an_address_that_names_no_class(store: Store, ref: str) -> None:
    with pytest.raises(UnknownSession):
        data.find_session(store, ref)


def test_the_last_class_has_an_address(store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    assert data.find_session(store, "last").id == session_id
    assert data.find_session(store, str(session_id)).id == session_id


def test_an_ended_class_is_shown_whole(store: Store) -> None:
    session = store.session(build_session(store, students=3, minutes=20))
    view = data.load_view(store, session, whole=False)
    assert (view.from_s, view.to_s, view.bin_s) == (0, 1200, 15)
    assert len(view.data.samples) == 400


def test_a_running_class_is_shown_from_its_last_sample_back(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for index in range(300):
            recording.write(build_tick(index))
        session = store.session(recording.session_id)
        view = data.load_view(store, session, whole=False)
        whole = data.load_view(store, session, whole=True)
    assert view.to_s == 900
    assert view.from_s % view.bin_s == 0
    assert view.data.samples.offset_s[0] >= view.from_s
    assert 285 < view.from_s <= 297
    assert (whole.from_s, len(whole.data.samples)) == (0, 300)


def test_students_stand_in_the_order_that_people_count_in(store: Store) -> None:
    session = store.session(build_session(store, students=12, minutes=1))
    view = data.load_view(store, session, whole=True)
    names = [student.name for student in view.data.students]
    assert names == [f"Student {number}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("span_s", "interval_s", "expected"),
    [
        (60, 3, 10),
        (600, 3, 10),
        (3600, 3, 60),
        (7200, 3, 120),
        (3, 1, 3),
        (1e6, 3, 300),
    ],
)
def test_bins_are_few_and_hold_several_samples(
    span_s: float, interval_s: float, expected: float
) -> None:
    assert data.choose_bin(span_s, interval_s) == expected


def test_a_part_of_a_session_keeps_rows_together() -> None:
    whole = build_session_data()
    part = data.since(whole, 30, 60)
    assert part.samples.offset_s.tolist() == list(range(30, 60, 3))
    rows = [
        (float(part.samples.offset_s[i]), int(student))
        for i, student in zip(
            part.observations.sample, part.observations.student, strict=True
        )
    ]
    expected = [
        (float(whole.samples.offset_s[i]), int(student))
        for i, student in zip(
            whole.observations.sample, whole.observations.student, strict=True
        )
    ]
    assert rows == [row for row in expected if 30 <= row[0] < 60]


def test_the_first_glance_compares_the_last_minute_with_before() -> None:
    ticks = [
        build_tick(i, [build_reading(1, HAPPY if i >= 180 else NEUTRAL)])
        for i in range(200)
    ]
    running = build_session_row(status=SessionStatus.RUNNING, samples=200, students=2)
    glance = data.take_glance(build_session_data(ticks, session=running))
    assert glance.is_live
    assert (glance.present, glance.known) == (1, 2)
    assert (glance.now.samples, glance.now.dominant) == (20, "happy")
    assert glance.before is not None
    assert (glance.before.samples, glance.before.dominant) == (100, "neutral")


def test_who_was_expected_and_never_seen_is_not_counted_as_known(store: Store) -> None:
    known = [KnownStudent("Ana"), KnownStudent("Ben")]
    with store.begin(build_new_session(known=known)) as recording:
        recording.write(build_tick(0, [build_reading(1), build_reading(2)]))
        live = store.latest(recording.session_id)
        assert [student.name for student in live.students[:2]] == ["Ana", "Ben"]
        assert (data.take_glance(live).present, data.take_glance(live).known) == (2, 2)


def test_totals_tell_how_many_were_seen_though_not_who(store: Store) -> None:
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        for index in range(120):
            first = 1 if index < 60 else 7
            recording.write(
                build_tick(index, [build_reading(first + k) for k in range(6)])
            )
    glance = data.take_glance(store.load(recording.session_id))
    assert glance.present == glance.known == 12


def class_of(store: Store, faces: Sequence[int]) -> Iterator[SessionData]:
    """A running class that keeps totals, of so many faces in each minute."""
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        for index in range(20 * len(faces)):
            readings = [build_reading(n + 1) for n in range(faces[index // 20])]
            recording.write(build_tick(index, readings))
            if index % 20 == 19:
                yield store.latest(recording.session_id, minutes=10)


def test_totals_of_long_ago_are_not_those_of_the_last_minute(store: Store) -> None:
    for minute, running in enumerate(class_of(store, [7] * 6 + [4] * 4), 1):
        glance = data.take_glance(running)
        # A minute is stored once the next one has begun.
        kept = 2 <= minute <= 8
        assert (glance.present, glance.too_few) == ((7, False) if kept else (0, True))
        assert (glance.now.samples > 0) is kept
        assert (glance.before is not None) is (3 <= minute <= 8)
        if glance.before is not None:
            assert glance.before.samples == 7 * 20 * (min(minute, 7) - 2)
    assert "not known: fewer than five faces" in str(
        glance_cards(glance, reads=True, expressions=EMOTIONS)
    )


def test_minutes_before_are_told_by_the_clock(store: Store) -> None:
    *_, running = class_of(store, [7] * 3 + [3] * 10 + [8] * 2)
    glance = data.take_glance(running)
    assert (glance.present, glance.before) == (8, None)


def test_of_totals_too_the_last_minutes_can_be_shown(store: Store) -> None:
    *_, running = class_of(store, [7] * 20)
    view = data.view_of(running, data.window_start(running.samples))
    assert (view.from_s, view.to_s) == (540, 1200)
    assert mood_info(view).starts_s[0] == 540
    *_, quiet = class_of(store, [7] * 3 + [3] * 20)
    late = data.view_of(quiet, data.window_start(quiet.samples))
    assert (late.from_s, late.to_s) == (720, 1380)
    assert mood_info(late).shares.size == 0
    assert data.view_of(quiet).from_s == 0


def test_a_class_that_goes_on_has_not_gone_yet() -> None:
    running = build_session_row(status=SessionStatus.RUNNING, samples=60, students=5)
    facts = gather(build_session_data(session=running))
    assert "How the class goes so far" in str(
        glance_cards(facts.glance, reads=True, expressions=EMOTIONS)
    )
    facts = gather(build_session_data())
    assert "How the class went" in str(
        glance_cards(facts.glance, reads=True, expressions=EMOTIONS)
    )


def test_the_first_glance_at_an_ended_class_is_all_of_it() -> None:
    glance = data.take_glance(build_session_data())
    assert not glance.is_live
    assert glance.present == glance.known == 5
    assert glance.before is None


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"public_test": {"accuracy": 0.6234}}, Measured(None, "62.3%")),
        (
            {"public_test": {"accuracy": 0.7}, "public_test_votes": {"accuracy": 0.83}},
            Measured("83.0%", "70.0%"),
        ),
        ({"accuracy": 0.7}, None),
        ({}, None),
        (None, None),
        ({"public_test": {"accuracy": "much"}}, None),
        ({"public_test": {"accuracy": 62.3}}, None),
    ],
)
def test_the_measured_error_in_words(
    figures: object, expected: Measured | None
) -> None:
    assert measured_in(figures) == expected


def test_a_page_says_which_truth_a_figure_is_about() -> None:
    text = str(honesty(Measured("83.0%", "70.0%")))
    assert "83.0% as most of ten people did, and 70.0% as their label" in text
    assert "62.3% of FER2013's test faces as their label" in str(
        honesty(Measured(None, "62.3%"))
    )


def test_no_accuracy_is_claimed_for_another_network() -> None:
    assert measured("somebody's 3") is None
    assert measured("") is None
