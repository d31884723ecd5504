"""What holds for every page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from monitor.records import SessionStatus
from monitor.store.store import Store
from tests.browser.conftest import Watched, begun
from tests.builders import build_new_session, build_session, plausible_ticks

pytestmark = pytest.mark.browser

TICKS = plausible_ticks(students=11, minutes=5)


def test_any_other_address_leads_back(url: str, watched: Watched) -> None:
    watched.page.goto(f"{url}/nonsense")
    expect(watched.page.get_by_role("heading", name="No such page")).to_be_visible()
    watched.page.get_by_role("link", name="All classes").click()
    expect(watched.page.get_by_role("heading", name="Classes")).to_be_visible()


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
    with begun(store, TICKS[:5]):
        page.goto(url)
        page.get_by_role("link", name="Chemistry 10a").click()
        heading = page.get_by_role("heading", name="How the class is now")
        expect(heading).to_be_visible()
        page.get_by_text("Show as table").first.click()
        expect(page.locator("#mood-table table")).to_be_visible()
        page.get_by_role("link", name="All classes").click()
        expect(page.get_by_role("heading", name="Classes")).to_be_visible()


def test_pages_follow_each_other_without_loading_anew(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    session = build_session(store, students=3, minutes=2)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(url)
    # The list has no chart, and gets ready for those of the next page.
    page.wait_for_function("() => window.Plotly")
    page.evaluate("() => { window.stays = true; }")
    page.locator(f'a[href="/session/{session}"]').click()
    expect(page.locator("#report-heat .js-plotly-plot")).to_be_visible()
    expect(page).to_have_title("Report, ClassPulse")
    page.locator("#report-grid").get_by_role("link", name="Student 2").click()
    expect(page.get_by_role("heading", name="Student 2")).to_be_visible()
    page.get_by_role("link", name="Back to the class").click()
    page.locator("#report-heat").get_by_role("link", name="Student 3").click()
    expect(page.get_by_role("heading", name="Student 3")).to_be_visible()
    page.go_back()
    expect(page.locator("#report-grid").get_by_role("link")).to_have_count(3)
    assert page.evaluate("() => window.stays")
    assert len([one for one in fetched if one.endswith("plotly.min.js")]) == 1
    with page.context.expect_page() as other:
        name = page.locator("#report-grid").get_by_role("link", name="Student 1")
        name.click(modifiers=["Control"])
    expect(other.value.get_by_role("heading", name="Student 1")).to_be_visible()
    expect(page).to_have_url(f"{url}/session/{session}")


def test_back_leads_to_the_place_that_was_left(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    session = build_session(store, students=30, minutes=2)
    page.goto(f"{url}/session/{session}")
    link = page.locator("#report-grid").get_by_role("link", name="Student 9")
    link.scroll_into_view_if_needed()
    place = page.evaluate("() => window.scrollY")
    assert place > 500
    link.click()
    expect(page.get_by_role("heading", name="Student 9")).to_be_visible()
    assert page.evaluate("() => window.scrollY") == 0
    page.go_back()
    expect(link).to_be_in_viewport()
    page.wait_for_function("(place) => window.scrollY === place", arg=place)
    page.reload()
    expect(link).to_be_in_viewport()
    # The page that is open loads anew and leaves nothing to go back to.
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings and privacy")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings and privacy")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(f"{url}/session/{session}")
    expect(link).to_be_visible()

    for _ in range(12):
        build_session(store, students=1, minutes=1)
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto(url)
    name = page.locator(f'a[href="/session/{session + 12}"]')
    expect(name).to_be_in_viewport()
    name.click()
    expect(page.locator("#report-grid")).to_be_visible()
    page.evaluate("() => window.scrollTo(0, 300)")
    page.go_back()
    expect(name).to_be_in_viewport()
    assert page.evaluate("() => document.documentElement.scrollHeight") > 800
    assert page.evaluate("() => window.scrollY") == 0


def test_a_page_that_did_not_come_is_asked_for_again(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    session = build_session(store, students=2, minutes=2)
    page.goto(url)
    name = page.locator(f'a[href="/session/{session}"]')
    expect(name).to_be_visible()
    broken = True

    def fail(route: Route) -> None:
        if broken and "_pages_content.children" in (route.request.post_data or ""):
            route.abort()
        else:
            route.continue_()

    page.route("**/_dash-update-component*", fail)
    name.click()
    expect(page.locator("#lost")).to_be_visible()
    broken = False
    expect(page.locator("#report-grid")).to_be_visible()
    expect(page).to_have_url(f"{url}/session/{session}")
    expect(page.locator("#lost")).to_be_hidden()
    # The browser and Dash tell of the request that was refused.
    watched.complaints.clear()


def test_a_running_class_moves_nobody_about_on_home(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    for number in range(14):
        with store.begin(build_new_session(f"Class {number}")) as recording:
            recording.write(TICKS[0])
    with begun(store, TICKS[:5]) as live:
        page.goto(url)
        now = page.locator("#home-now")
        expect(now.get_by_text("The class is being watched.")).to_be_visible()
        page.get_by_text("Show 2 earlier classes").click()
        old = page.get_by_role("link", name="Class 0")
        old.focus()
        live.set_status(SessionStatus.PAUSED)
        expect(now.get_by_text("until you press Resume")).to_be_visible()
        expect(old).to_be_visible()
        expect(old).to_be_focused()


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
