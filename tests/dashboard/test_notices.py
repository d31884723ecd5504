"""What a page says when the database is busy, or a class is not there any more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.store.store import Store
from tests.builders import build_session
from tests.dashboard.conftest import Pages, taken
from tests.dashboard.live import refreshed, told

ITSELF = "This page tries again by itself."
RELOAD = "Reload the page when the database is free."
OPEN = "Close the table, and open it again when the database is free."
PRESS = "Nothing was changed. Press the button again when the database is free."

TABLES = [
    ("painted-mood.data", {"mood-wish.data": {"whole": True}}),
    ("painted-students.data", {"students-wish.data": {"whole": True}}),
    ("report-mood-table.children", {"report-mood-open.n_clicks": 1}),
    ("report-segments-table.children", {"report-segments-open.n_clicks": 1}),
    ("student-timeline-table.children", {"student-timeline-open.n_clicks": 1}),
]
BUTTONS = [
    ("student-told.children", "student-save", {"student-scope.value": "here"}),
    (
        "settings-sure-class.message",
        "settings-erase-class",
        {"settings-class.value": "class 1"},
    ),
    (
        "settings-sure-student.message",
        "settings-erase-student",
        {"settings-of.value": "class 1", "settings-who.value": "Student 1"},
    ),
]
LATER = [
    ("report-heat.children", {"report-shade.value": "seen_most"}),
    ("report-compare.children", {"report-turn.data": 0}),
    ("student-course.children", {}),
]


def about(session_id: int) -> dict[str, Any]:
    """Which class and student a page is about, as it remembers them."""
    names = ("session", "report-session", "student-session")
    return {f"{name}.data": session_id for name in names} | {"student-id.data": 1}


@pytest.mark.parametrize(
    "path", ["/live/1", "/session/1", "/student/1/1", "/settings", "/start"]
)
def test_a_page_that_does_not_ask_again_says_to_reload_it(
    pages: Pages, store: Store, path: str
) -> None:
    build_session(store, students=1, minutes=1)
    with taken(store):
        page = pages.page(path)
    assert RELOAD in page
    assert ITSELF not in page


def test_home_and_the_live_page_ask_again(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=1, minutes=1)
    with taken(store):
        assert ITSELF in pages.page("/")
        assert ITSELF in told(refreshed(pages, session_id)["notice"])


@pytest.mark.parametrize(("output", "values"), TABLES)
def test_a_table_is_opened_again(
    pages: Pages, store: Store, output: str, values: dict[str, Any]
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    with taken(store):
        answer = json.dumps(pages.asked(output, values | about(session_id)))
    assert OPEN in answer


@pytest.mark.parametrize(("output", "values"), LATER)
def test_what_comes_later_comes_with_the_page_again(
    pages: Pages, store: Store, output: str, values: dict[str, Any]
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    with taken(store):
        answer = json.dumps(pages.asked(output, values | about(session_id)))
    assert RELOAD in answer


@pytest.mark.parametrize(("output", "button", "values"), BUTTONS)
def test_a_button_is_pressed_again(
    pages: Pages, store: Store, output: str, button: str, values: dict[str, Any]
) -> None:
    session_id = build_session(store, students=1, minutes=1)
    values = {f"{button}.n_clicks": 1, **values, **about(session_id)}
    with taken(store):
        answer = json.dumps(pages.asked(output, values))
    assert PRESS in answer


@pytest.mark.parametrize(
    ("output", "values"),
    [
        *TABLES,
        *LATER,
        *((output, {f"{name}.n_clicks": 1, **more}) for output, name, more in BUTTONS),
        ("painted.data", {"tick.n_intervals": 1, "range.value": "window"}),
        ("report-answer.children", {"report-wish.data": {"deed": "ignore"}}),
        ("student-page.children", {"student-erase.n_clicks": 1}),
        ("mark-answer.children", {"mark-wish.data": {"text": "quiz"}}),
        (
            "settings-erased.children",
            {
                "settings-sure-class.submit_n_clicks": 1,
                "settings-class.value": "class 1",
            },
        ),
    ],
)
def test_a_class_that_is_gone_is_said_in_a_pages_words(
    pages: Pages, output: str, values: dict[str, Any]
) -> None:
    answer = json.dumps(pages.asked(output, values | about(1))).lower()
    assert "there is no class 1: the list of classes shows what there is" in answer
    assert "classpulse sessions" not in answer
