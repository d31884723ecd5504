from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.components.settings.form import FIELDS, read_form, usual_weights
from dashboard.network_card import shipped
from monitor.engagement import INDEX_WEIGHTS
from monitor.records import KnownStudent, Named
from monitor.reports.notice import FOR_THE_CHAT, points
from monitor.settings import Settings
from monitor.store.store import Store
from tests.builders import build_new_session, build_reading, build_tick
from tests.dashboard.conftest import Pages

TEXTS: dict[str, object] = {"every_s": "3", "retention_days": "30", **usual_weights()}
ON = {"worth_a_look": True, "notices": True}


def written(store: Store, title: str = "Algebra", course: str | None = None) -> int:
    new = build_new_session(title, course=course, known=[KnownStudent("Carla")])
    with store.begin(new) as recording:
        named = [Named(1, "Amelia"), Named(2, "Ben")]
        for index in range(4):
            readings = [build_reading(1), build_reading(2)]
            recording.write(
                build_tick(index, readings, named=named if not index else [])
            )
    return recording.session_id


def saved(pages: Pages, **changed: object) -> dict[str, Any]:
    values = {f"settings-{key}.value": value for key, value in TEXTS.items()}
    values |= {f"settings-{key}.value": ["on"] for key in ON}
    values |= {f"settings-{key}.value": value for key, value in changed.items()}
    return pages.asked("settings-told.children", {"settings-save.n_clicks": 1} | values)


def test_the_page_tells_what_is_set_kept_and_told(pages: Pages, store: Store) -> None:
    page = pages.page("/settings")
    for text in (
        *points("presence mode"),
        FOR_THE_CHAT,
        str(store.path),
        str(store.path.parent / "exports"),
        "30 days after the class was stored",
        "arxiv.org/abs/1909.12913",
        "never kept",
        "Barrett et al. 2019",
        "Nothing yet",
    ):
        assert json.dumps(text)[1:-1] in page


def test_the_shipped_networks_error_is_told(pages: Pages) -> None:
    network = shipped()
    assert network is not None
    assert network.measured is not None
    page = pages.page("/settings")
    assert network.name in page
    assert network.measured.labels in page
    assert f"{network.found['disgust']:.0%}" in page


def test_what_is_typed_is_kept(pages: Pages, store: Store) -> None:
    answer = saved(
        pages, every_s="2,5", retention_days=" 14 ", worth_a_look=[], neutral="0.8"
    )
    assert "Saved." in answer["settings-told"]["children"]
    kept = store.settings()
    assert (kept.every_s, kept.retention_days) == (2.5, 14)
    assert not kept.worth_a_look
    assert kept.notices
    assert kept.weights.expressions[-1] == 0.8
    assert kept.weights.version == 0
    page = pages.page("/settings")
    assert '"2.5"' in page
    assert "14 days after the class was stored" in page


@pytest.mark.parametrize(
    ("key", "typed", "line"),
    [
        ("every_s", "0", "seconds from 0.2 to 600"),
        ("every_s", "often", "'often'"),
        ("every_s", "", "Expected seconds from 0.2 to 600, got nothing."),
        ("every_s", None, "got nothing."),
        ("every_s", "nan", "seconds from"),
        ("retention_days", "2.5", "whole days"),
        ("retention_days", "9999999", "days from 1 to 365"),
        ("happy", "-1", "a number from 0 to 100"),
        ("away", "far", "'far'"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    pages: Pages, store: Store, key: str, typed: str | None, line: str
) -> None:
    answer = saved(pages, **{key: typed})
    assert line in answer[f"settings-{key}-wrong"]["children"]
    others = [name for name in FIELDS if name != key]
    assert [answer[f"settings-{o}-wrong"]["children"] for o in others] == [None] * 10
    assert "Nothing was saved" in answer["settings-told"]["children"]
    assert store.settings() == Settings()


def test_weights_that_are_all_nothing_are_refused() -> None:
    texts = TEXTS | dict.fromkeys(usual_weights(), "0")
    entered = read_form(texts, ON)
    assert entered.settings is None
    assert "above 0" in " ".join(entered.wrong.values())


def test_the_published_weights_come_back(pages: Pages) -> None:
    answer = pages.asked("settings-neutral.value", {"settings-usual.n_clicks": 1})
    typed = {key: answer[f"settings-{key}"]["value"] for key in usual_weights()}
    entered = read_form(TEXTS | typed, ON)
    assert entered.settings is not None
    assert entered.settings.weights == INDEX_WEIGHTS


def test_a_settings_file_that_is_wrong_is_said_calmly(
    pages: Pages, store: Store
) -> None:
    store.path.with_suffix(".settings.json").write_text("{", "utf-8")
    page = pages.page("/settings")
    assert "A setting cannot be used" in page
    assert "mend the file" in page
    assert "Traceback" not in page


def test_who_can_be_erased_from_a_class_and_a_course(
    pages: Pages, store: Store
) -> None:
    session_id = written(store, course="Maths")
    for place in (f"class {session_id}", "course Maths"):
        answer = pages.asked("settings-who.options", {"settings-of.value": place})
        assert answer["settings-who"]["options"] == ["Amelia", "Ben", "Carla"]
    nothing = pages.asked("settings-who.options", {"settings-of.value": None})
    assert nothing["settings-who"]["options"] == []


def test_a_class_goes_after_a_question(pages: Pages, store: Store) -> None:
    session_id, other = written(store, "Roots"), written(store, "Light")
    place = {"settings-class.value": f"class {session_id}"}
    question = pages.asked(
        "settings-sure-class.message",
        {"settings-erase-class.n_clicks": 1, **place},
    )["settings-sure-class"]
    assert "Roots" in question["message"]
    assert question["displayed"] is True
    done = {"settings-sure-class.submit_n_clicks": 1, **place}
    answer = json.dumps(pages.asked("settings-page.children", done))
    assert "was erased" in answer
    assert "A class erased" in answer
    assert [row.id for row in store.sessions()] == [other]


def test_every_field_has_its_label(pages: Pages, store: Store) -> None:
    written(store, course="Maths")
    page = pages.page("/settings")
    fields = ("class", "of", "who", "typed", *FIELDS)
    missing = [f for f in fields if f'"htmlFor": "settings-{f}"' not in page]
    assert missing == []


def test_nothing_is_asked_before_something_is_chosen(pages: Pages) -> None:
    for button, output in (
        ("settings-erase-class", "settings-sure-class.message"),
        ("settings-erase-student", "settings-sure-student.message"),
    ):
        answer = pages.asked(output, {f"{button}.n_clicks": 1})
        assert "Choose a class" in json.dumps(answer)
        assert "true" not in json.dumps(answer)


def test_a_student_goes_from_a_whole_course(pages: Pages, store: Store) -> None:
    written(store, "Roots", "Maths")
    written(store, "Light", "Maths")
    values = {
        "settings-sure-student.submit_n_clicks": 1,
        "settings-of.value": "course Maths",
        "settings-who.value": "Amelia",
    }
    answer = json.dumps(pages.asked("settings-page.children", values))
    assert "8 looks in 2 classes were erased" in answer
    assert "Amelia" not in answer
    assert "Amelia" not in store.path.read_bytes().decode("utf-8", "ignore")


def test_everything_goes_when_the_word_is_typed(pages: Pages, store: Store) -> None:
    written(store, "Roots", "Maths")
    written(store, "Light")
    values = {"settings-erase-all.n_clicks": 1, "settings-typed.value": "all"}
    answer = json.dumps(pages.asked("settings-erased.children", values))
    assert "Nothing was erased" in answer
    assert len(store.sessions()) == 2
    with store.begin(build_new_session("Now")) as running:
        running.write(build_tick(0))
        values["settings-typed.value"] = " Everything "
        answer = json.dumps(pages.asked("settings-page.children", values))
        assert "2 classes were erased. A class that is running stays" in answer
        assert [row.title for row in store.sessions()] == ["Now"]
    assert store.courses() == []


def test_a_class_that_was_erased_meanwhile_is_said(pages: Pages) -> None:
    values = {
        "settings-sure-class.submit_n_clicks": 1,
        "settings-class.value": "class 99",
    }
    answer = json.dumps(pages.asked("settings-erased.children", values))
    assert "There is no such class" in answer
