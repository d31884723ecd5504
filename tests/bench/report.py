"""The report on 25 students and an hour: at the server, and in the browser."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, Playwright, sync_playwright

from dashboard.app import create_app
from dashboard.serve import DashboardServer
from monitor.store.store import Store
from tests.bench.timing import cost
from tests.browser.conftest import ARGS, chromium
from tests.builders import build_session
from tests.dashboard.conftest import Pages

_READY = """() => document.querySelector('#report-grid .ag-row') !== null
    && document.querySelector('#report-heat .js-plotly-plot .main-svg') !== null
    && document.querySelector('#report-mood .main-svg') !== null"""


def measure() -> Iterator[tuple[str, str, str]]:
    """What the page takes until it can be read and used."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(str(Path(folder) / "bench.db")) as store,
    ):
        session = build_session(store, students=25, minutes=60)
        yield from _at_the_server(
            Pages(create_app(store).server.test_client()), session
        )
        if chromium() is not None:
            yield from _in_the_browser(store, session)


def _at_the_server(pages: Pages, session: int) -> Iterator[tuple[str, str, str]]:
    def page() -> int:
        values = {"_pages_location.pathname": f"/session/{session}"}
        return len(pages.call("_pages_content.children", values).data)

    def heat() -> int:
        values = {"report-shade.value": "seen_most", "report-session.data": session}
        return len(pages.call("report-heat.children", values).data)

    yield "the report's page", str(cost(page, runs=7)), "300 ms"
    yield "its heat map anew", str(cost(heat, runs=7)), ""
    yield "what the page weighs", f"{page() / 1e6:.2f} MB", "2 MB"


def _in_the_browser(store: Store, session: int) -> Iterator[tuple[str, str, str]]:
    with (
        DashboardServer(store, "127.0.0.1", 0) as server,
        sync_playwright() as playwright,
    ):
        thread = threading.Thread(target=server.run)
        thread.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        address = f"{server.url}session/{session}"
        first, *others = [_opened(page, address) for _ in range(9)]
        yield "the report in the browser, first", f"{first:.1f} s", ""
        yield "again", f"{median(others):.1f} s", "1.5 s"
        browser.close()
        told = [_from_the_list(playwright, server.url, session) for _ in range(3)]
        yield "from the list of classes, first", f"{median(told):.1f} s", "1.5 s"
    thread.join(timeout=30)


def _from_the_list(playwright: Playwright, home: str, session: int) -> float:
    """The same in a browser that knows nothing yet, from where a teacher comes."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(home)
    page.wait_for_function("() => window.Plotly", timeout=120_000)
    started = time.perf_counter()
    page.click(f'a[href="/session/{session}"]')
    page.wait_for_function(_READY, timeout=120_000)
    seconds = time.perf_counter() - started
    browser.close()
    return seconds


def _opened(page: Page, address: str) -> float:
    """Seconds until charts and table stand."""
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_function(_READY, timeout=120_000)
    return time.perf_counter() - started
