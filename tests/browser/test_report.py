"""The report in a real browser: searched, corrected, taken back, saved and printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from monitor.records import Named
from monitor.store.store import Store
from tests.browser.conftest import Watched
from tests.builders import build_new_session, build_tick, plausible_ticks

pytestmark = pytest.mark.browser

NAMES = {1: "Anna", 2: "<img src=x onerror=alert(1)>", 3: "\u05de\u05e8\u05d9\u05dd"}


@pytest.fixture
def session(store: Store) -> int:
    """Three students with names, and a fourth whom nobody named."""
    told = [Named(number, name) for number, name in NAMES.items()]
    with store.begin(build_new_session(course="10b")) as recording:
        for tick in plausible_ticks(students=4, minutes=5):
            named = told if tick.index == 0 else []
            recording.write(build_tick(tick.index, tick.readings, named=named))
    return recording.session_id


def test_a_student_is_renamed_and_the_name_taken_back(
    store: Store, url: str, watched: Watched, session: int
) -> None:
    page = watched.page
    page.goto(f"{url}/session/{session}")
    grid = page.locator("#report-grid")
    expect(grid.get_by_role("link", name="Anna")).to_be_visible()
    assert page.locator("img").count() == 0

    # A row is chosen by the keyboard as well: its cell has the focus.
    grid.locator('.ag-cell[col-id="present"]').last.click()
    expect(page.locator("#report-student")).to_contain_text("\u05de\u05e8\u05d9\u05dd")
    page.get_by_label("The right name").fill("Miriam")
    page.get_by_role("button", name="Correct", exact=True).click()
    answer = page.locator("#report-answer")
    expect(answer).to_contain_text("is called 'Miriam' now")
    expect(grid.get_by_role("link", name="Miriam")).to_be_visible()
    expect(page.locator("#report-heat")).to_contain_text("Miriam")
    assert "Miriam" in [student.name for student in store.load(session).students]

    page.get_by_role("button", name="Take back").click()
    expect(answer).to_contain_text("Taken back")
    # The button is gone, the keyboard is not lost.
    expect(answer).to_be_focused()
    expect(grid.get_by_role("link", name="Miriam")).to_have_count(0)


def test_whoever_was_left_out_alone_comes_back(
    store: Store, url: str, watched: Watched
) -> None:
    with store.begin(build_new_session(course="10b")) as recording:
        for tick in plausible_ticks(students=1, minutes=2):
            named = [Named(1, "Anna")] if tick.index == 0 else []
            recording.write(build_tick(tick.index, tick.readings, named=named))
    store.ignore(recording.session_id, "Anna")
    page = watched.page
    page.goto(f"{url}/session/{recording.session_id}")
    expect(page.get_by_text("Everybody who was seen is left out")).to_be_visible()
    page.get_by_role("button", name="Count again").click()
    expect(page.locator("#report-answer")).to_contain_text("counts again")
    expect(
        page.locator("#report-grid").get_by_role("link", name="Anna")
    ).to_be_visible()
    expect(page.locator("#report-heat .js-plotly-plot")).to_be_visible()
    expect(page.get_by_text("Everybody who was seen is left out")).to_have_count(0)


def test_the_table_is_searched_and_followed_by_keyboard(
    url: str, watched: Watched, session: int
) -> None:
    page = watched.page
    page.goto(f"{url}/session/{session}")
    grid = page.locator("#report-grid")
    expect(grid.get_by_role("link")).to_have_count(4)
    page.get_by_label("Search", exact=True).fill("ann")
    expect(grid.get_by_role("link")).to_have_count(1)
    page.get_by_label("Search", exact=True).fill("")
    expect(grid.get_by_role("link")).to_have_count(4)
    grid.get_by_role("columnheader", name="Student").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{url}/student/{session}/1")


def test_files_are_saved_from_the_report(
    url: str, watched: Watched, session: int
) -> None:
    page = watched.page
    page.goto(f"{url}/session/{session}")
    page.get_by_role("button", name="CSV").click()
    for name in ("students.csv", "timeline.csv", "observations.csv"):
        with page.expect_download() as saved:
            page.get_by_role("link", name=name).click()
        assert saved.value.suggested_filename == name
        assert saved.value.path().stat().st_size > 100
    with page.expect_download() as saved:
        page.get_by_role("link", name="HTML").click()
    assert "Anna" in saved.value.path().read_text("utf-8")


@pytest.mark.parametrize("width", [400, 800, 1440])
def test_a_report_fits_any_width(
    url: str, watched: Watched, session: int, width: int
) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{url}/session/{session}")
    expect(page.locator("#report-heat .js-plotly-plot")).to_be_visible()
    expect(page.locator("#report-grid .ag-row").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
