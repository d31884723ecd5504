from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from monitor.records import GapReason, Mode, RequestKind, SessionStatus, Status
from monitor.store.store import Store
from tests.builders import (
    build_new_session,
    build_reading,
    build_session,
    build_tick,
    store_session,
)
from tests.dashboard.conftest import Pages, damage, taken
from tests.dashboard.live import refreshed, told


def test_an_ended_class_names_nobody_and_leads_to_its_report(
    pages: Pages, store: Store
) -> None:
    session_id = build_session(store, students=12, minutes=4)
    page = pages.page(f"/live/{session_id}")
    assert "How the class went" in page
    assert "Read the report" in page
    assert f'"/session/{session_id}"' in page
    assert "Student 2" not in page
    assert "Student 2" not in json.dumps(refreshed(pages, session_id, shown=True))
    assert "smiling (happy)" in page
    assert "Expressions, not feelings." in page
    assert "Where nothing could be trusted" in page


def test_a_running_class_opens_without_names(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session("Chemistry")) as recording:
        recording.write(build_tick(0, [build_reading(1), build_reading(2)]))
        page = pages.page(f"/live/{recording.session_id}")
        assert "How the class is now" in page
        assert "Show students" in page
        assert "Student 1" not in page
        shown = refreshed(pages, recording.session_id, shown=True)
    assert "Student 2" in json.dumps(shown["tiles"])
    assert "Nobody just now." in json.dumps(shown["worth"])


def test_the_page_changes_only_with_a_new_sample(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        first = refreshed(pages, recording.session_id)
        seen = first["seen"]["data"]
        assert refreshed(pages, recording.session_id, seen=seen) == {}
        recording.write(build_tick(1))
        second = refreshed(pages, recording.session_id, seen=seen)
        assert second["seen"]["data"] != seen
        assert second["tick"]["disabled"] is False
        assert second["stop-box"]["hidden"] is False
    last = refreshed(pages, recording.session_id, seen=second["seen"]["data"])
    assert last["tick"]["disabled"] is True
    assert last["stop-box"]["hidden"] is True
    assert last["range-box"]["hidden"] is True
    assert "How the class went" in json.dumps(last["glance"])


def test_the_whole_of_a_running_class_can_be_asked_for(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session()) as recording:
        for index in range(300):
            recording.write(build_tick(index))
        window = refreshed(pages, recording.session_id)
        whole = refreshed(pages, recording.session_id, reach="whole")
    axes = [
        answer["mood"]["figure"]["layout"]["xaxis"]["range"]
        for answer in (window, whole)
    ]
    assert axes[0][0] >= 4.75
    assert axes[1] == [0, 15]
    assert "last 10 minutes" in window["mood-subtitle"]["children"]
    assert "last 10 minutes" not in whole["mood-subtitle"]["children"]


@pytest.mark.parametrize("kind", list(RequestKind))
def test_the_buttons_write_a_request(
    pages: Pages, store: Store, kind: RequestKind
) -> None:
    with store.begin(build_new_session()) as recording:
        values = {f"{kind}.n_clicks": 1, "session.data": recording.session_id}
        answer = pages.call("asked.children", values)
        assert "Asked to" in answer.text
        assert [request.kind for request in recording.requests()] == [kind]


def test_a_button_that_was_not_pressed_asks_for_nothing(
    pages: Pages, store: Store
) -> None:
    with store.begin(build_new_session()) as recording:
        values = {"stop.n_clicks": None, "session.data": recording.session_id}
        assert pages.call("asked.children", values).status_code == 204
        assert recording.requests() == []


@pytest.mark.parametrize("ref", ["99", "x", "%3Cscript%3E", "0"])
def test_an_unknown_class_is_said_calmly(pages: Pages, ref: str) -> None:
    page = pages.page(f"/live/{ref}")
    assert "There is no such class" in page
    assert "All classes" in page
    assert "Traceback" not in page


def test_before_the_first_sample(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        page = pages.page(f"/live/{recording.session_id}")
        assert "Waiting for the first look at the class." in page
    page = pages.page(f"/live/{recording.session_id}")
    assert "ended before the first look" in page


def test_a_class_without_a_face(pages: Pages, store: Store) -> None:
    ticks = [build_tick(index, (), gap=GapReason.BLACK) for index in range(5)]
    page = pages.page(f"/live/{store_session(store, ticks)}")
    assert "No face was found in this class." in page
    assert "gallery view" in page


def test_a_class_without_a_reading(pages: Pages, store: Store) -> None:
    ticks = [build_tick(index, [build_reading(1, None)]) for index in range(5)]
    page = pages.page(f"/live/{store_session(store, ticks)}")
    assert "Faces were seen, and none could be read." in page
    assert "5 of 5 faces not read" in page


def test_a_paused_class_says_how_to_go_on(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        recording.set_status(SessionStatus.PAUSED)
        page = pages.page(f"/live/{recording.session_id}")
    assert '"Paused"' in page
    assert "until you press Resume" in page


def test_a_class_that_failed_says_so(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        recording.end(SessionStatus.FAILED)
    page = pages.page(f"/live/{recording.session_id}")
    assert '"Failed"' in page
    assert "everything up to then is stored" in page


def test_presence_mode_speaks_of_no_expression(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session(mode=Mode.PRESENCE)) as recording:
        for index in range(30):
            reading = build_reading(1, None, status=Status.PRESENT)
            recording.write(build_tick(index, [reading]))
        page = pages.page(f"/live/{recording.session_id}")
        shown = refreshed(pages, recording.session_id, shown=True)
    assert "Presence only." in page
    assert "Valence" not in page
    assert told(shown["tiles"]).split() == ["Student", "1", "seen"]
    assert "expression" not in told(shown["worth"])


def test_the_tables_behind_the_charts(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=3, minutes=4)

    def table(of: str, wish: dict[str, Any] | None) -> object:
        values = {f"{of}-wish.data": wish, "session.data": session_id}
        answer = pages.asked(f"painted-{of}.data", values)
        return answer[f"painted-{of}"]["data"][f"{of}-table"]

    mood = told(table("mood", {"whole": False}))
    assert "smiling" in mood
    assert "0:10 into class" in mood
    assert "Student 3" in told(table("students", {"whole": False}))
    assert table("mood", None) is table("students", None) is None


def test_a_request_that_cannot_be_written_is_said(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        values = {"stop.n_clicks": 1, "session.data": recording.session_id}
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = pages.call("asked.children", values)
    assert "locked by another program" in answer.text


def test_a_busy_database_keeps_the_page_and_is_asked_again(
    pages: Pages, store: Store
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    with taken(store):
        answer = refreshed(pages, session_id)
        assert "The database is busy" in pages.page("/")
    assert "locked by another program" in json.dumps(answer["notice"])
    assert "mood" not in answer
    assert answer["tick"]["disabled"] is False
    again = refreshed(pages, session_id, seen=answer["seen"]["data"])
    assert "locked" not in told(again["notice"])


def test_a_damaged_database_ends_the_asking(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    damage(store)
    answer = refreshed(pages, session_id)
    assert "The database cannot be read" in json.dumps(answer["notice"])
    assert answer["tick"]["disabled"] is True
