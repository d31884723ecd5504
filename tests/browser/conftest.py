from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from dashboard.serve import DashboardServer
from monitor.records import Tick
from monitor.store.recording import Recording
from monitor.store.store import Store
from tests.builders import build_new_session

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A slow machine is no failure: this only bounds how long one is waited for.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str | None:
    """The system's Chromium, None when there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None and not os.environ.get("CI"):
        pytest.skip("needs Chromium on the PATH")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield opened
        opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "class.db")) as opened:
        yield opened


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    """A dashboard that is really served; its address without the last slash."""
    with DashboardServer(store, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        yield server.url.rstrip("/")
    thread.join(timeout=30)


def begun(store: Store, ticks: Iterable[Tick]) -> Recording:
    """A running class with its first samples stored."""
    recording = store.begin(build_new_session("Chemistry 10a"))
    for tick in ticks:
        recording.write(tick)
    return recording


class Watched:
    """A page, and everything it complained about or asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", lambda request: self._asked(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob"):
            self.hosts.add(parts.hostname or "")


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A page whose test fails on any complaint, or a request beyond loopback."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    seen = Watched(context.new_page())
    yield seen
    context.close()
    assert seen.complaints == []
    assert seen.hosts <= {"127.0.0.1"}
