"""Classes found, a student erased and settings used in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from monitor.records import Named
from monitor.reports.notice import FOR_THE_CHAT
from monitor.store.store import Store
from tests.browser.conftest import Watched
from tests.builders import build_new_session, build_tick, plausible_ticks

pytestmark = pytest.mark.browser

LONG = "<i>Maximiliane</i> " + "von und zu " * 12 + "\u05de\u05e8\u05d9\u05dd"


def written(store: Store, title: str, name: str = "Amelia") -> int:
    with store.begin(build_new_session(title, course="Maths")) as recording:
        for index, tick in enumerate(plausible_ticks(2, 3)):
            told = [Named(1, name), Named(2, "Ben")] if index == 0 else []
            recording.write(build_tick(index, tick.readings, named=told))
    return recording.session_id


def student_of(store: Store, session_id: int) -> int:
    return next(p.id for p in store.people(session_id) if p.name != "Ben")


def test_a_class_is_found_while_it_is_typed(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    written(store, "Roots")
    written(store, "Light")
    page.goto(url)
    page.get_by_label("Find a class").fill("roo")
    expect(page.get_by_role("link", name="Light")).to_have_count(0)
    expect(page.get_by_role("link", name="Roots")).to_be_visible()
    page.get_by_label("Find a class").fill("roots chess")
    expect(page.get_by_text("No class is called")).to_be_visible()
    page.get_by_label("Find a class").fill("")
    expect(page.get_by_role("link", name="Light")).to_be_visible()


def test_a_student_is_saved_and_erased(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    first, last = written(store, "Roots"), written(store, "Light")
    address = f"{url}/student/{last}/{student_of(store, last)}"
    page.goto(address)
    expect(page.locator(".chart.student .js-plotly-plot")).to_be_visible()
    expect(page.get_by_role("link", name="Roots")).to_be_visible()
    page.get_by_label("Every class of Maths").check()
    with page.expect_download() as started:
        page.get_by_role("button", name="Save what is kept").click()
    kept = json.loads(Path(started.value.path()).read_text("utf-8"))
    assert [one["id"] for one in kept["sessions"]] == [first, last]

    page.locator("summary", has_text="Erase").click()
    page.get_by_label("Type the name to confirm").fill("Ben")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Nothing was erased")).to_be_visible()
    page.get_by_label("Type the name to confirm").fill("amelia")
    page.get_by_role("button", name="Erase for good").click()
    gone = page.get_by_role("heading", name="Nothing is kept of this student any more")
    expect(gone).to_be_visible()
    expect(page.get_by_text("Amelia")).to_have_count(0)
    for session_id in (first, last):
        assert {person.name for person in store.people(session_id)} == {"Ben"}
    page.goto(address)
    heading = page.get_by_role("heading", name="There is no such student here")
    expect(heading).to_be_visible()


def test_a_long_name_fits_a_phone_and_is_only_text(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    session_id = written(store, "Roots", LONG)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{url}/student/{session_id}/{student_of(store, session_id)}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<i>Maximiliane</i>")
    page.locator("summary", has_text="Erase").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(f"{url}/settings")
    expect(page.get_by_role("heading", name="Settings and privacy")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_text_for_the_chat_is_copied(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{url}/settings")
    page.get_by_role("button", name="Copy the text").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == FOR_THE_CHAT


def test_a_class_is_erased_after_a_question(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    written(store, "Roots")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"{url}/settings")
    page.locator("summary", has_text="A class").click()
    page.locator("#settings-class").click()
    page.get_by_role("option").filter(has_text="Roots").click()
    page.get_by_role("button", name="Erase the class").click()
    expect(page.get_by_text("The class of")).to_be_visible()
    assert "Roots" in asked[0]
    assert store.sessions() == []
