"""`classpulse report`: where the file goes, and what can go wrong."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from rich.console import Console

from monitor.cli.ending import Left, write_files
from monitor.cli.running import leave
from monitor.store.store import Store
from tests.builders import build_new_session, build_session, build_tick
from tests.cli.conftest import Run
from tests.store.classes import tick


@pytest.fixture
def session_id(db: Path) -> int:
    with Store.open(str(db)) as store:
        return build_session(store, students=3, minutes=2)


def body(file: Path) -> str:
    """The file's own text, Plotly's script aside."""
    return re.sub(r"<script>.*?</script>", "", file.read_text("utf-8"), flags=re.DOTALL)


def test_it_stands_beside_the_csv_files_by_default(
    run: Run, db: Path, session_id: int
) -> None:
    result = run("report", "last")
    file = db.parent / "exports" / str(session_id) / "report.html"
    assert (result.status, result.out, result.err) == (0, f"{file}\n", "")
    assert "3 students were seen in 2 min." in body(file)
    assert file.stat().st_size < 6 * 1024 * 1024


def test_it_goes_where_it_is_told_and_replaces_what_was_there(
    run: Run, tmp_path: Path, session_id: int
) -> None:
    file = tmp_path / "new" / "r.html"
    file.parent.mkdir()
    file.write_text("old")
    result = run("report", session_id, "--out", file)
    assert result.out == f"{file}\n"
    assert "Student 1" in body(file)
    assert [left.name for left in file.parent.iterdir()] == ["r.html"]


def test_pseudonyms_stand_for_names(run: Run, db: Path, tmp_path: Path) -> None:
    with Store.open(str(db)) as store, store.begin(build_new_session()) as recording:
        recording.write(tick(0, 1, 2, names={1: "Ana Prado", 2: "Björn Ek"}))
        recording.write(build_tick(1, tick(1, 1, 2).readings))
    file = tmp_path / "r.html"
    assert run("report", "last", "--out", file).status == 0
    assert "Ana Prado" in body(file)
    assert run("report", "last", "--out", file, "--pseudonyms").status == 0
    for name in ("Ana", "Prado", "Björn", "Ek"):
        assert not re.search(rf"\b{name}\b", body(file))
    assert "<bdi>P1</bdi>" in body(file)


def test_an_unknown_class_is_one_line(run: Run, session_id: int) -> None:
    result = run("report", "99")
    assert result.status == 1
    assert result.err == (
        "classpulse: there is no session '99': expected an id that `classpulse "
        'sessions` shows, or "last"\n'
    )


def test_a_folder_is_no_file(run: Run, tmp_path: Path, session_id: int) -> None:
    result = run("report", "last", "--out", tmp_path)
    assert result.status == 1
    assert result.err == (
        f"classpulse: {tmp_path} is a folder, expected a file: write --out "
        f"{tmp_path / 'report.html'}, for example\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights of folders")
@pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 1)() == 0, reason="root may write anywhere"
)
def test_a_folder_without_rights_is_one_line(
    run: Run, tmp_path: Path, session_id: int
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    result = run("report", "last", "--out", closed / "r.html")
    assert result.status == 1
    assert "cannot write" in result.err
    assert "name another place with --out" in result.err


def test_what_is_no_folder_on_the_way_is_one_line(
    run: Run, tmp_path: Path, session_id: int
) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "r.html"
    result = run("report", "last", "--out", target)
    assert result.status == 1
    assert result.err.startswith(f"classpulse: cannot write {target} (")
    assert result.err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_and_nothing_half_written_stays(
    run: Run, tmp_path: Path, session_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "r.html"
    draft = tmp_path / f".r.html.{os.getpid()}.part"
    draft.symlink_to("/dev/full")
    result = run("report", "last", "--out", file)
    assert result.status == 1
    assert "the disk is full; free some space" in result.err
    assert not file.exists()
    assert not draft.is_symlink()


def test_a_class_without_a_reading_and_one_that_goes_on(
    run: Run, db: Path, tmp_path: Path
) -> None:
    file = tmp_path / "r.html"
    with Store.open(str(db)) as store, store.begin(build_new_session()) as recording:
        assert run("report", "last", "--out", file).status == 0
        assert "The class has not been looked at yet." in body(file)
        for index in range(30):
            recording.write(build_tick(index))
        assert run("report", "last", "--out", file).status == 0
        assert "This class goes on" in body(file)
        assert "So far 1 student was seen" in body(file)


def test_a_class_leaves_csv_files_and_a_report(db: Path, session_id: int) -> None:
    with Store.open(str(db)) as store:
        left = write_files(store, session_id)
        assert left == Left(
            store.exports_folder(session_id), left.folder / "report.html", ""
        )
    assert sorted(file.name for file in left.folder.iterdir()) == [
        "observations.csv",
        "report.html",
        "students.csv",
        "timeline.csv",
    ]


def test_a_report_that_cannot_be_written_loses_nothing(
    db: Path, session_id: int
) -> None:
    with Store.open(str(db)) as store:
        (store.exports_folder(session_id) / "report.html").mkdir(parents=True)
        left = write_files(store, session_id)
    assert left.report is None
    assert left.trouble.startswith("The report could not be written: ")
    assert left.trouble.endswith(f"; `classpulse report {session_id}` tries again.")
    assert (left.folder / "students.csv").is_file()


def test_a_correction_is_in_the_report_too(run: Run, db: Path, session_id: int) -> None:
    file = db.parent / "exports" / str(session_id) / "report.html"
    assert run("report", "last").status == 0
    assert "Student 2" in body(file)
    renamed = run("students", "rename", "Student 2", "Zita", "--session", "last")
    assert renamed.status == 0
    assert "Zita" in body(file)
    assert "Student 2" not in body(file)
    erased = run("students", "erase", "Zita", "--session", "last", "--yes")
    assert "Zita" not in body(file), erased


def test_both_are_named_and_opened_when_a_class_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr("webbrowser.open", opened.append)
    folder, report = tmp_path / "my files", tmp_path / "my files" / "report.html"
    leave(Console(width=200), Left(folder, report, ""), opens=True)
    assert capsys.readouterr().out == f"Report: {report}\nCSV files: {folder}\n"
    assert opened == [folder.as_uri(), report.as_uri()]
    opened.clear()
    leave(Console(width=200), Left(folder, None, "No report."), opens=True)
    assert capsys.readouterr().out == f"No report.\nCSV files: {folder}\n"
    assert opened == [folder.as_uri()]
    leave(Console(width=200), Left(folder, report, ""), opens=False)
    assert opened == [folder.as_uri()]
