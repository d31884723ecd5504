"""The report's page, asked for what a browser would ask it for."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from dashboard.document.build import report_html
from dashboard.document.facts import gather
from dashboard.document.sections import nothing_left_out
from monitor.records import GapReason, Mode, SessionStatus, Status
from monitor.store.store import Store
from tests.builders import (
    HAPPY,
    STARTED_AT,
    build_new_session,
    build_reading,
    build_session,
    build_tick,
    plausible_ticks,
    store_session,
)
from tests.dashboard.conftest import Pages, damage, spoil_settings, taken
from tests.dashboard.live import told


def asked(
    pages: Pages, output: str, values: dict[str, Any], triggered: str | None = None
) -> object:
    """What a callback gives to one of its outputs."""
    part, prop = output.rsplit(".", 1)
    return pages.asked(output, values, triggered)[part][prop]


def heat(pages: Pages, session_id: int, shade: str = "seen_most") -> str:
    values = {"report-shade.value": shade, "report-session.data": session_id}
    return json.dumps(asked(pages, "report-heat.children", values))


def compared(pages: Pages, session_id: int) -> str:
    values = {"report-turn.data": 0, "report-session.data": session_id}
    return json.dumps(asked(pages, "report-compare.children", values))


def test_an_ended_class_has_its_report(pages: Pages, store: Store) -> None:
    page = pages.page(f"/session/{build_session(store, students=12, minutes=6)}")
    assert "12 students were seen in 6 min." in page
    assert "How the class went" in page
    assert "How often each expression was seen" in page
    assert page.index('"Student 2"') < page.index('"Student 10"')
    assert "What could not be read" in page
    assert "Expressions, not feelings." in page
    assert "nothing here is for grading or ranking" in page


def test_looks_cannot_be_sorted_by(pages: Pages, store: Store) -> None:
    page = pages.page(f"/session/{build_session(store, students=2, minutes=3)}")
    start = page.index('"columnDefs": ') + len('"columnDefs": ')
    columns, _ = json.JSONDecoder().raw_decode(page[start:])
    sortable = [column["field"] for column in columns if column.get("sortable")]
    assert sortable == ["name", "present", "coverage"]


def test_markers_part_the_class(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for tick in plausible_ticks(students=6, minutes=6):
            recording.write(tick)
        store.mark(recording.session_id, "quiz <b>", STARTED_AT)
        at = STARTED_AT + timedelta(minutes=3)
        store.mark(recording.session_id, "slide 12", at)
    page = pages.page(f"/session/{recording.session_id}")
    assert "Between markers" in page
    assert "quiz <b>" in page
    assert "3:00 to 6:00" in page
    values = {
        "report-segments-open.n_clicks": 1,
        "report-session.data": recording.session_id,
    }
    table = json.dumps(asked(pages, "report-segments-table.children", values))
    assert "slide 12" in table
    assert "3:00" in table


def test_a_running_class_shows_numbers_so_far(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for tick in plausible_ticks(students=4, minutes=2):
            recording.write(tick)
        page = pages.page(f"/session/{recording.session_id}")
    assert "This class goes on." in page
    assert f'"/live/{recording.session_id}"' in page
    assert "So far" in page


def test_the_heat_map_comes_with_the_page_and_anew_with_a_choice(
    pages: Pages, store: Store
) -> None:
    session_id = build_session(store, students=11, minutes=4)
    drawn = heat(pages, session_id)
    assert drawn in pages.page(f"/session/{session_id}")
    assert drawn.index("Student 2") < drawn.index("Student 10")
    assert f"/student/{session_id}/" in drawn
    assert "unpleasant to pleasant" in heat(pages, session_id, "valence")
    assert "0 to 1" in heat(pages, session_id, "engagement")


def test_the_tables_behind_the_reports_charts(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=3, minutes=4)
    values = {
        "report-heat-open.n_clicks": 1,
        "report-shade.value": "seen_most",
        "report-session.data": session_id,
    }
    table = json.dumps(asked(pages, "report-heat-table.children", values))
    assert "Student 3" in table
    assert "not seen" in table
    values |= {"report-heat-open.n_clicks": 2}
    assert asked(pages, "report-heat-table.children", values) is None
    values = {"report-mood-open.n_clicks": 1, "report-session.data": session_id}
    mood = json.dumps(asked(pages, "report-mood-table.children", values))
    assert "smiling" in mood


def test_what_could_not_be_read_is_counted_by_reason(
    pages: Pages, store: Store
) -> None:
    small = (10.0, 10.0, 22.0, 24.0)
    with store.begin(build_new_session()) as recording:
        for index in range(60):
            readings = [
                build_reading(1),
                build_reading(2, None, xyxy=small),
                build_reading(3, None, status=Status.NO_CONSENT),
            ]
            gap = GapReason.FROZEN if index >= 40 else None
            recording.write(build_tick(index, readings, gap=gap, left_out=2))
    page = pages.page(f"/session/{recording.session_id}")
    assert "40 of 120 faces" in page
    assert "half of them less than 14 pixels high" in page
    assert "no consent" in page
    assert "Picture frozen" in page
    assert "up to 2 at once" in page


def test_a_course_is_compared_class_by_class(pages: Pages, store: Store) -> None:
    ids = []
    for number in range(3):
        new = build_new_session(f"Lesson {number}", course="10b")
        ticks = plausible_ticks(students=3, minutes=1, seed=number)
        ids.append(store_session(store, ticks, new))
    build_session(store, students=2, minutes=1)
    drawn = compared(pages, ids[1])
    assert "every class, the oldest first" in drawn
    assert "Lesson 1" in drawn
    assert "Algebra" not in drawn
    values = {"report-compare-open.n_clicks": 1, "report-session.data": ids[1]}
    table = json.dumps(asked(pages, "report-compare-table.children", values))
    assert '" (this class)"' in table
    assert f"/session/{ids[2]}" in table


def test_a_first_class_has_none_beside_it(pages: Pages, store: Store) -> None:
    new = build_new_session(course="<i>10b</i>")
    first = store_session(store, [build_tick(0)], new)
    assert "This is the first class of" in compared(pages, first)
    alone = build_session(store, students=1, minutes=1)
    assert "belongs to no course" in pages.page(f"/session/{alone}")


@pytest.mark.parametrize("ref", ["99", "x", "%3Cscript%3E", "0"])
def test_an_unknown_report_is_said_calmly(pages: Pages, ref: str) -> None:
    page = pages.page(f"/session/{ref}")
    assert "There is no such class" in page
    assert "classpulse sessions" not in page
    assert "Traceback" not in page


def test_a_report_on_nothing(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        page = pages.page(f"/session/{recording.session_id}")
        assert "No look at the class has been taken yet." in page
    page = pages.page(f"/session/{recording.session_id}")
    assert "This class ended before the first look at it." in page
    assert "report-grid" not in page


def test_a_report_without_a_face(pages: Pages, store: Store) -> None:
    ticks = [build_tick(index, (), gap=GapReason.BLACK) for index in range(5)]
    page = pages.page(f"/session/{store_session(store, ticks)}")
    assert "No face was found in this class." in page
    assert "Black picture" in page


def test_a_report_without_a_reading(pages: Pages, store: Store) -> None:
    ticks = [build_tick(index, [build_reading(1, None)]) for index in range(5)]
    session_id = store_session(store, ticks)
    page = pages.page(f"/session/{session_id}")
    assert "Faces were seen, and none could be read." in page
    assert "report-mood-open" not in page
    assert "seen, not readable" in heat(pages, session_id)


def test_a_report_in_presence_mode_speaks_of_no_expression(
    pages: Pages, store: Store
) -> None:
    reading = build_reading(1, None, status=Status.PRESENT)
    ticks = [build_tick(index, [reading]) for index in range(30)]
    session_id = store_session(store, ticks, build_new_session(mode=Mode.PRESENCE))
    page = pages.page(f"/session/{session_id}")
    assert "Presence only." in page
    assert "smiling" not in page
    assert "Valence" not in page
    assert "neutral" not in heat(pages, session_id)


def test_a_class_that_failed_has_a_report_that_says_so(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        recording.end(SessionStatus.FAILED)
    page = pages.page(f"/session/{recording.session_id}")
    assert "everything up to then is stored" in page


def test_names_of_any_kind_are_text(pages: Pages, store: Store) -> None:
    names = ["<script>x</script>", "\u05d0\u05dc\u05d2", "y" * 120]
    session_id = build_session(store, students=3, minutes=1)
    for number, name in enumerate(names, 1):
        store.rename(session_id, f"Student {number}", name)
    page = pages.page(f"/session/{session_id}")
    for name in names:
        assert json.dumps(name) in page
    assert "dangerously" not in page


def test_settings_that_cannot_be_used_are_said(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=2, minutes=1)
    spoil_settings(store)
    page = pages.page(f"/session/{session_id}")
    assert "retention_days is '0'" in page
    assert "The usual weights of engagement are used meanwhile." in page


def test_a_busy_database_is_said_on_the_report(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    with taken(store):
        assert "The database is busy" in pages.page(f"/session/{session_id}")
        assert "locked by another program" in heat(pages, session_id)
        assert "locked by another program" in compared(pages, session_id)


def test_a_database_that_is_gone_is_said_on_the_report(
    pages: Pages, store: Store
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    damage(store)
    page = pages.page(f"/session/{session_id}")
    assert "The database cannot be read" in page
    assert "Traceback" not in page


def test_a_class_that_keeps_totals_does_not_claim_that_all_was_read(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session(mode=Mode.CLASS)) as recording:
        for index in range(60):
            readings = [build_reading(n) for n in range(1, 7)]
            readings += [build_reading(n, None) for n in range(7, 10)]
            recording.write(build_tick(index, readings))
    page = pages.page(f"/session/{recording.session_id}")
    assert "180 of 540 faces" in page
    assert "totals by the minute do not keep why" in page
    assert "Every face that was seen could be read" not in page
    file = report_html(store.load(recording.session_id))
    assert "180 of 540 faces not read: totals by the minute do not keep why." in file


@pytest.mark.parametrize(
    ("mode", "status", "words"),
    [
        (Mode.STUDENT, Status.READ, "Every face that was seen could be read"),
        (Mode.PRESENCE, Status.PRESENT, "Every look at the class was taken"),
    ],
)
def test_where_nothing_was_left_out_page_and_file_say_the_same(
    pages: Pages, store: Store, mode: Mode, status: Status, words: str
) -> None:
    reading = build_reading(1, HAPPY if status is Status.READ else None, status=status)
    ticks = [build_tick(i, [reading]) for i in range(40)]
    session_id = store_session(store, ticks, build_new_session(mode=mode))
    assert words in pages.page(f"/session/{session_id}")
    assert nothing_left_out(gather(store.load(session_id))).startswith(words)


def test_where_nobody_agreed_no_larger_window_is_asked_for(
    pages: Pages, store: Store
) -> None:
    refused = build_reading(1, None, status=Status.NO_CONSENT)
    session_id = store_session(store, [build_tick(i, [refused]) for i in range(40)])
    for path in ("session", "live"):
        page = pages.page(f"/{path}/{session_id}")
        assert "none was to be read: no consent" in page
        assert "not read: no consent" in page
        assert "too small" not in page
        words = told(json.loads(page)["response"]["_pages_content"])
        assert "Coverage" in words
        assert not re.search(r"\b0%", words)
    drawn = heat(pages, session_id)
    assert "seen, not read: no consent" in drawn
    assert "seen, not readable" not in drawn
    file = report_html(store.load(session_id))
    assert "seen, not read: no consent" in file


def test_a_running_class_has_not_gone_yet(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        page = pages.page(f"/session/{recording.session_id}")
    assert "How the class goes so far" in page
    assert "How the class went" not in page


def test_a_course_of_presence_is_compared_by_who_was_there(
    pages: Pages, store: Store
) -> None:
    present = [build_reading(n, None, status=Status.PRESENT) for n in (1, 2, 3)]
    new = build_new_session("Lesson", course="10b", mode=Mode.PRESENCE)
    ids = [
        store_session(store, [build_tick(i, present) for i in range(40)], new)
        for _ in range(2)
    ]
    drawn = compared(pages, ids[0])
    assert "Students seen" in drawn
    assert "in view for 2 min each" in drawn
    values = {"report-compare-open.n_clicks": 1, "report-session.data": ids[0]}
    table = json.dumps(asked(pages, "report-compare-table.children", values))
    assert "In view, each" in table
    for word in ("Coverage", "Valence", "Engagement", "smiling"):
        assert word not in drawn
        assert word not in table
    new = build_new_session("Read", course="10b")
    store_session(store, [build_tick(i) for i in range(40)], new)
    assert "Coverage" in compared(pages, ids[0])
