"""`--roster` and `--me`: read before anything opens, told in a line, remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.cli import remembered
from monitor.cli.people import expected
from monitor.pipeline import Equipment
from monitor.records import KnownStudent
from monitor.store.store import Store
from tests.cli.conftest import Run

AGREED = ("--accept-notice", "--mode", "presence")
COMMANDS = [
    ("start", "--no-dashboard", *AGREED),
    ("start", "--source", "wall.png", *AGREED),
    ("analyze", "wall.png", *AGREED),
    ("demo", "--no-dashboard"),
]


@pytest.fixture
def wall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A picture without a face, in the folder where commands are run."""
    monkeypatch.chdir(tmp_path)
    ramp = np.tile(np.linspace(40, 220, 320, dtype=np.uint8), (240, 1))
    cv2.imwrite("wall.png", cv2.merge([ramp, ramp, ramp]))
    return tmp_path / "wall.png"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "roster.csv"
    file.write_text(
        "Name;Consent;Course\nEmma Fischer;yes;Algebra\nBen;;Algebra\nMia;no;Algebra\n"
    )
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_roster_is_told_before_anything_opens(
    run: Run, wall: Path, db: Path, command: tuple[str, ...]
) -> None:
    (wall.parent / "bad.csv").write_text("name,id\n,1\nEmma,2\nemma,3\n")
    result = run(*command, "--roster", "bad.csv")
    assert result.status == 2
    assert result.err == (
        "classpulse: roster bad.csv: line 2: no name; write one or delete the line; "
        "line 4: emma stands on line 3 already; keep one, or tell them apart in their "
        "names\n"
    )
    assert not db.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_must_be_one(
    run: Run, wall: Path, db: Path, command: tuple[str, ...]
) -> None:
    result = run(*command, "--me", "(-:")
    assert result.status == 2
    assert result.err == (
        "classpulse: --me '(-:': expected your name as it stands on your own tile\n"
    )
    assert not db.exists()


@pytest.mark.parametrize("only", [("--window",), ("--write", "a.mp4")])
@pytest.mark.parametrize("option", [("--roster", "r.csv"), ("--me", "Ana")])
def test_a_virtual_class_without_a_session_has_no_roster(
    run: Run, only: tuple[str, ...], option: tuple[str, ...]
) -> None:
    result = run("demo", *only, *option)
    assert result.status == 2
    assert f"{option[0]} goes with a session: leave --write and" in result.err


def test_the_roster_is_told_and_gives_the_course(
    run: Run, wall: Path, roster: Path
) -> None:
    result = run("analyze", wall, "--roster", roster, *AGREED)
    assert result.status == 0, result.err
    assert "Roster: 3 students of Algebra; 1 agreed to be read.\n" in result.out
    assert json.loads(run("sessions", "--json").out)[0]["course"] == "Algebra"


def test_another_course_than_the_rosters_is_refused(
    run: Run, wall: Path, roster: Path
) -> None:
    result = run("analyze", wall, "--roster", roster, "--course", "Art", *AGREED)
    assert result.status == 2
    assert "no student of the course Art; it holds Algebra" in result.err


def test_ones_own_name_is_remembered_until_another_is_given(
    run: Run, wall: Path, db: Path
) -> None:
    again = "Your own tile is left out: Ana Silva, as last time; --me names another"
    assert again not in run("analyze", wall, "--me", " Ana  Silva ", *AGREED).out
    assert again in run("analyze", wall, *AGREED).out
    assert "own tile" not in run("analyze", wall, "--me", "", *AGREED).out
    with Store.open(str(db)) as store:
        assert remembered.me(store) is None


def test_name_and_region_are_remembered_side_by_side(db: Path) -> None:
    with Store.open(str(db)) as store:
        remembered.keep_region(store, (0, 10, 640, 480))
        remembered.keep_me(store, "Ana Silva")
        assert remembered.region(store) == (0, 10, 640, 480)
        remembered.keep_region(store, (5, 5, 320, 240))
        assert remembered.me(store) == "Ana Silva"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"me": 7}', '{"me": " "}', "\0"])
def test_a_spoiled_memory_is_none(db: Path, content: str) -> None:
    db.with_suffix(".remembered.json").write_text(content)
    with Store.open(str(db)) as store:
        assert remembered.me(store) is None
        remembered.keep_me(store, "Ana")
        assert remembered.me(store) == "Ana"


EMMA = KnownStudent("Emma Fischer", consent=True)
BEN, MIA = KnownStudent("Ben"), KnownStudent("Mia", consent=False)


def equipped(db: Path, roster: Path | None, course: str | None = None) -> Equipment:
    people = expected(roster, course, "Ana Silva")
    with Store.open(str(db)) as store:
        return people.equip(Equipment(), store, people.me)


def test_the_equipment_takes_the_roster(db: Path, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("Student,Alias\nEmma Fischer,em\n")
    equipment = equipped(db, file)
    assert equipment.known == (KnownStudent("Emma Fischer", ("em",)),)
    assert not equipment.asks_consent
    assert equipment.me == "Ana Silva"


def test_a_course_remembers_its_roster(db: Path, roster: Path) -> None:
    assert equipped(db, roster).known == (EMMA, BEN, MIA)
    again = equipped(db, None, "Algebra")
    assert set(again.known) == {EMMA, replace(BEN, consent=False), MIA}
    assert again.asks_consent
    assert equipped(db, None, "Biology").known == ()


def test_blank_answers_are_no_yes_in_later_sessions_either(
    db: Path, roster: Path, tmp_path: Path
) -> None:
    blank = tmp_path / "blank.csv"
    blank.write_text("name,consent\nEmma Fischer,\nBen,\n")
    assert equipped(db, blank, "Biology").asks_consent
    assert equipped(db, None, "Biology").asks_consent
    equipped(db, roster)
    equipped(db, blank, "Algebra")
    later = equipped(db, None, "Algebra")
    assert not any(one.consent for one in later.known)


def test_a_roster_takes_over_from_the_last_one(
    db: Path, roster: Path, tmp_path: Path
) -> None:
    equipped(db, roster)
    later = tmp_path / "later.csv"
    later.write_text("name,consent,aliases\nMia,yes,\nEmma Fischer,,em\n")
    equipment = equipped(db, later, "Algebra")
    assert equipment.known == (
        KnownStudent("Mia", consent=True),
        KnownStudent("Emma Fischer", ("em",)),
        BEN,
    )
    assert equipment.asks_consent
