"""What people may ask of their data, and what goes by itself, as a teacher types it."""

from __future__ import annotations

import csv
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli.people import expected
from monitor.records import KnownStudent
from monitor.settings import Settings
from monitor.store.store import Store
from tests.builders import build_session
from tests.cli.conftest import Run
from tests.held import in_use
from tests.store.classes import tick, write

NAMES = {1: "Ana Prado", 2: "Ben Oduya"}


@pytest.fixture
def sessions(db: Path) -> list[int]:
    """Two classes of a course with a roster."""
    with Store.open(str(db)) as store:
        store.enrol("Year 9", [KnownStudent(name) for name in NAMES.values()])
        known = store.known("Year 9")
        return [
            write(store, *ticks, known=known, course="Year 9")
            for ticks in ([tick(0, 1, 2, names=NAMES), tick(1, 1, 2)],) * 2
        ]


def people(db: Path, session: int) -> list[str]:
    with Store.open(str(db)) as store:
        return [person.name for person in store.people(session)]


def make_old(db: Path, days: int) -> None:
    at = (datetime.now(UTC) - timedelta(days=days)).replace(tzinfo=None)
    with sqlite3.connect(db) as other:
        other.execute("UPDATE class_session SET stored_at = ?", (at.isoformat(" "),))
    other.close()


def test_somebody_is_erased_from_a_class(
    run: Run, db: Path, sessions: list[int]
) -> None:
    first, last = sessions
    result = run("students", "erase", "ana prado", "--yes")
    assert result.status == 0, result.err
    assert f"'Ana Prado' was erased from session {last}: 2 sightings." in result.out
    assert "1 name of theirs stays as a keyed hash;" in result.out
    files = db.parent / "exports" / str(last)
    assert f"CSV files: {files}" in result.out
    assert "Ana" not in (files / "students.csv").read_text("utf-8-sig")
    assert (people(db, last), people(db, first)) == (
        ["Ben Oduya"],
        ["Ana Prado", "Ben Oduya"],
    )


def test_somebody_is_erased_from_a_course_and_let_in_again(
    run: Run, db: Path, sessions: list[int]
) -> None:
    result = run("students", "erase", "Ana Prado", "--course", "Year 9", "--yes")
    assert "from course 'Year 9': 4 sightings in 2 sessions." in result.out
    assert [people(db, id_) for id_ in sessions] == [["Ben Oduya"]] * 2
    refused = run("students", "rename", "Ben Oduya", "Ana Prado")
    assert refused.status == 2
    assert "was erased and is not stored again" in refused.err
    again = run("students", "erase", "Ana Prado", "--course", "Year 9", "--allow-again")
    assert "may be stored in course 'Year 9' again" in again.out
    assert run("students", "rename", "Ben Oduya", "Ana Prado").status == 0


def test_files_that_remain_are_told_after_what_was_erased(
    run: Run, db: Path, sessions: list[int]
) -> None:
    first, last = sessions
    held = in_use(db.parent / "exports" / str(first))
    result = run("students", "erase", "Ana Prado", "--course", "Year 9", "--yes")
    assert result.status == 1
    assert "from course 'Year 9': 4 sightings in 2 sessions." in result.out
    assert f"CSV files: {db.parent / 'exports' / str(last)}" in result.out
    assert f"this file remains and holds what was erased: {held};" in result.err
    assert f"the files of session {first} were not written anew" in result.err
    assert result.err.count("\n") == 1


def test_a_course_wide_correction_goes_on_past_a_file_in_use(
    run: Run, db: Path, sessions: list[int]
) -> None:
    first, last = sessions
    held = in_use(db.parent / "exports" / str(first))
    result = run("students", "rename", "Ana Prado", "Zita", "--course", "Year 9")
    assert result.status == 1
    assert [people(db, id_) for id_ in sessions] == [["Zita", "Ben Oduya"]] * 2
    assert f"the files of session {first} were not written anew" in result.err
    assert str(held) in result.err
    text = (db.parent / "exports" / str(last) / "students.csv").read_text("utf-8-sig")
    assert "Zita" in text


def test_data_that_is_due_waits_for_a_file_in_use(
    run: Run, db: Path, sessions: list[int]
) -> None:
    make_old(db, days=31)
    held = in_use(db.parent / "exports" / str(sessions[0]))
    result = run("analyze", "nowhere.mp4", "--accept-notice", "--mode", "presence")
    assert "Students' data of 1 class stored more than 30 days" in result.out
    stays = f"students' data that are due stay until these files can be removed: {held}"
    assert stays in result.err
    again = run("db", "purge")
    assert (again.status, again.out) == (1, "")
    assert stays in again.err
    (held / "held").unlink()
    held.rmdir()
    assert "Students' data of 1 class" in run("db", "purge").out


def test_blanks_around_a_courses_name_make_no_other_course() -> None:
    assert expected(None, " Year 9  ", None).course == "Year 9"
    assert expected(None, "  ", None).course is None


def test_without_a_terminal_nothing_is_erased_unasked(
    run: Run, db: Path, sessions: list[int]
) -> None:
    result = run("students", "erase", "Ana Prado")
    assert result.status == 2
    assert "nothing was erased: 'Ana Prado' would be erased from session" in result.err
    assert "add --yes" in result.err
    assert people(db, sessions[1]) == ["Ana Prado", "Ben Oduya"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("erase", "Zoe", "--yes"), "nobody in session 2 is called 'Zoe'"),
        (("erase", "Zoe", "--course", "Year 9", "--yes"), "nobody in course 'Year 9'"),
        (("erase", "Zoe", "--course", "Art", "--yes"), "no course 'Art': expected 'Ye"),
        (("erase", "Zoe", "--course", "Art", "--session", "1"), "expected one of them"),
        (("erase", "Ana Prado", "--allow-again"), "was not erased from session 2"),
        (("export", "Zoe"), "nobody in session 2 is called 'Zoe'"),
        (("export", "Zoe", "--session", "9"), "there is no session '9'"),
    ],
)
def test_a_slip_is_one_line(
    run: Run, sessions: list[int], args: tuple[str, ...], message: str
) -> None:
    result = run("students", *args)
    assert (result.status > 0, result.out) == (True, "")
    assert message in result.err
    assert result.err.count("\n") == 1


def test_somebody_gets_a_file_of_their_own(
    run: Run, db: Path, sessions: list[int], tmp_path: Path
) -> None:
    out = tmp_path / "to hand over"
    for args, count in ((), 1), (("--course", "Year 9"), 2):
        result = run("students", "export", "Ana Prado", "--out", out, *args)
        file = out / "classpulse-Ana_Prado.json"
        assert result.out.strip() == str(file)
        text = file.read_text("utf-8")
        assert "Ben" not in text
        assert len(json.loads(text)["sessions"]) == count
    with Store.open(str(db)) as store:
        assert [row.action for row in store.audit()][-2:] == ["export_person"] * 2


def test_a_file_that_cannot_be_written_is_told(
    run: Run, sessions: list[int], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    result = run("students", "export", "Ana Prado", "--out", tmp_path / "file")
    assert result.status == 1
    assert "name another folder with --out" in result.err


def test_a_course_is_a_row_a_session(
    run: Run, sessions: list[int], db: Path, tmp_path: Path
) -> None:
    result = run(
        "export", "--course", "Year 9", "--out", tmp_path / "c", "--delimiter", ";"
    )
    file = tmp_path / "c" / "sessions.csv"
    assert result.out.strip() == str(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    assert [int(row["session_id"]) for row in rows] == sessions
    assert (rows[0]["students"], rows[0]["readings"]) == ("2", "4")
    assert rows[0]["neutral"] == "0.7400"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "expected a SESSION or --course C"),
        (("1", "--course", "Year 9"), "expected a SESSION or --course C"),
        (("--course", "Art"), "no session of the course 'Art': expected 'Year 9'"),
    ],
)
def test_export_knows_what_to_write(
    run: Run, sessions: list[int], args: tuple[str, ...], message: str
) -> None:
    result = run("export", *args)
    assert (result.status, message in result.err) == (2, True)


def test_an_export_is_noted(run: Run, db: Path, sessions: list[int]) -> None:
    run("export", "last", "--pseudonyms")
    with Store.open(str(db)) as store:
        row = store.audit()[-1]
    assert (row.action, row.detail["pseudonyms"]) == ("export", True)


def test_files_without_names_stay_without_names(
    run: Run, db: Path, sessions: list[int]
) -> None:
    last = sessions[-1]
    with Store.open(str(db)) as store:
        name = store.load(last).students[0].name
    assert run("export", last, "--pseudonyms").status == 0
    assert run("report", last, "--pseudonyms").status == 0
    renamed = run("students", "rename", name, "Zita Zeller", "--session", last)
    assert renamed.status == 0, renamed.err

    own = db.parent / "exports" / str(last)
    assert "Zita Zeller" in (own / "students.csv").read_text("utf-8-sig")
    apart = sorted(file.name for file in (own / "pseudonyms").iterdir())
    assert apart == ["observations.csv", "report.html", "students.csv", "timeline.csv"]
    for file in (own / "pseudonyms").iterdir():
        text = file.read_text("utf-8-sig")
        assert name not in text
        assert "Zita" not in text

    gone = run("students", "erase", "Zita Zeller", "--session", last, "--yes")

    assert gone.status == 0, gone.err
    assert not (own / "pseudonyms").exists()


def test_what_is_due_goes_when_asked(run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=6, minutes=2)
    assert (
        "Nothing is due: students' data are kept for 30 days." in run("db", "purge").out
    )
    make_old(db, days=31)
    would = run("db", "purge", "--dry-run").out
    assert "session 1, Algebra, stored" in would
    assert "Students' data of 1 class would go, after 30 days." in would
    with Store.open(str(db)) as store:
        assert not store.session(1).purged
    assert (
        "Students' data of 1 class stored more than 30 days ago were deleted"
        in run("db", "purge").out
    )
    with Store.open(str(db)) as store:
        assert store.session(1).purged
    assert "Nothing is due" in run("db", "purge").out
    assert run("export", "last").status == 0


def test_a_class_shorter_kept_goes_earlier(run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=1, minutes=1)
        store.keep_settings(Settings(retention_days=2))
    make_old(db, days=3)
    assert "after 2 days" in run("db", "purge", "--dry-run").out


def test_what_is_due_goes_when_something_starts(run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=1, minutes=1)
    make_old(db, days=31)
    result = run("analyze", "nowhere.mp4", "--accept-notice", "--mode", "presence")
    assert "were deleted; totals by the minute stay." in result.out
    with Store.open(str(db)) as store:
        assert store.session(1).purged


def test_settings_that_cannot_be_read_stop_what_would_delete(
    run: Run, db: Path
) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=1, minutes=1)
    db.with_suffix(".settings.json").write_text('{"retention": 3}')
    for args in (
        ("db", "purge"),
        ("start", "--accept-notice", "--mode", "presence"),
        ("start", "--pick", "--no-open", "--port", 0),
    ):
        result = run(*args)
        assert result.status == 1
        assert "the setting retention is not known: expected every_s" in result.err


@pytest.mark.parametrize("args", [("sessions",), ("export", "last"), ("dashboard",)])
def test_a_database_that_was_mistyped_is_not_made(
    run: Run, tmp_path: Path, args: tuple[str, ...]
) -> None:
    wrong = tmp_path / "clas.db"
    result = run(*args, "--db", wrong)
    assert result.status == 1
    assert f"there is no database {wrong}: name one with --db" in result.err
    assert not wrong.exists()
