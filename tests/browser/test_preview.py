"""The live preview on a running class's page: off, on, and off again."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace

import pytest
from playwright.sync_api import Route, expect

from monitor.agent import Health, Progress
from monitor.pipeline import Equipment, build
from monitor.preview.live import previewed
from monitor.records import EMOTIONS, Image
from monitor.reports.formatting import NOT_KNOWN
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass
from monitor.store.store import Store
from tests.browser.conftest import Watched
from tests.builders import build_new_session
from tests.scripted import ScriptedSource
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

BROKEN = {"content_type": "application/octet-stream"}
BUT_FEAR = tuple(name for name in EMOTIONS if name != "fear")
SCORE = [re.compile(r"\d%")]
EQUIPMENT = Equipment(thorough=False, live=True)


@pytest.fixture
def gallery() -> Image:
    with VirtualClass(SourceOptions(students=3, seed=7), Look(960, 540)) as source:
        return source.picture(1.0)


def without_the_first(route: Route) -> None:
    """The look as it is, but for the face of the first student."""
    answer = route.fetch()
    body = answer.body()
    (length,) = struct.unpack(">I", body[:4])
    about = json.loads(body[4 : 4 + length])
    first = min(face["student"] for face in about["faces"])
    about["faces"] = [face for face in about["faces"] if face["student"] != first]
    head = json.dumps(about).encode()
    body = struct.pack(">I", len(head)) + head + body[4 + length :]
    route.fulfill(response=answer, body=body)


def test_faces_and_scores_show_on_a_click_and_names_with_the_students(
    store: Store, url: str, watched: Watched, gallery: Image
) -> None:
    page = watched.page
    source = ScriptedSource(live=True, picture=lambda _: gallery)
    pipeline = build(EQUIPMENT)
    frame = source.read(0.0)
    assert frame is not None
    tick = pipeline.look(frame, 0)
    pipeline.close()
    with (
        store.begin(replace(build_new_session(), expressions=BUT_FEAR)) as running,
        previewed(store.path, running.session_id, source, EQUIPMENT) as preview,
    ):
        running.write(tick)
        store.rename(running.session_id, "Student 1", "Zoë <b>Park</b>")
        preview.show(Progress(Health.RUNNING, tick, 1, 0, 0))
        page.goto(f"{url}/live/{running.session_id}")
        panel = page.locator("#preview")
        expect(panel).to_contain_text("Off. Nothing is looked at for it.")
        expect(panel.locator("img")).to_have_count(0)
        assert source.reads == 1

        page.get_by_role("button", name="Show the picture").click()
        expect(panel.locator("img")).to_be_visible()
        expect(panel.locator(".face")).to_have_count(3)
        expect(panel).to_contain_text("On. 3 faces in the picture.")
        expect(panel.locator("tbody tr")).to_have_count(3)
        cells = panel.locator("tbody tr").first.locator("td")
        expect(cells).to_have_text(["read", *SCORE * 2, NOT_KNOWN, *SCORE * 4])

        # A picture that misses a face renumbers no other.
        numbers = panel.locator("tbody th")
        expect(numbers).to_have_text(["1", "2", "3"])
        page.route("**/look?**", without_the_first)
        expect(numbers).to_have_text(["2", "3"])
        page.unroute_all(behavior="wait")
        expect(numbers).to_have_text(["1", "2", "3"])

        # What is old must not look live.
        page.route("**/look?**", lambda route: route.fulfill(body=b"?", **BROKEN))
        expect(panel).to_contain_text("No picture comes from ClassPulse just now")
        expect(panel.locator("img")).to_have_count(0)
        page.unroute("**/look?**")
        expect(panel.locator(".face")).to_have_count(3)
        expect(panel.get_by_text("Zoë <b>Park</b>")).to_have_count(0)
        page.get_by_role("button", name="Show students").click()
        expect(panel.get_by_text("Zoë <b>Park</b>").first).to_be_visible()

        page.keyboard.press("Escape")
        expect(panel).to_contain_text("Off. Nothing is looked at for it.")
        expect(panel.locator("img")).to_have_count(0)
        # A look may be under way; after it there is none.
        settled = -1
        while settled != source.reads:
            settled = source.reads
            page.wait_for_timeout(300)

        page.get_by_role("button", name="Show the picture").click()
        expect(panel.locator(".face")).to_have_count(3)
        preview.show(Progress(Health.PAUSED, None, 1, 0, 0))
        expect(panel).to_contain_text("paused: nothing is looked at")
        expect(panel.locator("img")).to_have_count(0)
    wait_until(lambda: not list(store.path.parent.glob("*.locks/*.preview")))
