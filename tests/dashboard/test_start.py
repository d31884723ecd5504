"""The start page and its routes, without a browser."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from dashboard.agents import AGENTS, AgentProcess, Agents
from dashboard.app import create_app
from dashboard.starting import Place, first_region, found_words, roster_question
from monitor import apart
from monitor.cli.page_wish import wish_of
from monitor.errors import AgentError, UsageError
from monitor.preview.server import PreviewServer
from monitor.preview_address import address_file, left_at
from monitor.records import Mode
from monitor.store.store import Store
from tests.builders import build_new_session, build_tick
from tests.dashboard.conftest import Pages
from tests.waiting import wait_until

ROUTES = ("/start/look/v", "/start/stay/v", "/start/leave/v", "/live/1/look")


def test_the_notice_is_asked_before_the_first_class(store: Store, pages: Pages) -> None:
    page = pages.page("/start")
    assert "Tell the class, and ask" in page
    assert "If you share your whole screen, the class sees this too." in page
    assert '"value": null' in page
    store.acknowledge(Mode.PRESENCE)
    page = pages.page("/start")
    assert "What you agreed to" in page
    assert '"value": "presence"' in page


def test_a_class_that_runs_is_named(store: Store, pages: Pages) -> None:
    assert "is being watched now" not in pages.page("/start")
    with store.begin(build_new_session("<i>Algebra</i>")) as running:
        page = pages.page("/start")
    assert "A class is being watched now" in page
    assert f"/live/{running.session_id}" in page


def test_starting_exists_on_loopback_only(store: Store) -> None:
    pages = Pages(create_app(store, host="192.0.2.7").server.test_client())
    assert "on the computer that watches it" in pages.page("/start")
    for route in ROUTES:
        assert pages.client.post(route).status_code in (404, 405)


@pytest.mark.parametrize("route", ROUTES)
def test_pictures_are_for_our_own_pages_alone(pages: Pages, route: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert pages.client.post(route, headers=headers).status_code == 403
    other = {"REMOTE_ADDR": "192.0.2.9"}
    assert pages.client.post(route, environ_base=other).status_code == 403
    assert pages.client.get(route).data != b"a picture"


def test_a_visit_without_a_process_has_no_picture(pages: Pages) -> None:
    assert pages.client.post("/start/look/none").status_code == 204
    assert pages.client.post("/start/leave/none").status_code == 204


def test_a_running_class_shows_what_its_agent_has(store: Store, pages: Pages) -> None:
    body = b'{"number":1,"faces":[{"student":1},{"student":9},{"student":null}]}'
    look = len(body).to_bytes(4, "big") + body + b"jpeg"
    with store.begin(build_new_session()) as running:
        running.write(build_tick(0))
        answer = pages.client.post(f"/live/{running.session_id}/look")
        assert answer.mimetype == "text/plain"
        assert "No picture can be had of this class now" in answer.text
        store.rename(running.session_id, "Student 1", "Zoë")
        file = address_file(store.path, running.session_id)
        with PreviewServer(lambda: look) as server, left_at(file, server.address):
            route = f"/live/{running.session_id}/look"
            assert pages.client.post(route).data == look
            named = pages.client.post(route + "?names=1").data
    assert named.endswith(b"jpeg")
    assert b'"name": "Zo\\u00eb"' in named
    assert named.count(b'"name": null') == 2


def test_processes_end_with_their_visit_and_with_the_dashboard(
    store: Store, pages: Pages
) -> None:
    agents = pages.client.application.config[AGENTS]
    assert isinstance(agents, Agents)
    agents.ask("one", "places")
    agents.ask("two", "places")
    left, other = (agents._visits[visit] for visit in ("one", "two"))
    assert pages.client.post("/start/leave/one").status_code == 204
    wait_until(lambda: not left.running)
    assert other.running
    agents.close()
    assert not other.running
    with pytest.raises(AgentError, match="reload this page"):
        agents.ask("three", "places")


def test_of_two_starts_at_once_the_second_waits_for_the_first(store: Store) -> None:
    agents = Agents(store.url)
    under_way, go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        under_way.set()
        go_on.wait(timeout=30)
        order.append("first")
        raise AgentError("another class is in the way")

    def second() -> None:
        order.append("second")
        raise AgentError("another class is in the way")

    def begin(visit: str, require_free: Callable[[], None]) -> None:
        with pytest.raises(AgentError, match="in the way"):
            agents.begin(visit, {}, require_free)

    one = threading.Thread(target=begin, args=("one", first))
    other = threading.Thread(target=begin, args=("two", second))
    one.start()
    assert under_way.wait(timeout=30)
    other.start()
    other.join(timeout=0.1)
    go_on.set()
    one.join()
    other.join()
    assert order == ["first", "second"]


def test_a_process_that_cannot_begin_is_told(store: Store) -> None:
    agent = AgentProcess("postgres://x")
    with pytest.raises(AgentError, match="has ended: reload this page"):
        agent.ask("places")
    agent.close()


def test_a_process_that_dies_amid_an_answer_is_told_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = [sys.executable, "-c", "print('{\"event\": \"rea', end='')"]
    monkeypatch.setattr(apart, "command", lambda *_: half)
    agent = AgentProcess(store.url)
    with pytest.raises(AgentError, match="has ended: reload this page"):
        agent.ask("places")
    agent.close()


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place(None, None, None, ()), "Choose what is to be watched"),
        (Place("screen", None, None, (0, None, 1, 1)), "region is not complete"),
        (Place("webcam", None, None, ()), "No camera answers"),
        (Place("recording", None, " ", ()), "Type where the recording lies"),
    ],
)
def test_what_is_missing_is_told(place: Place, told: str) -> None:
    with pytest.raises(AgentError, match=told):
        place.question()


def test_the_region_begins_where_it_was_while_it_is_still_there() -> None:
    places = {"monitors": [[0, 0, 800, 600]], "primary": 0, "region": [9, 9, 99, 99]}
    assert first_region(places) == [9, 9, 99, 99]
    assert first_region({**places, "region": [900, 0, 99, 99]}) == [0, 0, 800, 600]
    assert first_region({**places, "monitors": []}) is None


@pytest.mark.parametrize(
    ("faces", "readable", "words"),
    [
        (0, None, "No face found. Is the call in gallery view"),
        (1, 1, "1 face found, readable."),
        (18, 18, "18 faces found, all of them readable."),
        (18, 16, "18 faces found; 2 not readable just now"),
        (18, None, "18 faces found."),
    ],
)
def test_what_a_check_says(faces: int, readable: int | None, words: str) -> None:
    boxes = [[0, 0, 1, 1]] * faces
    answer = {"boxes": boxes, "readable": readable, "smallest": 20, "black": False}
    assert found_words(answer).startswith(words)
    assert "The picture is black" in found_words({**answer, "black": True})


def test_a_file_too_large_for_a_roster_is_told() -> None:
    sent = "data:text/csv;base64," + "A" * 6_000_000
    with pytest.raises(AgentError, match=r"film\.csv holds more than 4 MB"):
        roster_question(None, sent, "film.csv")
    assert roster_question(None, sent[:100], "a.csv")["roster_sent"] is not None


@pytest.mark.parametrize("name", ["every", "minutes"])
def test_what_is_no_number_reaches_the_check(pages: Pages, name: str) -> None:
    page = pages.page("/start")
    field = page[page.index(f'"id": "start-{name}"') - 200 :][:500]
    assert '"inputMode": "decimal"' in field
    assert '"number"' not in field
    key = {"every": "every_s", "minutes": "minutes"}[name]
    with pytest.raises(UsageError, match=rf"--{name}: expected a number, got '1e309'"):
        wish_of({"source": "screen", "region": [0, 0, 9, 9], key: "1e309"})


@pytest.mark.parametrize("typed", ["2.5", "2,5", " 2,5 ", 2.5])
def test_a_number_may_have_a_comma(typed: object) -> None:
    wish = wish_of({"source": "webcam", "every_s": typed, "minutes": typed})
    assert (wish.every_s, wish.limit_min) == (2.5, 2.5)


@pytest.mark.parametrize("name", ["x", "height", "minutes", "path"])
def test_a_changed_field_takes_the_old_message_away(pages: Pages, name: str) -> None:
    clears = [
        [part["id"] for part in callback["inputs"]]
        for callback in pages.callbacks
        if callback["output"].startswith("start-told.hidden")
    ]
    assert len(clears) == 1
    assert f"start-{name}" in clears[0]
