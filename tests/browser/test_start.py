"""A class started, watched and stopped from the pages, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from monitor.records import SessionStatus
from monitor.store.store import Store
from tests.browser.conftest import Watched
from tests.class_window import class_window
from tests.waiting import wait_until
from tests.x11 import XServer

pytestmark = pytest.mark.browser


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """This process's display, on which a virtual class of four is shown."""
    shape = {"students": 4, "width": 960, "height": 540}
    with class_window(monkeypatch, tmp_path, **shape) as display:
        yield display


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).check()


@pytest.mark.display
def test_a_class_on_the_screen_from_the_page_to_its_end(
    store: Store, url: str, watched: Watched, window: XServer
) -> None:
    page = watched.page
    page.goto(f"{url}/start")
    expect(page.locator("#start-picture img")).to_have_count(0)
    choose(page, "This computer's screen")
    expect(page.locator("#start-picture img")).to_be_visible()
    expect(page.locator("#start-width")).to_have_value("960")

    picture = page.locator("#start-picture")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    expect(page.locator("#start-height")).to_have_value(re.compile("^2(6[89]|7[01])$"))
    page.get_by_role("button", name="All of monitor 1").click()
    expect(page.locator("#start-height")).to_have_value("540")

    # The window may still be drawing its faces.
    found = page.locator("#start-found")
    for _ in range(20):
        page.get_by_role("button", name="Check the picture").click()
        expect(found).to_contain_text("found")
        if "4 faces" in found.inner_text():
            break
    expect(found).to_contain_text("4 faces found")
    expect(page.locator("#start-picture .face")).to_have_count(4)

    go = page.get_by_role("button", name="Start the class")
    go.click()
    told = page.locator("#start-told")
    expect(told).to_contain_text("Choose what is kept")
    choose(page, "Expressions of each student")
    go.click()
    expect(told).to_contain_text("tick that you have told the class")
    page.get_by_role("checkbox").check()
    page.get_by_label("Title").fill("From the page")
    page.get_by_label("Seconds between looks").fill("1")
    go.click()

    page.wait_for_url("**/live/*")
    expect(page.get_by_role("heading", name="From the page")).to_be_visible()
    wait_until(lambda: store.session("last").samples >= 2)
    page.goto(f"{url}/start")
    expect(page.get_by_text("A class is being watched now")).to_be_visible()
    page.goto(f"{url}/live/last")
    page.get_by_text("Stop", exact=True).click()
    page.get_by_role("button", name="Stop the class").click()
    wait_until(lambda: store.session("last").status is SessionStatus.ENDED)
    row = store.session("last")
    assert (row.title, row.interval_s, row.students) == ("From the page", 1, 4)


def test_a_first_opening_that_takes_long_says_so(url: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{url}/start")
    opening = page.get_by_text("Opening it")
    expect(opening).to_be_hidden()
    held: list[Route] = []

    def opens(request: Request) -> bool:
        return "start-sight.data" in (request.post_data or "")

    def hold(route: Route) -> None:
        if opens(route.request):
            held.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold)
    with page.expect_request(opens):
        choose(page, "This computer's screen")
    expect(opening).to_be_visible()
    held[0].fulfill(status=204)
    expect(opening).to_be_hidden()


def test_what_stands_against_a_source_is_told_on_the_page(
    url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = watched.page
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    page.goto(f"{url}/start")
    problem = page.locator("#start-problem")
    choose(page, "This computer's screen")
    expect(problem).to_contain_text("There is no display")
    choose(page, "A recording")
    expect(problem).to_be_hidden()
    page.get_by_label("The recording\u2019s path").fill(str(tmp_path / "none.mp4"))
    page.get_by_role("button", name="Open").click()
    expect(problem).to_contain_text("does not exist; check the name and the folder")
    roster = tmp_path / "10a.csv"
    roster.write_text("name,consent\nAna,perhaps\n")
    page.locator("#start-upload input[type=file]").set_input_files(roster)
    told = page.locator("#start-roster-told")
    expect(told).to_contain_text("Roster 10a.csv: line 2")
    go = page.get_by_role("button", name="Start the class")
    go.press("Enter")
    expect(page.locator("#start-told")).not_to_be_empty()
    # It was switched off meanwhile: the keyboard is there again.
    expect(go).to_be_focused()
