"""Corrections of who is who from the report's page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from dashboard.corrections import Deed, Shown, Wish, correct, wish_of
from monitor.store.store import Store
from tests.dashboard.conftest import Pages
from tests.store.classes import recording, seen, tick, write


@pytest.fixture
def session(store: Store) -> int:
    """Ana and Anna were never seen at once; Ben was there all the time."""
    first = [tick(0, 1, 3, names={1: "Ana", 3: "Ben"})]
    first += [tick(index, 1, 3) for index in range(1, 20)]
    then = [tick(20, 2, 3, names={2: "Anna"})]
    then += [tick(index, 2, 3) for index in range(21, 40)]
    return write(store, *first, *then)


class Form:
    """A tab that shows the report as it was when the tab was opened."""

    def __init__(self, pages: Pages, store: Store, session: int) -> None:
        self.pages, self.session = pages, session
        self.shown = {str(p.id): p.name for p in store.people(session)}
        self.ids = {name: int(id_) for id_, name in self.shown.items()}

    def send(self, deed: str, who: str = "", /, **fields: object) -> dict[str, Any]:
        """What the page changes after a wish; the tab shows what it is told to."""
        raw = {"deed": deed, "student": self.ids.get(who), **fields}
        values = {
            "report-wish.data": raw,
            "report-shown.data": self.shown,
            "report-session.data": self.session,
            "report-turn.data": 0,
        }
        response = self.pages.call("report-answer.children", values)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = json.loads(response.text)["response"]
        if "report-shown" in answer:
            self.shown = answer["report-shown"]["data"]
        return answer

    def line(self, deed: str, who: str = "", /, **fields: object) -> str:
        """The line beside the form."""
        said: str = self.send(deed, who, **fields)["report-answer"]["children"]
        assert "\n" not in said
        return said


@pytest.fixture
def form(pages: Pages, store: Store, session: int) -> Form:
    return Form(pages, store, session)


def told_in(facts: dict[str, Any], name: str) -> str:
    """What the head of the page says of a fact."""
    pairs = [pair["props"]["children"] for pair in facts["children"]]
    told = {
        head["props"]["children"]: said["props"]["children"] for head, said in pairs
    }
    return str(told[name])


def names(store: Store, session: int) -> dict[str, int]:
    return {name: len(at) for name, at in seen(store.load(session)).items()}


def test_likely_pairs_are_offered(pages: Pages, store: Store) -> None:
    session = write(
        store,
        tick(0, 1, 3, names={1: "Anna Kowalska", 3: "Ben"}),
        tick(1, 2, 3, names={2: "Anna Kowalski"}),
    )
    page = pages.page(f"/session/{session}")
    assert "Maybe the same person" in page
    assert "One person, " in page
    wish = {"deed": "merge", "student": 3, "other": 1}
    assert json.dumps(json.dumps(wish)) in page


def test_a_merge_works_the_numbers_out_again(
    form: Form, store: Store, session: int
) -> None:
    answer = form.send("merge", "Anna", other=form.ids["Ana"])
    said = answer["report-answer"]["children"]
    assert said == "Done: 'Anna' and 'Ana' are one student now, 'Ana'."
    assert names(store, session) == {"Ana": 40, "Ben": 40}
    rows = answer["report-grid"]["rowData"]
    assert [row["name"] for row in rows] == ["Ana", "Ben"]
    assert "2 students were seen" in json.dumps(answer["report-numbers"])
    assert told_in(answer["report-facts"], "Students") == "2"
    assert "Take back" in json.dumps(answer["report-corrections"])
    assert answer["report-turn"]["data"] == 1
    file = store.exports_folder(session) / "students.csv"
    assert "Anna" not in file.read_text("utf-8-sig")


def test_a_name_is_put_right_and_taken_back(
    form: Form, store: Store, session: int
) -> None:
    assert "'Ben' is called 'Benjamin' now" in form.line(
        "rename", "Ben", name=" Benjamin "
    )
    assert "Benjamin" in names(store, session)
    (done,) = store.corrections(session)
    assert "'Benjamin' is called 'Ben' again" in form.line(
        "take_back", correction=done.id
    )
    assert "Ben" in names(store, session)


def test_a_student_is_split_at_a_time(form: Form, store: Store, session: int) -> None:
    assert "'Ben' is 'Cleo' from" in form.line("split", "Ben", at="+0:30", name="Cleo")
    assert names(store, session)["Cleo"] == 30


def test_who_is_no_student_is_left_out_and_counts_again(
    form: Form, store: Store, session: int
) -> None:
    answer = form.send("ignore", "Ben")
    assert "Left out of every number" in json.dumps(answer["report-corrections"])
    assert names(store, session) == {"Ana": 20, "Anna": 20}
    assert "'Ben' counts again now" in form.line("count_again", "Ben")
    assert "Ben" in names(store, session)


def test_nobody_is_left_when_all_are_left_out(form: Form) -> None:
    form.send("ignore", "Ben")
    form.send("ignore", "Ana")
    answer = form.send("ignore", "Anna")
    assert answer["report-grid"]["rowData"] == []
    assert "is left out of the numbers" in json.dumps(answer["report-numbers"])


@pytest.mark.parametrize(
    ("deed", "who", "fields", "words"),
    [
        ("rename", "", {"name": "Eve"}, "Choose a student first."),
        ("rename", "Ana", {"name": " "}, "A name is missing: expected the right one"),
        ("rename", "Ana", {"name": "Ana"}, "'Ana' is the name already"),
        ("rename", "Ana", {"name": "ben"}, "'Ben' is in this class already: choose"),
        ("rename", "Ana", {"name": "Bén"}, "make both one student with “is the same"),
        ("merge", "Ana", {}, "Choose who it is the same person as."),
        ("split", "Ana", {"at": ""}, "Type from when on it is somebody else: 10:42"),
        ("split", "Ana", {"at": "soon"}, "The time soon is no time: expected 10:42"),
        ("split", "Ana", {"at": "+9:00"}, "expected a time between"),
        ("split", "Ana", {"at": "+1:30"}, "'Ana' was seen from"),
        ("count_again", "Ana", {}, "'Ana' is not ignored"),
        ("take_back", "", {"correction": 7}, "taken back already"),
    ],
)
def test_what_cannot_be_corrected_is_one_line(
    form: Form,
    store: Store,
    session: int,
    deed: str,
    who: str,
    fields: Mapping[str, object],
    words: str,
) -> None:
    assert words in form.line(deed, who, **fields)
    assert store.corrections(session) == []


def test_nobody_is_merged_with_themselves(form: Form) -> None:
    said = form.line("merge", "Ana", other=form.ids["Ana"])
    assert said == "'Ana' is one student already: choose another."


def test_the_second_of_two_tabs_is_told_what_holds(
    form: Form, pages: Pages, store: Store, session: int
) -> None:
    other = Form(pages, store, session)
    form.send("rename", "Ana", name="Anja")
    answer = other.send("rename", "Ana", name="Anka")
    said = answer["report-answer"]["children"]
    assert said.startswith("'Ana' is called 'Anja' by now, perhaps from another tab.")
    assert "Nothing was changed" in said
    assert "Anja" in [row["name"] for row in answer["report-grid"]["rowData"]]
    assert "'Anja' is called 'Anka' now" in other.line("rename", "Ana", name="Anka")


def test_the_second_of_two_tabs_merges_nobody_who_is_gone(
    form: Form, pages: Pages, store: Store, session: int
) -> None:
    other = Form(pages, store, session)
    form.send("merge", "Anna", other=form.ids["Ana"])
    said = other.line("rename", "Anna", name="Eve")
    assert "'Anna' is one with another student by now, or was erased" in said


def test_two_tabs_take_the_same_correction_back(
    form: Form, pages: Pages, store: Store, session: int
) -> None:
    form.send("ignore", "Ben")
    other = Form(pages, store, session)
    (done,) = store.corrections(session)
    form.send("take_back", correction=done.id)
    answer = other.send("take_back", correction=done.id)
    assert "taken back already" in answer["report-answer"]["children"]
    assert "Ben" in [row["name"] for row in answer["report-grid"]["rowData"]]


def test_a_correction_that_cannot_be_written_is_said(form: Form, store: Store) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = form.line("ignore", "Ben")
    assert "locked by another program" in said
    assert said.endswith("Nothing was changed.")


def test_files_that_cannot_be_written_are_said(
    form: Form, store: Store, session: int
) -> None:
    folder = store.exports_folder(session)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    said = form.line("ignore", "Ben")
    assert said.startswith("Done: 'Ben' is ignored now. The CSV files were left as")
    assert "is a file" in said


def test_a_running_class_can_be_corrected(pages: Pages, store: Store) -> None:
    with recording(store) as begun:
        begun.write(tick(0, 1, names={1: "Ana"}))
        form = Form(pages, store, begun.session_id)
        assert "is called 'Anna' now" in form.line("rename", "Ana", name="Anna")
        begun.write(tick(1, 1))
    assert names(store, begun.session_id) == {"Anna": 2}
    assert not store.exports_folder(begun.session_id).exists()


def test_a_correction_that_is_stored_is_told_whatever_comes_after(
    form: Form, store: Store, session: int
) -> None:
    ben = Shown(form.ids["Ben"], "Ben")
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("ALTER TABLE marker RENAME TO put_away")
    wish = Wish(Deed.RENAME, ben, name="Benjamin")
    answer = correct(store, store.session(session), wish)
    assert answer.done
    assert answer.text.startswith("Done: 'Ben' is called 'Benjamin' now. The CSV files")
    (renamed,) = [p.name for p in store.people(session) if p.id == ben.id]
    assert renamed == "Benjamin"
    form.shown[str(ben.id)] = "Benjamin"
    said = json.dumps(form.send("rename", "Ben", name="Benji")["report-answer"])
    assert "Done: 'Benjamin' is called 'Benji' now" in said
    assert "The database cannot be read" in said


def test_a_wish_is_read_off_what_the_browser_sends() -> None:
    raw = {"deed": "merge", "student": 3, "other": 4, "name": None, "turn": 1}
    wish = wish_of(raw, {"3": "Ana", "4": "Ben"})
    assert wish == Wish(Deed.MERGE, (3, "Ana"), (4, "Ben"))  # type: ignore[arg-type]
    assert wish_of({"deed": "ignore", "student": 9}, {}).student is None


def test_the_only_student_can_be_counted_again(pages: Pages, store: Store) -> None:
    first = tick(0, 1, names={1: "Ana"})
    session = write(store, first, *[tick(index, 1) for index in range(1, 20)])
    form = Form(pages, store, session)
    form.send(Deed.IGNORE, "Ana")
    page = pages.page(f"/session/{session}")
    assert "Everybody who was seen is left out of the numbers." in page
    assert "No face was found" not in page
    assert "Count again" in page
    form.send(Deed.COUNT_AGAIN, "Ana")
    assert [student.name for student in store.load(session).students] == ["Ana"]
