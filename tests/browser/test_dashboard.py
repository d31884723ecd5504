"""The dashboard in a real browser, on a class that a real recording writes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from monitor.records import RequestKind
from monitor.store.recording import Recording
from monitor.store.store import Store
from tests.browser.conftest import Watched
from tests.builders import build_new_session, build_session, plausible_ticks
from tests.commands import begin

pytestmark = pytest.mark.browser

TICKS = plausible_ticks(students=11, minutes=5)


def begun(store: Store, samples: int) -> Recording:
    """A running class with its first samples stored."""
    recording = store.begin(build_new_session("Chemistry 10a"))
    for tick in TICKS[:samples]:
        recording.write(tick)
    return recording


def test_the_page_follows_a_running_class(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    with begun(store, 20) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        expect(page.get_by_role("heading", name="How the class is now")).to_be_visible()
        expect(page.locator("#mood .js-plotly-plot")).to_be_visible()
        samples = page.locator("#facts div", has_text="Samples").locator("dd")
        expect(samples).to_have_text("20")
        page.evaluate("document.getElementById('mood').dataset.kept = 'yes'")
        page.mouse.wheel(0, 300)
        page.wait_for_function("window.scrollY > 100")
        scrolled = page.evaluate("window.scrollY")
        for tick in TICKS[20:40]:
            recording.write(tick)
        expect(samples).to_have_text("40")
        expect(page.locator("#mood .xtick").last).to_contain_text("2")
        # Brought up to date in place: the same element, the same scroll position.
        assert page.evaluate("document.getElementById('mood').dataset.kept") == "yes"
        assert page.evaluate("window.scrollY") == scrolled
        assert page.title() == "ClassPulse"
    expect(page.get_by_role("heading", name="How the class went")).to_be_visible()
    expect(page.locator("#status")).to_have_text("Ended")
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    expect(page.get_by_role("link", name="Read the report")).to_be_visible()


def test_a_page_whose_server_is_gone_does_not_look_live(
    store: Store, watched: Watched
) -> None:
    page = watched.page
    pages = begin("dashboard", "--no-open", "--port", 0, db=store.path)
    assert pages.stdout is not None
    address = pages.stdout.readline().removeprefix("Dashboard: ").strip()
    with begun(store, 20) as running:
        page.goto(f"{address}live/{running.session_id}")
        expect(page.locator("#status")).to_have_text("Live")
        expect(page.locator("#lost")).to_be_hidden()
        pages.kill()
        pages.communicate()
        expect(page.locator("#lost")).to_be_visible()
        expect(page.locator("#lost")).to_contain_text("No answer from ClassPulse")
    # The browser and Dash themselves tell of each connection that was refused.
    watched.complaints.clear()


def test_any_other_address_leads_back(url: str, watched: Watched) -> None:
    watched.page.goto(f"{url}/nonsense")
    expect(watched.page.get_by_role("heading", name="No such page")).to_be_visible()
    watched.page.get_by_role("link", name="All classes").click()
    expect(watched.page.get_by_role("heading", name="Classes")).to_be_visible()


def test_polling_ends_with_the_class(store: Store, url: str, watched: Watched) -> None:
    page = watched.page
    page.clock.install()
    session_id = build_session(store, students=3, minutes=2)
    page.goto(f"{url}/live/{session_id}")
    page.clock.run_for(2_000)
    expect(page.locator("#mood .js-plotly-plot")).to_be_visible()
    expect(page.get_by_text("Student 3", exact=True)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(20_000)
    assert asked == []


def test_names_show_on_a_click_and_hide_by_themselves(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    page.clock.install()
    with begun(store, 20) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        page.clock.run_for(2_000)
        show = page.get_by_role("button", name="Show students")
        expect(show).to_have_attribute("aria-expanded", "false")
        expect(page.get_by_text("Student 2", exact=True)).to_have_count(0)

        show.click()
        page.clock.run_for(100)
        expect(page.get_by_text("Student 2", exact=True)).to_be_visible()
        expect(page.locator("#strips .js-plotly-plot")).to_be_visible()
        hide = page.get_by_role("button", name="Hide students")
        expect(hide).to_have_attribute("aria-expanded", "true")

        page.keyboard.press("Escape")
        page.clock.run_for(100)
        expect(show).to_be_visible()
        expect(page.get_by_text("Student 2", exact=True)).to_have_count(0)

        show.click()
        page.clock.run_for(100)
        expect(page.get_by_text("Student 2", exact=True)).to_be_visible()
        page.evaluate("window.dispatchEvent(new Event('blur'))")
        page.clock.run_for(59_000)
        expect(hide).to_be_visible()
        page.clock.run_for(2_000)
        expect(show).to_be_visible()


def test_the_buttons_reach_the_recording(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    with begun(store, 20) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Asked to pause.")).to_be_visible()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Stop the class").click()
        expect(page.get_by_text("Asked to stop.")).to_be_visible()
        kinds = [request.kind for request in recording.requests()]
        assert kinds == [RequestKind.PAUSE, RequestKind.STOP]


def test_names_of_any_kind_are_only_text(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    title = (
        "<img src=x onerror=alert(1)> \u05d0\u05dc\u05d2\u05d1\u05e8\u05d4 " + "x" * 300
    )
    with store.begin(build_new_session(title)) as recording:
        recording.write(TICKS[0])
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("/", f"/live/{recording.session_id}"):
        page.goto(url + path)
        expect(page.get_by_text(title, exact=True)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("img").count() == 0


def test_home_leads_to_a_class_and_back(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    with begun(store, 5):
        page.goto(url)
        page.get_by_role("link", name="Chemistry 10a").click()
        heading = page.get_by_role("heading", name="How the class is now")
        expect(heading).to_be_visible()
        page.get_by_text("Show as table").first.click()
        expect(page.locator("#mood-table table")).to_be_visible()
        page.get_by_role("link", name="All classes").click()
        expect(page.get_by_role("heading", name="Classes")).to_be_visible()


def test_an_unknown_class_leaves_no_blank_page(
    store: Store, url: str, watched: Watched
) -> None:
    watched.page.goto(f"{url}/live/99")
    heading = watched.page.get_by_role("heading", name="There is no such class")
    expect(heading).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_follow_the_systems_theme(
    store: Store, url: str, watched: Watched, scheme: str
) -> None:
    page = watched.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{url}/live/{build_session(store, students=2, minutes=2)}")
    text = page.locator("#mood .annotation text").first
    expect(text).to_be_visible()
    colour = "getComputedStyle({}).{}"
    ink = text.evaluate("element => getComputedStyle(element).fill")
    body = page.evaluate(colour.format("document.body", "color"))
    assert ink == body
