"""The live page in a real browser, on a class that a real recording writes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from monitor.records import GapReason, RequestKind, SessionStatus
from monitor.store.store import Store
from tests.browser.conftest import Watched, begun
from tests.builders import build_reading, build_session, build_tick, plausible_ticks
from tests.commands import begin

pytestmark = pytest.mark.browser

TICKS = plausible_ticks(students=11, minutes=5)


def test_the_page_follows_a_running_class(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    with begun(store, TICKS[:20]) as recording:
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


def test_tables_are_asked_for_only_while_they_are_open(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    asked: list[str] = []
    tables = ("painted-mood.data", "painted-students.data")
    ticks = [build_tick(index) for index in range(26)]
    with begun(store, ticks[:20]) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        samples = page.locator("#facts div", has_text="Samples").locator("dd")
        expect(samples).to_have_text("20")
        page.get_by_role("button", name="Show students").click()
        expect(page.locator("#tiles li")).to_have_count(1)
        page.on("request", lambda request: asked.append(request.post_data or ""))

        def add(first: int, last: int) -> None:
            for tick in ticks[first:last]:
                recording.write(tick)
                expect(samples).to_have_text(str(tick.index + 1))

        # What the first look sets off has been asked for before the second comes.
        add(20, 22)
        assert not any(table in body for table in tables for body in asked)

        page.locator("#students-open").click()
        looks = page.locator("#students-table tbody td").first
        expect(looks).to_have_text("22")
        add(22, 23)
        expect(looks).to_have_text("23")

        page.locator("#students-open").click()
        expect(looks).to_have_count(0)
        asked.clear()
        add(23, 25)
        assert not any(table in body for table in tables for body in asked)


def test_a_page_whose_server_is_gone_does_not_look_live(
    store: Store, watched: Watched
) -> None:
    page = watched.page
    pages = begin("dashboard", "--no-open", "--port", 0, db=store.path)
    assert pages.stdout is not None
    address = pages.stdout.readline().removeprefix("Dashboard: ").strip()
    with begun(store, TICKS[:20]) as running:
        page.goto(f"{address}live/{running.session_id}")
        expect(page.locator("#status")).to_have_text("Live")
        expect(page.locator("#lost")).to_be_hidden()
        pages.kill()
        pages.communicate()
        expect(page.locator("#lost")).to_be_visible()
        expect(page.locator("#lost")).to_contain_text("No answer from ClassPulse")
    # The browser and Dash themselves tell of each connection that was refused.
    page.close()
    watched.complaints.clear()


def test_polling_ends_with_the_class(store: Store, url: str, watched: Watched) -> None:
    page = watched.page
    page.clock.install()
    session_id = build_session(store, students=3, minutes=2)
    page.goto(f"{url}/live/{session_id}")
    page.clock.run_for(2_000)
    expect(page.locator("#mood .js-plotly-plot")).to_be_visible()
    expect(page.get_by_role("link", name="Read the report")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(20_000)
    assert asked == []


def test_names_show_on_a_click_and_hide_by_themselves(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    page.clock.install()
    with begun(store, TICKS[:20]) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        page.clock.run_for(2_000)
        show = page.get_by_role("button", name="Show students")
        expect(show).to_have_attribute("aria-expanded", "false")
        expect(page.get_by_text("Student 2", exact=True)).to_have_count(0)

        show.click()
        page.clock.run_for(100)
        expect(page.get_by_text("Student 2", exact=True)).to_be_visible()
        expect(page.locator("#tiles li")).to_have_count(10)
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
    with begun(store, TICKS[:20]) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Asked to pause;")).to_be_visible()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Stop the class").click()
        expect(page.get_by_text("Asked to stop.")).to_be_visible()
        kinds = [request.kind for request in recording.requests()]
        assert kinds == [RequestKind.PAUSE, RequestKind.STOP]


def test_scroll_and_focus_stay_while_tiles_are_brought_up_to_date(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    page.set_viewport_size({"width": 800, "height": 600})
    with begun(store, TICKS[:20]) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        page.get_by_role("button", name="Show students").click()
        name = page.get_by_role("link", name="Student 4")
        name.focus()
        name.evaluate("element => { element.dataset.kept = 'yes'; }")
        scrolled = page.evaluate("window.scrollY")
        assert scrolled > 0
        for tick in TICKS[20:60]:
            recording.write(tick)
        samples = page.locator("#facts div", has_text="Samples").locator("dd")
        expect(samples).to_have_text("60")
        assert page.evaluate("document.activeElement.dataset.kept") == "yes"
        assert page.evaluate("window.scrollY") == scrolled


def test_a_marker_by_keyboard_and_back(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    with begun(store, TICKS[:40]) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        toggle = page.get_by_role("button", name="Show students")
        expect(page.locator("#mood .js-plotly-plot")).to_be_visible()
        toggle.focus()
        page.keyboard.press("m")
        field = page.get_by_label("What begins now?")
        expect(field).to_be_focused()
        page.keyboard.type("mock quiz")
        page.keyboard.press("Enter")
        expect(page.locator("#markers")).to_contain_text("mock quiz")
        expect(page.locator("#mood .annotation", has_text="mock quiz")).to_be_visible()
        expect(page.get_by_text("Marked: mock quiz.")).to_be_visible()
        expect(toggle).to_be_focused()
        expect(field).to_be_hidden()
        (marker,) = store.load(recording.session_id).markers
        assert marker.text == "mock quiz"

        page.get_by_role("button", name="Marker", exact=True).click()
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        page.get_by_role("button", name="Drop marker").click()
        expect(page.get_by_text("Type what begins now")).to_be_visible()
        expect(field).to_be_focused()
        page.get_by_role("button", name="slide", exact=True).click()
        expect(field).to_have_value("slide ")
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()

        page.get_by_role("button", name="Remove the marker mock quiz").click()
        expect(page.locator("#markers li")).to_have_count(0)
        assert store.load(recording.session_id).markers == ()


def test_a_muted_notice_stays_quiet_and_comes_back(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    still = [build_tick(i, gap=GapReason.FROZEN) for i in range(10)]
    with begun(store, still) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        notice = page.get_by_text("The picture has not changed.")
        expect(notice).to_be_visible()
        page.get_by_role("button", name="Mute: The picture has not changed.").click()
        expect(notice).to_have_count(0)
        page.reload()
        expect(page.get_by_text("1 notice muted for this class.")).to_be_visible()
        recording.write(build_tick(10, gap=GapReason.FROZEN))
        expect(page.locator("#facts")).to_contain_text("11")
        expect(notice).to_have_count(0)
        page.get_by_role("button", name="Show again").click()
        expect(notice).to_be_visible()


def test_pause_is_seen_to_work(store: Store, url: str, watched: Watched) -> None:
    page = watched.page
    with begun(store, TICKS[:20]) as recording:
        page.goto(f"{url}/live/{recording.session_id}")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Asked to pause;")).to_be_visible()
        recording.write(TICKS[20])
        expect(page.locator("#facts")).to_contain_text("21")
        # Another look came first: what was asked for still stands there.
        expect(page.get_by_text("Asked to pause;")).to_be_visible()
        recording.set_status(SessionStatus.PAUSED)
        resume = page.get_by_role("button", name="Resume")
        expect(resume).to_be_visible()
        expect(page.get_by_text("Nothing is looked at until")).to_be_visible()
        expect(page.get_by_text("Asked to pause;")).to_have_count(0)


def test_a_class_that_brings_nothing_new_says_so(
    store: Store, url: str, watched: Watched
) -> None:
    page = watched.page
    page.clock.install()
    with begun(store, TICKS[:20]) as recording:
        page.goto(url)
        name = page.locator(f'#home-now a[href="/live/{recording.session_id}"]')
        expect(name).to_be_visible()
        page.clock.run_for(60_000)
        # Counted from here: how long the page before stood is no matter.
        name.click()
        page.clock.run_for(4_000)
        stale = page.get_by_text("No new look for a while.")
        expect(page.locator("#mood .js-plotly-plot")).to_be_visible()
        expect(stale).to_be_hidden()
        page.clock.run_for(20_000)
        expect(stale).to_be_visible()
        recording.write(TICKS[20])
        page.clock.run_for(3_000)
        expect(stale).to_be_hidden()


def test_it_fits_beside_a_call(store: Store, url: str, watched: Watched) -> None:
    page = watched.page
    page.set_viewport_size({"width": 360, "height": 800})
    long = build_reading(1)
    with begun(store, [build_tick(i, [long]) for i in range(20)]) as recording:
        store.rename(recording.session_id, "Student 1", "Wolfeschlegel" * 6)
        store.mark(recording.session_id, "w" * 80)
        page.goto(f"{url}/live/{recording.session_id}")
        page.get_by_role("button", name="Show students").click()
        expect(page.locator("#tiles li")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.keyboard.press("m")
        panel = page.locator("#mark-box .panel").bounding_box()
        assert panel is not None
        assert panel["x"] >= 0
        assert panel["x"] + panel["width"] <= 360
