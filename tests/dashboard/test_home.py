from __future__ import annotations

import base64
import io
import json
import zipfile

from monitor.records import GapReason, Mode, SessionStatus
from monitor.store.store import Store
from tests.builders import build_new_session, build_session, build_tick
from tests.dashboard.conftest import Pages

FIND = "home-list.children"


def looked_for(pages: Pages, wanted: str, seen: str = "") -> str:
    values = {"home-find.value": wanted, "home-seen.data": seen}
    answer = pages.call(FIND, values)
    assert answer.status_code == 200, answer.text
    return json.dumps(json.loads(answer.text))


def ended(store: Store, title: str, course: str | None = None) -> int:
    with store.begin(build_new_session(title, course=course)) as recording:
        recording.write(build_tick(0))
    return recording.session_id


def test_without_a_class_home_says_what_to_do(pages: Pages) -> None:
    page = pages.page("/")
    for text in (
        "No class has been watched yet.",
        "classpulse demo",
        "classpulse analyze lecture.mp4",
        "No picture is kept, and nothing leaves this computer.",
    ):
        assert text in page


def test_running_classes_come_first_with_their_state(
    pages: Pages, store: Store
) -> None:
    first = build_session(store, students=2, minutes=1)
    with store.begin(build_new_session("<i>Physics</i>", course="10b")) as live:
        live.write(build_tick(0))
        page = pages.page("/")
        assert page.index(f"/live/{live.session_id}") < page.index(f"/session/{first}")
        assert '"<i>Physics</i>"' in page
        assert "The class is being watched." in page
        live.write(build_tick(1, (), gap=GapReason.SOURCE_LOST))
        assert "The picture of the class is lost" in pages.page("/")
        live.write(build_tick(2, (), gap=GapReason.COVERED))
        assert "Nothing can be read at the moment: gallery covered." in pages.page("/")
        live.write(build_tick(3))
        live.note(late=2)
        assert "2 of 5 looks came too late" in pages.page("/")
        live.set_status(SessionStatus.PAUSED)
        assert "until you press Resume" in pages.page("/")


def test_an_interrupted_class_leads_to_its_report(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        recording.write(build_tick(0))
        recording.end(SessionStatus.FAILED)
    page = pages.page("/")
    assert '"Failed"' in page
    assert f"/session/{recording.session_id}" in page


def test_classes_stand_under_their_course(pages: Pages, store: Store) -> None:
    ended(store, "Roots", "Maths")
    ended(store, "Light", "<b>Physics</b>")
    ended(store, "Office hours")
    page = pages.page("/")
    order = ["Without a course", "Office hours", "<b>Physics</b>", "Light", "Maths"]
    places = [page.index(f'"{text}"') for text in order]
    assert places == sorted(places)


def test_a_course_with_many_classes_folds_the_earlier_ones(
    pages: Pages, store: Store
) -> None:
    for number in range(14):
        ended(store, f"Class {number}", "Maths")
    page = pages.page("/")
    assert "Show 2 earlier classes" in page
    assert page.index("Show 2 earlier") < page.index('"Class 1"')


def test_a_class_is_found_by_title_course_and_date(pages: Pages, store: Store) -> None:
    ended(store, "Équations", "Maths 10a")
    ended(store, "Light", "Physics")
    for wanted in ("equa", "maths ÉQUA", "  10A "):
        found = looked_for(pages, wanted)
        assert "quations" in found
        assert "Light" not in found
    assert "Light" in looked_for(pages, "march 2026 light")
    assert "Light" in looked_for(pages, "2026-03-02")
    nothing = looked_for(pages, "<b>chess</b>")
    assert "No class is called" in nothing
    assert "\\u201c<b>chess</b>\\u201d" in nothing


def test_home_is_drawn_again_only_when_something_changed(
    pages: Pages, store: Store
) -> None:
    ended(store, "Roots")
    answer = pages.call(FIND, {"home-tick.n_intervals": 1}).text
    seen = json.loads(answer)["response"]["home-seen"]["data"]
    again = {"home-tick.n_intervals": 2, "home-seen.data": seen}
    assert pages.call(FIND, again).status_code == 204
    ended(store, "Light")
    assert "Light" in pages.call(FIND, again).text


def test_while_a_class_runs_the_list_stands_still(pages: Pages, store: Store) -> None:
    ended(store, "Roots")
    with store.begin(build_new_session("<i>Physics</i>")) as live:
        live.write(build_tick(0))
        first = pages.asked(FIND, {"home-tick.n_intervals": 1})
        assert "<i>Physics</i>" in json.dumps(first["home-painted"])
        assert "Roots" in json.dumps(first["home-list"])
        seen = first["home-seen"]["data"]
        assert "Roots" not in json.dumps(seen)
        live.write(build_tick(1, (), gap=GapReason.SOURCE_LOST))
        values = {"home-tick.n_intervals": 2, "home-seen.data": seen}
        then = pages.asked(FIND, values)
        assert "picture of the class is lost" in json.dumps(then["home-painted"])
        assert "home-list" not in then
    values |= {"home-seen.data": then["home-seen"]["data"]}
    over = pages.asked(FIND, values)
    assert "Physics" in json.dumps(over["home-list"])
    assert over["home-painted"]["data"] == {"home-now": None}


def test_presence_classes_say_what_was_kept(pages: Pages, store: Store) -> None:
    with store.begin(build_new_session(mode=Mode.PRESENCE)) as recording:
        recording.write(build_tick(0, ()))
    assert "Presence only, no expressions" in pages.page("/")


def test_what_goes_soon_can_be_saved(pages: Pages, store: Store) -> None:
    session_id = build_session(store, students=2, minutes=1)
    assert "within 7 days" not in pages.page("/")
    old = store.path.with_suffix(".settings.json")
    old.write_text(json.dumps({"retention_days": 5}), "utf-8")
    page = pages.page("/")
    assert "1 class goes within 7 days" in page
    assert "Save as CSV" in page
    button = json.dumps({"session": session_id, "type": "home-save"})
    saved = saved_by(pages, button)
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        assert sorted(archive.namelist()) == [
            "observations.csv",
            "students.csv",
            "timeline.csv",
        ]
        assert b"Student 1" in archive.read("students.csv")


def test_a_slip_in_the_settings_hides_no_class(pages: Pages, store: Store) -> None:
    ended(store, "Roots")
    file = store.path.with_suffix(".settings.json")
    file.write_text('{"retention_days": "long"}', "utf-8")
    page = pages.page("/")
    assert "A setting cannot be used" in page
    assert "the setting retention_days is 'long'" in page.lower()
    assert "Roots" in page


def saved_by(pages: Pages, button: str) -> bytes:
    """The file that a click on a button of the list brings."""
    name = button.replace(" ", "")
    callback = next(c for c in pages.callbacks if "home-file.data" in c["output"])
    body = {
        "output": callback["output"],
        "outputs": [
            {"id": "home-file", "property": "data"},
            {"id": "home-told", "property": "children"},
        ],
        "inputs": [[{"id": json.loads(button), "property": "n_clicks", "value": 1}]],
        "state": [],
        "changedPropIds": [f"{name}.n_clicks"],
    }
    answer = pages.client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    response = json.loads(answer.text)["response"]
    return base64.b64decode(response["home-file"]["data"]["content"])
