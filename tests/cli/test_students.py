from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli import correcting
from monitor.records import AbsenceReason, Away, KnownStudent, Mode
from monitor.store.store import Store
from tests.builders import (
    STARTED_AT,
    build_new_session,
    plausible_ticks,
    store_session,
)
from tests.cli.conftest import Result, Run
from tests.store.classes import recording, tick, write


@pytest.fixture
def session(db: Path) -> int:
    """Two minutes with Ana, Ben and a number without name; Cleo was not seen."""
    with Store.open(str(db)) as store:
        return write(
            store,
            tick(0, 1, 2, 3, names={1: "Ana", 2: "Ben"}),
            *[tick(index, 1, 2, 3) for index in range(1, 40)],
            known=[KnownStudent("Cleo", aliases=("C.",))],
        )


def names(run: Run, *args: object) -> dict[str, int | None]:
    """The names that are listed, with their samples."""
    listed = json.loads(run("students", "list", "--json", *args).out)
    return {student["name"]: student["samples"] for student in listed["students"]}


def build_alike(db: Path, together: int) -> None:
    """Ana Prado and Ana Prada, in so many samples side by side."""
    told = {1: "Ana Prado", 2: "Ana Prada", 3: "Ben"}
    with Store.open(str(db)) as store:
        write(
            store,
            tick(0, 3, names=told),
            *[tick(index, 1, 2, 3) for index in range(1, 1 + together)],
            *[tick(index, 1, 3) for index in range(1 + together, 20)],
            tick(20, 2, 3),
        )


def usage(result: Result, *parts: str) -> None:
    """Status 2 and one line that holds the parts."""
    assert result.status == 2, result.out + result.err
    assert len(result.err.strip().splitlines()) == 1, result.err
    for part in parts:
        assert part in result.err


def in_csv(file: Path) -> dict[str, str]:
    rows = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    return {row["student"]: row["samples"] for row in rows}


def test_the_list_tells_who_is_who(run: Run, session: int) -> None:
    result = run("students", "list")
    assert result.status == 0, result.err
    heading, columns, *lines = result.out.splitlines()
    assert heading == "Session 1, Algebra"
    assert columns.split()[:3] == ["name", "samples", "present"]
    assert [line.split()[0] for line in lines] == ["Ana", "Ben", "Cleo", "Student"]
    assert lines[0].split()[1:4] == ["40", "2", "min"]
    assert lines[2].rstrip().endswith("not seen")
    assert "C." in lines[2]
    listed = json.loads(run("students", "list", "--json", "--session", 1).out)
    ana = listed["students"][0]
    assert (ana["samples"], ana["present_minutes"], ana["seen"]) == (40, 2.0, True)
    assert datetime.fromisoformat(ana["first_seen"]) == STARTED_AT
    cleo = listed["students"][2]
    assert (cleo["samples"], cleo["first_seen"], cleo["seen"]) == (0, None, False)


def test_the_list_of_a_session_in_class_mode_says_that_nobody_is_kept(
    run: Run, db: Path
) -> None:
    new = build_new_session(mode=Mode.CLASS)
    with Store.open(str(db)) as store:
        store_session(store, plausible_ticks(students=6), new)
    heading, line = run("students", "list").out.splitlines()
    assert heading == "Session 1, Algebra"
    assert "nothing of single students is kept" in line


def test_the_list_tells_how_long_somebody_was_away_and_why(run: Run, db: Path) -> None:
    off, page = Away(1, AbsenceReason.CAMERA_OFF), Away(1, AbsenceReason.OFF_PAGE)
    with Store.open(str(db)) as store:
        session = write(
            store,
            tick(0, 1, 2, 3, names={1: "Ana", 2: "Ben", 3: "Slide"}),
            *[tick(index, 2, away=[off]) for index in range(1, 31)],
            *[tick(index, 2, away=[page]) for index in range(31, 41)],
            tick(41, 1, 2),
        )
        store.ignore(session, "Slide")
    _, columns, ana, ben, slide, *_ = run("students", "list").out.splitlines()
    place = columns.index("away")
    assert ana[place:].rstrip() == "camera off 2 min, off page under 1 min"
    assert ben[place:].strip() == ""
    assert slide[place:].strip() == "ignored"
    listed = json.loads(run("students", "list", "--json").out)["students"]
    keys = [f"{reason}_minutes" for reason in ("camera_off", "off_page", "left")]
    away = {row["name"]: [row[key] for key in keys] for row in listed}
    assert away == {"Ana": [1.5, 0.5, 0], "Ben": [0, 0, 0], "Slide": [None] * 3}


def test_a_correction_is_told_and_the_files_are_written_again(
    run: Run, session: int, tmp_path: Path
) -> None:
    result = run("students", "rename", "student 3", "Dora")
    assert result.status == 0, result.err
    told, files = result.out.splitlines()
    assert told == (
        "'Student 3' is called 'Dora' now, in session 1. To take it back: `classpulse "
        "students rename --undo --session 1`."
    )
    folder = tmp_path / "exports" / "1"
    assert files == f"CSV files: {folder}"
    file = folder / "students.csv"
    assert in_csv(file) == {"Ana": "40", "Ben": "40", "Cleo": "0", "Dora": "40"}
    run("students", "merge", "Dora", "Ana")
    assert in_csv(file) == {"Ana": "40", "Ben": "40", "Cleo": "0"}
    run("students", "split", "Ana", "--at", "+1:00", "--name", "Eva")
    assert in_csv(file) == {"Ana": "20", "Ben": "40", "Cleo": "0", "Eva": "20"}
    run("students", "ignore", "Ben", "--session", "last")
    assert in_csv(file) == {"Ana": "20", "Cleo": "0", "Eva": "20"}
    listed = run("students", "list").out
    assert "(split): 'Ana' is 'Eva' from " in listed
    assert "`classpulse students ignore --undo --session 1`" in listed
    for kind in ("ignore", "rename", "merge", "split"):
        result = run("students", kind, "--undo")
        assert result.status == 0, result.err
        assert result.out.startswith("Taken back in session 1: ")
    assert in_csv(file) == {
        "Ana": "40",
        "Ben": "40",
        "Cleo": "0",
        "Student 3": "40",
    }


def test_undo_of_one_student(run: Run, session: int) -> None:
    run("students", "ignore", "Ben")
    run("students", "rename", "Ana", "Anna")
    usage(run("students", "ignore", "Ana", "--undo"), "no ignore of 'Ana' to undo")
    assert run("students", "ignore", "ben", "--undo").status == 0
    assert names(run) == {"Anna": 40, "Ben": 40, "Cleo": 0, "Student 3": 40}


@pytest.mark.parametrize("together", [0, 3])
def test_names_that_may_be_one_are_offered(run: Run, db: Path, together: int) -> None:
    build_alike(db, together)
    assert (
        "May be the same: Ana Prada and Ana Prado. If so: `classpulse students merge "
        '"Ana Prada" "Ana Prado" --session 1`'
    ) in run("students", "list").out


def test_who_is_seen_beside_somebody_is_somebody_else(run: Run, db: Path) -> None:
    build_alike(db, 4)
    assert "May be the same" not in run("students", "list").out
    assert json.loads(run("students", "list", "--json").out)["maybe_same"] == []


def test_a_merge_tells_that_both_were_seen_together(run: Run, db: Path) -> None:
    build_alike(db, 4)
    assert run("students", "merge", "Ana Prada", "Ana Prado").out.startswith(
        "'Ana Prada' and 'Ana Prado' are one student now, 'Ana Prado' (seen together "
        "in 4 samples, where only one sighting is kept), in session 1. "
    )
    assert names(run) == {"Ana Prado": 20, "Ben": 21}


def test_undo_tells_what_is_now(run: Run, session: int) -> None:
    told = [
        (("rename", "Student 3", "Dora"), "'Dora' is called 'Student 3' again"),
        (("merge", "Ben", "Ana"), "'Ben' and 'Ana' are two students again"),
        (
            ("split", "Ana", "--at", "+1", "--name", "Eva"),
            "what was seen as 'Eva' is 'Ana' again",
        ),
        (("ignore", "Ben"), "'Ben' counts again"),
    ]
    for args, words in told:
        assert run("students", *args).status == 0
        result = run("students", args[0], "--undo")
        assert result.out.splitlines()[0] == f"Taken back in session 1: {words}."


def test_undo_tells_the_names_of_now(run: Run, session: int) -> None:
    run("students", "merge", "Ben", "Ana")
    run("students", "rename", "Ana", "Anna")
    assert run("students", "merge", "Ben", "--undo").out.startswith(
        "Taken back in session 1: 'Ben' and 'Anna' are two students again."
    )


def test_markup_in_a_name_is_no_markup(run: Run, session: int) -> None:
    run("students", "rename", "Ana", "[bold]Ana[/x]")
    assert "[bold]Ana[/x]" in run("students", "list").out


def test_the_people_of_a_course(run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        store.enrol("Year 9", [KnownStudent("Ben", consent=True, id="7")])
        session = write(store, tick(0, 1), course="Year 9")
        store.rename(session, "Student 1", "Ana")
        store.rename(session, "Ana", "Ana Berg")
    heading, columns, ana, ben = run(
        "students", "list", "--course", "Year 9"
    ).out.splitlines()
    assert heading == "Year 9"
    assert columns.split() == ["name", "id", "consent", "also"]
    assert ana.split() == ["Ana", "Berg", "not", "said", "Ana"]
    assert ben.split() == ["Ben", "7", "yes"]
    listed = json.loads(run("students", "list", "--course", "Year 9", "--json").out)
    assert listed["students"][1] == {
        "name": "Ben",
        "id": "7",
        "consent": True,
        "aliases": [],
        "labels": 0,
    }
    usage(run("students", "list", "--course", "Y"), "no course 'Y': expected 'Year 9'")
    usage(
        run("students", "list", "--course", "Year 9", "--session", 1),
        "--session and --course: expected one of them",
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["rename", "Anja", "Dora"], "the nearest is 'Ana'"),
        (["rename", "Ana"], "students rename: expected two names"),
        (["merge", "Ana"], "students merge: expected two names"),
        (["split", "Ana"], "students split: expected NAME --at TIME"),
        (["ignore"], "students ignore: expected NAME"),
        (["split", "Ana", "--at", "soon"], "--at soon is no time: expected 10:42"),
        (
            ["split", "Ana", "--at", "+9:00"],
            "as +MM:SS, minutes into class: +0:00 to +1:57",
        ),
        (["rename", "--undo"], "there is nothing to undo in session 1"),
        (["rename", "Ana", "Ben"], "`classpulse students merge 'Ana' 'Ben'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, session: int, args: list[str], words: str
) -> None:
    usage(run("students", *args), words)


COMMANDS = {
    "list": [],
    "rename": ["Ana", "Ben"],
    "merge": ["Ana", "Ben"],
    "split": ["Ana", "--at", "+0:30"],
    "ignore": ["Ana"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_database_is_made_by_looking_for_students(
    run: Run, tmp_path: Path, command: str
) -> None:
    missing = tmp_path / "folder" / "missing.db"
    result = run("students", command, *COMMANDS[command], "--db", missing)
    assert result.status == 1
    assert f"there is no database {missing}: name one with --db" in result.err
    assert len(result.err.splitlines()) == 1
    assert not missing.parent.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_session_is_one_line(run: Run, session: int, command: str) -> None:
    result = run("students", command, *COMMANDS[command], "--session", "7")
    assert result.status == 1
    assert "there is no session '7'" in result.err
    assert len(result.err.splitlines()) == 1


def test_a_locked_database_is_one_line(
    run: Run, session: int, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(url: str | None, *, make_new: bool) -> Store:
        return Store.open(url, upgrade_new=make_new, busy_timeout_s=0.1)

    monkeypatch.setattr(correcting, "open_store", impatient)
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = run("students", "ignore", "Ana")
        assert result.status == 1
        assert "is locked by another program (waited 0.1 s)" in result.err
        assert len(result.err.splitlines()) == 1
        # Looking goes on beside a writer.
        assert run("students", "list").status == 0


def test_a_running_class_is_corrected(run: Run, db: Path, tmp_path: Path) -> None:
    with Store.open(str(db)) as store, recording(store) as begun:
        begun.write(tick(0, 1))
        result = run("students", "rename", "Student 1", "Ana")
        assert (
            "The class goes on; its CSV files are written when it ends." in result.out
        )
        assert not (tmp_path / "exports").exists()
        begun.write(tick(1, 1, names={1: "A."}))
        assert names(run) == {"Ana": 2}


def build_course(db: Path) -> None:
    """Two classes with Ana M. and Ben, a third with Ben, one of another course."""
    with Store.open(str(db)) as store:
        for course, told in (
            ("Year 9", {1: "Ana M.", 2: "Ben"}),
            ("Year 9", {1: "Ana M.", 2: "Ben"}),
            ("Year 9", {2: "Ben"}),
            ("Year 10", {1: "Ana M.", 2: "Ben"}),
        ):
            numbers = list(told)
            ticks = [tick(0, *numbers, names=told), tick(1, *numbers)]
            write(store, *ticks, course=course)


def test_a_correction_holds_in_every_class_of_a_course(run: Run, db: Path) -> None:
    build_course(db)

    result = run("students", "rename", "Ana M.", "Ana Meier", "--course", "Year 9")

    assert result.status == 0, result.err
    assert result.out.count("'Ana M.' is called 'Ana Meier' now, in session") == 2
    assert ["Ana Meier" in names(run, "--session", i) for i in (1, 2, 3, 4)] == [
        True,
        True,
        False,
        False,
    ]
    assert "Ana Meier" in in_csv(db.parent / "exports" / "2" / "students.csv")

    undo = ("students", "rename", "--undo", "--course", "Year 9")
    usage(run(*undo), "--undo --course: expected the student's name")
    back = run(*undo[:2], "Ana Meier", *undo[2:])

    assert back.out.count("Taken back in session") == 2
    assert "Ana M." in names(run, "--session", 2)


def test_what_cannot_be_corrected_in_a_course_is_told(run: Run, db: Path) -> None:
    build_course(db)
    course = ("--course", "Year 9")
    usage(
        run("students", "ignore", "Zoe", *course),
        "in none of the 3 classes of 'Year 9': nobody in session 3 is called 'Zoe'",
    )
    usage(
        run("students", "rename", "A", "B", "--course", "Year 8"),
        "there is no class of the course 'Year 8'",
    )
    usage(
        run("students", "ignore", "Ben", *course, "--session", "last"),
        "--session and --course: expected one of them",
    )
    assert run("students", "ignore", "Ben", "--session", 2).status == 0

    again = run("students", "ignore", "Ben", *course)

    usage(again, "not done in session 2: 'Ben' is ignored already in session 2")
    assert again.out.count("is ignored now") == 2


def test_after_their_time_the_list_says_that_the_data_were_deleted(
    run: Run, db: Path, session: int
) -> None:
    with Store.open(str(db)) as store:
        store.purge(datetime.now(UTC) + timedelta(days=40))
    shown = run("students", "list", "--session", session).out
    assert "were deleted: the settings keep them for 30 days. Its minutes" in shown
    assert "Nobody yet" not in shown
