"""What the pages say of an erasure that was done, and of what is left to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.document.write import write_again
from monitor.store.store import Store
from tests.builders import student_of
from tests.dashboard.conftest import Pages, spoil_settings, taken
from tests.held import in_use
from tests.store.classes import tick, write

NAMES = {1: "Amelia", 2: "Ben"}


@pytest.fixture
def sessions(store: Store) -> list[int]:
    """Three classes of a course with their files."""
    ids = [
        write(store, tick(0, 1, 2, names=NAMES), tick(1, 1, 2), course="Maths")
        for _ in range(3)
    ]
    for id_ in ids:
        write_again(store, store.session(id_))
    return ids


def page_of_student(
    pages: Pages, store: Store, session_id: int, scope: str
) -> dict[str, Any]:
    values = {
        "student-erase.n_clicks": 1,
        "student-typed.value": "Amelia",
        "student-scope.value": scope,
        "student-session.data": session_id,
        "student-id.data": student_of(store, session_id),
    }
    return pages.asked("student-page.children", values)


def erase_all(pages: Pages) -> dict[str, Any]:
    values = {"settings-erase-all.n_clicks": 1, "settings-typed.value": "everything"}
    return pages.asked("settings-page.children", values)


def test_a_file_in_use_is_told_and_the_rest_goes_on(
    pages: Pages, store: Store, sessions: list[int]
) -> None:
    first, second, third = sessions
    held = in_use(store.exports_folder(first))
    answer = json.dumps(page_of_student(pages, store, third, "everywhere"))
    assert "This student was erased, and something is left to do" in answer
    assert "6 looks in 3 classes were erased" in answer
    assert f"This file remains and holds what was erased: {held};" in answer
    assert f"The files of session {first} were not written anew" in answer
    for untrue in ("could not be done", "Nothing was changed", "were written anew."):
        assert untrue not in answer
    for id_ in (second, third):
        text = (store.exports_folder(id_) / "students.csv").read_text("utf-8-sig")
        assert "Ben" in text
        assert "Amelia" not in text


def test_settings_that_cannot_be_read_hide_no_erasure(
    pages: Pages, store: Store, sessions: list[int]
) -> None:
    spoil_settings(store)
    answer = json.dumps(page_of_student(pages, store, sessions[0], "here"))
    assert "2 looks in 1 class were erased" in answer
    assert "retention_days" in answer
    values = {
        "settings-sure-student.submit_n_clicks": 1,
        "settings-of.value": "course Maths",
        "settings-who.value": "Ben",
    }
    answer = json.dumps(pages.asked("settings-page.children", values))
    assert "6 looks in 3 classes were erased" in answer
    assert "A setting cannot be used" in answer
    assert {p.name for p in store.people(sessions[1])} == {"Amelia"}


def test_a_class_is_erased_though_a_file_remains(
    pages: Pages, store: Store, sessions: list[int]
) -> None:
    held = in_use(store.exports_folder(sessions[0]), "timeline.csv")
    values = {
        "settings-sure-class.submit_n_clicks": 1,
        "settings-class.value": f"class {sessions[0]}",
    }
    answer = json.dumps(pages.asked("settings-page.children", values))
    assert "was erased. This file remains and holds what was erased" in answer
    assert str(held) in answer
    assert "Nothing was changed" not in answer
    assert {row.id for row in store.sessions()} == set(sessions[1:])


def test_everything_goes_though_files_remain(
    pages: Pages, store: Store, sessions: list[int]
) -> None:
    held = [in_use(store.exports_folder(id_)) for id_ in sessions[:2]]
    answer = json.dumps(erase_all(pages))
    assert "3 classes were erased. These files remain and hold" in answer
    assert all(str(file) in answer for file in held)
    assert store.sessions() == []


def test_a_busy_database_says_that_nothing_was_erased(
    pages: Pages, store: Store, sessions: list[int]
) -> None:
    with taken(store):
        answer = json.dumps(erase_all(pages))
    assert "Nothing was changed. Press the button again" in answer
    assert len(store.sessions()) == 3
