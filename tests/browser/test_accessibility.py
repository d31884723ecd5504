"""Every page by axe's rules, and a walk through them by keyboard alone."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from monitor.records import Named
from monitor.store.store import Store
from tests.browser.conftest import Watched
from tests.builders import build_new_session, build_tick, plausible_ticks

pytestmark = pytest.mark.browser

NAMES = ("Amelia", "<b>Ben</b>", "\u05de\u05e8\u05d9\u05dd")


def written(store: Store, title: str = "Algebra") -> int:
    """An ended class of a course, with names."""
    named = [Named(number, name) for number, name in enumerate(NAMES, 1)]
    with store.begin(build_new_session(title, course="Maths")) as recording:
        for index, tick in enumerate(plausible_ticks(3, 4)):
            told = named if index == 0 else []
            recording.write(build_tick(index, tick.readings, named=told))
    return recording.session_id


def student_of(store: Store, session_id: int) -> int:
    return next(p.id for p in store.people(session_id) if p.name == "Amelia")


def complaints(page: Page) -> list[str]:
    """What axe finds serious or critical in either theme, a line a finding."""
    page.emulate_media(color_scheme="light")
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    only = {"runOnly": ["color-contrast"]}
    found += Axe().run(page, options=only).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: "
        f"{json.dumps([node['html'][:160] for node in one['nodes'][:3]])}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".page").first).to_be_visible()


def unfold(page: Page) -> None:
    """Open every fold, and wait for what is in them."""
    for fold in page.locator("details:not([open]) > summary").all():
        if fold.is_visible():
            fold.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/start",
        "/settings",
        "/session/{ended}",
        "/student/{ended}/{student}",
        "/student/{ended}/99",
        "/session/99",
    ],
)
def test_no_page_has_a_serious_finding(
    store: Store, url: str, watched: Watched, path: str
) -> None:
    ended = written(store)
    student = student_of(store, ended)
    opened(watched.page, url + path.format(ended=ended, student=student))
    unfold(watched.page)
    said = complaints(watched.page)
    assert not said, "\n".join(said)


def test_a_running_class_has_no_serious_finding(
    store: Store, url: str, watched: Watched
) -> None:
    opened(watched.page, url)
    assert complaints(watched.page) == []
    with store.begin(build_new_session("Chemistry")) as running:
        for tick in plausible_ticks(3, 2):
            running.write(tick)
        opened(watched.page, f"{url}/live/{running.session_id}")
        unfold(watched.page)
        said = complaints(watched.page)
    assert not said, "\n".join(said)


def pressed_to(page: Page, name: str, role: str = "link") -> None:
    """Press Tab until something of this name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab never leads to {name!r}")


def test_a_walk_by_keyboard_alone(store: Store, url: str, watched: Watched) -> None:
    page = watched.page
    session_id = written(store)
    opened(page, url)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    pressed_to(page, "Algebra")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Algebra")).to_be_visible()

    page.goto(f"{url}/student/{session_id}/{student_of(store, session_id)}")
    expect(page.get_by_role("heading", name="Amelia")).to_be_visible()
    erase = page.locator("summary", has_text="Erase")
    for _ in range(60):
        page.keyboard.press("Tab")
        if erase.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type the name to confirm")).to_be_visible()
    outline = erase.evaluate("element => getComputedStyle(element).outlineWidth")
    assert outline == "3px"

    page.keyboard.press("Home")
    page.goto(url)
    pressed_to(page, "Settings")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Settings and privacy")
    expect(heading).to_be_visible()
    expect(page.get_by_role("link", name="Settings", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    # Nothing was loaded anew: the focus is where the new page begins.
    expect(page.locator("main")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "settings-every_s":
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    pressed_to(page, "Save", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert store.settings().every_s == 5
