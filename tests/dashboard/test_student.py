from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.components.student import bins_table, career
from dashboard.data import View
from dashboard.figures.course import course_figure, course_info
from dashboard.figures.student import student_figure, student_info
from dashboard.student_data import (
    Attended,
    Band,
    band_at,
    load_career,
    load_student,
    only,
)
from monitor.records import (
    EMOTIONS,
    AbsenceReason,
    Away,
    GapReason,
    HeadPose,
    Mode,
    Named,
    Status,
    Tick,
)
from monitor.store.store import Store
from monitor.summaries import summarise_students
from tests.builders import (
    HAPPY,
    build_new_session,
    build_reading,
    build_session_data,
    build_tick,
    store_session,
    student_of,
)
from tests.dashboard.conftest import Pages
from tests.dashboard.live import told

LONG = "Maximiliane " * 20 + "مها"


def ticks(*, name: str = "Amelia", away_from: int = 40) -> list[Tick]:
    """Two students for 60 samples; the first one's camera goes off at the 40th."""
    made = []
    for index in range(60):
        pose = HeadPose(0 if index % 4 else 50, 0)
        readings = [build_reading(2, None)]
        away = []
        if index < away_from:
            probabilities = None if index % 10 == 0 else HAPPY
            readings.append(build_reading(1, probabilities, pose=pose))
        else:
            away = [Away(1, AbsenceReason.CAMERA_OFF)]
        named = [Named(1, name), Named(2, "Ben")] if not index else []
        gap = GapReason.COVERED if index == 20 else None
        made.append(build_tick(index, readings, away=away, named=named, gap=gap))
    return made


def written(
    store: Store,
    course: str | None = None,
    *,
    name: str = "Amelia",
    away_from: int = 40,
) -> int:
    new = build_new_session("Algebra", course=course)
    return store_session(store, ticks(name=name, away_from=away_from), new)


def page_of(pages: Pages, store: Store, session_id: int, name: str = "Amelia") -> str:
    return pages.page(f"/student/{session_id}/{student_of(store, session_id, name)}")


def test_the_page_is_of_one_student_alone(pages: Pages, store: Store) -> None:
    page = page_of(pages, store, written(store))
    assert '"Amelia"' in page
    assert "Ben" not in page
    # One of 39 trusted looks in ten could not be read; nothing was seen after the 40th.
    for text in ("3 of 39 looks not readable", '"2 min"', "camera off", "70%, then "):
        assert text in page
    assert "Expressions, not feelings." in page


def test_what_is_drawn_agrees_with_the_numbers(store: Store) -> None:
    session_id = written(store)
    session = store.session(session_id)
    student = load_student(store, session, str(student_of(store, session_id)))
    assert student is not None
    info = student_info(student)
    assert [b.kind for b in info.bands] == ["seen", "camera_off"]
    assert info.bands[1].from_s == 120.0
    assert info.bands[1].to_s == 180.0
    assert not info.shares[-1:].any() or np.isnan(info.shares[-1]).all()
    assert np.nanmax(info.shares.sum(axis=1)) <= 1.0001
    assert "camera off" in info.hover[-1]
    assert "smiling" in info.hover[0]
    # The figure is one that Plotly itself accepts.
    go.Figure(student_figure(info).to_dict())


def test_what_the_network_cannot_tell_is_said(pages: Pages, store: Store) -> None:
    six = tuple(name for name in EMOTIONS if name != "disgust")
    new = replace(build_new_session("Algebra"), expressions=six)
    of_six = store_session(store, ticks(), new)

    assert "cannot tell: grimacing;" in page_of(pages, store, of_six)
    assert "cannot tell" not in page_of(pages, store, written(store))


def test_presence_has_no_expression(pages: Pages, store: Store) -> None:
    reading = build_reading(1, None, status=Status.PRESENT)
    made = [build_tick(i, [reading], named=[Named(1, "Zo")]) for i in range(30)]
    session_id = store_session(store, made, build_new_session(mode=Mode.PRESENCE))
    page = page_of(pages, store, session_id, "Zo")
    for text in ("Valence", "Engagement", "Coverage", "smiling"):
        assert text not in page
    assert "Presence only." in page


def test_who_was_expected_and_never_seen(pages: Pages, store: Store) -> None:
    from monitor.records import KnownStudent

    new = build_new_session(known=[KnownStudent("Carla")])
    with store.begin(new) as recording:
        recording.write(build_tick(0))
    page = page_of(pages, store, recording.session_id, "Carla")
    assert "This student was never seen in this class." in page


def test_names_of_any_kind_are_only_text(pages: Pages, store: Store) -> None:
    for name in ("<b>Bob</b>", LONG.strip()):
        session_id = written(store, name=name)
        people = store.people(session_id)
        ben = next(p.id for p in people if p.name != "Ben")
        page = pages.page(f"/student/{session_id}/{ben}")
        assert json.dumps(next(p.name for p in people if p.id == ben)) in page


def test_the_grey_across_the_chart_is_named(pages: Pages, store: Store) -> None:
    assert "swatch gap" in page_of(pages, store, written(store))


def test_a_link_to_nobody_is_said_clearly(pages: Pages, store: Store) -> None:
    session_id = written(store)
    for number in ("999", "x", "<i>"):
        page = pages.page(f"/student/{session_id}/{number}")
        assert "There is no such student here" in page
        assert f"/session/{session_id}" in page
    assert "There is no such class" in pages.page("/student/99/1")


def test_a_merged_students_link_says_so(pages: Pages, store: Store) -> None:
    session_id = written(store)
    number = student_of(store, session_id)
    store.merge(session_id, "Amelia", "Ben")
    page = pages.page(f"/student/{session_id}/{number}")
    assert "merged into another name" in page


def test_after_its_time_a_class_tells_of_no_student(pages: Pages, store: Store) -> None:
    session_id = written(store)
    number = student_of(store, session_id)
    store.purge(datetime.now(UTC) + timedelta(days=40))
    page = pages.page(f"/student/{session_id}/{number}")
    assert "has gone, as the settings ask" in page
    assert "Amelia" not in page
    assert "Totals only" in pages.page("/")


def test_the_course_is_a_row_a_class(pages: Pages, store: Store) -> None:
    first = written(store, "Maths")
    second = written(store, "Maths", away_from=20)
    written(store, "Physics")
    values = {
        "student-session.data": second,
        "student-id.data": student_of(store, second),
    }
    shown = json.dumps(pages.asked("student-course.children", values))
    assert f"/student/{first}/{student_of(store, first)}" in shown
    assert f"/student/{second}" not in shown
    assert shown.count('"Algebra"') == 2
    assert "Ben" not in shown


def test_a_single_class_of_a_course_says_so(pages: Pages, store: Store) -> None:
    only_one = written(store, "Maths")
    values = {
        "student-session.data": only_one,
        "student-id.data": student_of(store, only_one),
    }
    shown = json.dumps(pages.asked("student-course.children", values))
    assert "the only class of the course" in shown


def test_the_career_is_what_the_classes_say(store: Store) -> None:
    written(store, "Maths")
    second = written(store, "Maths", away_from=20)
    row = store.session(second)
    career = load_career(store, row, student_of(store, second))
    assert [a.summary.samples for a in career] == [39, 20]
    info = course_info(career)
    assert len(info.days) == 2
    go.Figure(course_figure(info).to_dict())
    assert len(course_figure(course_info([])).data) == 10


def test_the_table_behind_the_chart(pages: Pages, store: Store) -> None:
    session_id = written(store)
    values = {
        "student-timeline-open.n_clicks": 1,
        "student-session.data": session_id,
        "student-id.data": student_of(store, session_id),
    }
    shown = json.dumps(pages.asked("student-timeline-table.children", values))
    assert "0:00 into class" in shown
    assert '"camera off"' in shown
    closed = values | {"student-timeline-open.n_clicks": 2}
    answer = pages.asked("student-timeline-table.children", closed)
    assert answer["student-timeline-table"]["children"] is None


def test_a_student_in_a_class_alone_has_the_same_numbers() -> None:
    data = build_session_data()
    whole = summarise_students(data)
    for student, summary in zip(data.students, whole, strict=True):
        (alone,) = summarise_students(only(data, student))
        np.testing.assert_equal(alone.shares, summary.shares)
        assert alone.coverage == summary.coverage


def test_a_moment_without_a_word_is_not_seen() -> None:
    bands = [Band(0, 10, "seen", "seen"), Band(20, 30, "left", "left")]
    assert band_at(bands, [], 5) == "seen"
    assert band_at(bands, [], 25) == "left"
    assert band_at(bands, [], 15) == "not seen"


def saved(pages: Pages, values: dict[str, Any]) -> dict[str, Any]:
    answer = pages.asked("student-file.data", {"student-save.n_clicks": 1} | values)
    file: dict[str, Any] = answer["student-file"]["data"]
    return file


def test_what_is_kept_of_a_person_can_be_saved(pages: Pages, store: Store) -> None:
    session_id = written(store, "Maths")
    written(store, "Maths")
    where = {
        "student-session.data": session_id,
        "student-id.data": student_of(store, session_id),
    }
    here = saved(pages, where | {"student-scope.value": "here"})
    kept = json.loads(here["content"])
    assert kept["name"] == "Amelia"
    assert [one["id"] for one in kept["sessions"]] == [session_id]
    assert len(kept["sessions"][0]["observations"]) == 40
    both = saved(pages, where | {"student-scope.value": "everywhere"})
    assert len(json.loads(both["content"])["sessions"]) == 2
    assert "Ben" not in here["content"]


def erase(
    pages: Pages, store: Store, session_id: int, typed: str, scope: str
) -> dict[str, Any]:
    values = {
        "student-erase.n_clicks": 1,
        "student-typed.value": typed,
        "student-scope.value": scope,
        "student-session.data": session_id,
        "student-id.data": student_of(store, session_id),
    }
    return pages.asked("student-page.children", values)


def test_erasing_asks_for_the_name(pages: Pages, store: Store) -> None:
    session_id = written(store)
    answer = erase(pages, store, session_id, "Ben", "here")
    assert "Nothing was erased" in json.dumps(answer["student-refused"])
    assert "student-page" not in answer
    assert student_of(store, session_id)


def test_an_erased_student_is_gone_from_page_and_files(
    pages: Pages, store: Store
) -> None:
    session_id = written(store)
    number = student_of(store, session_id)
    answer = json.dumps(erase(pages, store, session_id, " amelia ", "here"))
    assert "Nothing is kept of this student any more" in answer
    assert "Amelia" not in answer
    assert "40 looks in 1 class were erased" in answer
    assert "There is no such student" in pages.page(f"/student/{session_id}/{number}")
    files = store.exports_folder(session_id)
    assert "Amelia" not in (files / "students.csv").read_text("utf-8-sig")
    assert "Ben" in (files / "students.csv").read_text("utf-8-sig")


def test_a_person_is_erased_from_the_whole_course(pages: Pages, store: Store) -> None:
    first, second = written(store, "Maths"), written(store, "Maths")
    answer = json.dumps(erase(pages, store, second, "Amelia", "everywhere"))
    assert "80 looks in 2 classes were erased" in answer
    for session_id in (first, second):
        assert {p.name for p in store.people(session_id)} == {"Ben"}


def test_a_view_of_a_student_needs_no_sample() -> None:
    data = build_session_data([], names=["Amelia"])
    view = View(only(data, data.students[0]), 0.0, 3.0, 10.0)
    assert len(view.data.samples) == 0
    assert course_info([Attended(data.session, 1, summarise_students(data)[0])]).days


def test_a_course_in_which_nothing_was_read_has_no_empty_chart() -> None:
    data = build_session_data([], names=["Amelia"])
    attended = Attended(data.session, 1, summarise_students(data)[0])
    drawn = str(career([attended, attended], 1))
    assert "was an expression of this student read" in drawn
    assert "Graph(" not in drawn
    assert "Valence" not in drawn


def test_who_did_not_agree_is_told_so_on_the_page(pages: Pages, store: Store) -> None:
    refused = build_reading(1, None, status=Status.NO_CONSENT)
    made = [build_tick(i, [refused, build_reading(2)]) for i in range(60)]
    made[0] = replace(made[0], named=(Named(1, "Amelia"),))
    session_id = store_session(store, made)
    page = page_of(pages, store, session_id)
    assert "not readable" not in page
    words = told(json.loads(page)["response"]["_pages_content"])
    assert "Expressions and facing" in words
    assert not re.search(r"\b0%", words)
    assert page.count("ot read: no consent") >= 3
    row = store.session(session_id)
    student = load_student(store, row, str(student_of(store, session_id)))
    assert student is not None
    info = student_info(student)
    assert not info.reads
    assert np.isnan(info.coverage).all()
    titles = [note.text for note in student_figure(info).layout.annotations]
    assert titles == ["Seen, or away and why"]
    assert all("not read: no consent" in text for text in info.hover)
    table = str(bins_table(student))
    assert table.count("seen, not read: no consent") == len(info.starts_s)


def test_what_was_not_to_be_read_at_first_is_told_apart(
    pages: Pages, store: Store
) -> None:
    refused = build_reading(1, None, status=Status.NO_CONSENT)
    made = [build_tick(i, [refused if i < 10 else build_reading(1)]) for i in range(60)]
    made[0] = replace(made[0], named=(Named(1, "Amelia"),))
    page = page_of(pages, store, store_session(store, made))
    assert "every look was readable; 10 without consent" in page


def test_over_a_course_presence_has_no_expressions(pages: Pages, store: Store) -> None:
    present = [build_reading(1, None, status=Status.PRESENT)]
    new = build_new_session("Algebra", course="10b", mode=Mode.PRESENCE)
    for _ in range(2):
        first, *rest = [build_tick(i, present) for i in range(40)]
        named = replace(first, named=(Named(1, "Amelia"),))
        session_id = store_session(store, [named, *rest], new)
    values = {
        "student-session.data": session_id,
        "student-id.data": student_of(store, session_id),
    }
    shown = json.dumps(pages.asked("student-course.children", values))
    assert "Present" in shown
    for word in ("Coverage", "Seen most", "Valence", "Engagement"):
        assert word not in shown
