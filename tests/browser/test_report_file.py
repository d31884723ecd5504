"""The report's file in a real browser: from disk, without a network, and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from dashboard.document.build import report_html
from monitor.records import Absence, AbsenceReason, Marker
from tests.browser.conftest import PATIENCE_MS
from tests.builders import PRIOR, build_session_data, plausible_ticks

pytestmark = pytest.mark.browser

NAMES = ["<img src=x onerror=alert(1)>", "عمر الخيام", "Ana Prado", "y" * 120]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = NAMES + [f"Student {number}" for number in range(5, 31)]
    data = build_session_data(
        plausible_ticks(students=30, minutes=20, every_s=6),
        names=names,
        markers=[
            Marker(offset_s=300, text="quiz"),
            Marker(offset_s=330, text="<script>alert(2)</script>"),
            Marker(offset_s=900, text="اختبار"),
        ],
        absences=[Absence(2, 60, 180, AbsenceReason.CAMERA_OFF)],
    )
    data = replace(data, session=replace(data.session, prior=PRIOR, interval_s=6.0))
    file = tmp_path_factory.mktemp("report") / "r.html"
    file.write_text(report_html(data), encoding="utf-8")
    return file


class Opened:
    """The file in a browser that has no network; what it asked for and said."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(file.as_uri())
        expect(self.page.locator(".chart .main-svg").first).to_be_visible()


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Opened]:
    context = browser.new_context(
        viewport={"width": 1000, "height": 800}, offline=True, color_scheme="dark"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield Opened(context, file)
    context.close()


def test_it_opens_from_disk_and_asks_for_nothing(opened: Opened, file: Path) -> None:
    page = opened.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Algebra")
    # Two charts of the class and two parts of the students' strips, all drawn.
    expect(page.locator(".chart")).to_have_count(4)
    expect(page.locator(".chart .plot-container")).to_have_count(4)
    assert page.locator("img").count() == 0
    expect(page.locator("bdi", has_text="عمر الخيام").first).to_be_visible()
    expect(page.locator(".notes")).to_contain_text("<script>alert(2)</script>")
    page.locator(".chart.mood .nsewdrag").first.hover(force=True)
    expect(page.locator(".chart.mood .hovertext text").first).to_contain_text("read")
    page.get_by_text("Show as table").first.click()
    expect(page.locator(".behind[open] table")).to_be_visible()
    assert opened.asked == [file.as_uri()]
    assert opened.said == []


def test_it_follows_the_screen_into_the_dark_and_to_a_phone(opened: Opened) -> None:
    page = opened.page
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(20, 23, 26)"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == "rgb(251, 251, 250)"
    label = page.locator(".chart.mood .annotation", has_text="quiz")
    expect(label).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    expect(label).to_be_hidden()
    svg = page.locator(".chart.mood .main-svg").first
    expect(svg).to_have_attribute("width", re.compile(r"^3\d\d$"))
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 390


@pytest.mark.parametrize(
    ("paper", "inches"), [("A4", (8.27, 11.7)), ("Letter", (8.5, 11))]
)
def test_it_prints_to_clean_pages(
    opened: Opened, paper: Literal["A4", "Letter"], inches: tuple[float, float]
) -> None:
    held = opened.page.pdf(format=paper, print_background=True)
    pages = PdfReader(io.BytesIO(held)).pages
    for box in (page.mediabox for page in pages):
        size = (float(box.width) / 72, float(box.height) / 72)
        assert size == pytest.approx(inches, abs=0.02)
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in pages]
    # A heading, charts with their axis, tables with their head on every page; folds
    # that nobody opened take no paper, and no page is all but empty.
    assert 5 <= len(pages) <= 9
    assert all(len(text) > 60 for text in texts)
    assert "30 students were seen in 20 min" in texts[0]
    whole = " ".join(texts)
    assert whole.count("minutes into class") >= 3
    for told in (
        "Between markers",
        "Ana Prado",
        "Student 30",
        "Corrected shares",
        "Not for grading, discipline or ranking",
        "Made by ClassPulse",
    ):
        assert told in whole
    assert "Show as table" not in whole


def test_charts_are_drawn_for_the_width_of_paper_and_back(opened: Opened) -> None:
    page = opened.page
    widths = (
        "[...document.querySelectorAll('.chart .main-svg')]"
        ".map(svg => +svg.getAttribute('width'))"
    )
    before = page.evaluate(widths)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert max(page.evaluate(widths)) <= 672
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(widths) == before
