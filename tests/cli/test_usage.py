"""Wrong usage: one clear line, status 2, and nothing stored."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from monitor.store.store import Store
from tests.builders import build_new_session
from tests.cli.conftest import Run

AGREED = ("--accept-notice", "--mode", "student")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("start", "--every", "0", *AGREED), "--every 0: seconds between samples must"),
        (("start", "--every", "nan", *AGREED), "--every nan: seconds between samples"),
        (("start", "--minutes", "0", *AGREED), "--minutes 0: must be more than 0"),
        (
            ("start", "--region", "0,0,0,100", *AGREED),
            "--region 0,0,0,100: width and height must be more than 0, got 0 x 100",
        ),
        (
            ("start", "--region", "here", *AGREED),
            "--region here: expected X,Y,W,H, four whole numbers of pixels",
        ),
        (
            ("start", "--region", "0,0,9,9", "--monitor", "1", *AGREED),
            "--region and --monitor exclude each other",
        ),
        (
            ("start", "--source", "nowhere.mp4", *AGREED),
            "--source nowhere.mp4: expected screen, webcam or the path",
        ),
        (("demo", "--truth", "t.jsonl"), "--truth goes with --write FILE.mp4"),
        (("demo", "--minutes", "-1"), "--minutes -1: must be more than 0"),
        (("demo", "--minutes", "1e12"), "--minutes 1e+12: must be more than 0 and at"),
        (
            ("demo", "--window", "--write", "a.mp4"),
            "--window and --write exclude each other",
        ),
        (("demo", "--scenario", "wild"), "wild"),
        (
            ("analyze", "x.png", "--started-at", "noon", *AGREED),
            "--started-at noon: expected a time such as 2026-03-02T09:00",
        ),
        (
            ("analyze", "x.png", "--started-at", "9999-12-31T23:59", *AGREED),
            "--started-at 9999-12-31T23:59: expected a time",
        ),
        (("--db", "mysql://here/db", "sessions"), "sqlite"),
        (("sessions", "--db", "~nobody-of-that-name/x.db"), "no such user"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, args: tuple[str, ...], message: str
) -> None:
    result = run(*args)
    assert message in result.err
    assert result.err.startswith("classpulse: ")
    assert len(result.err.strip().splitlines()) == 1
    assert result.status == 2


@pytest.mark.parametrize(
    "command",
    [
        ("report", "1", "--db"),
        ("start", *AGREED, "--source"),
        ("models", "evaluate", "--data"),
        ("models", "train", "--data"),
        ("models", "import"),
    ],
    ids=" ".join,
)
def test_a_name_longer_than_a_file_may_have(
    run: Run, command: tuple[str, ...], tmp_path: Path
) -> None:
    """Most questions about a path say no to what is not there, and raise at this."""
    if {"train", "import"} & {*command}:
        pytest.importorskip("tensorflow", reason="the extra `train` is not installed")
    result = run(*command, tmp_path / ("n" * 300))

    assert result.status != 0
    assert re.fullmatch(r"classpulse: .*n{9}.*\n", result.err), result.err


def test_a_name_that_is_too_long_is_told_cut_short(run: Run, tmp_path: Path) -> None:
    result = run("report", "last", "--db", tmp_path / ("n" * 300))

    assert result.status == 2
    assert re.fullmatch(
        r"classpulse: '/.*\.\.\.n+': longer than the name of a file may be; use a "
        r"shorter one\n",
        result.err,
    ), result.err


def test_an_accepted_notice_needs_a_mode(run: Run) -> None:
    result = run("start", "--accept-notice")
    assert result.status == 2
    assert "add --mode student" in result.err


@pytest.mark.parametrize("command", [("start",), ("analyze", "a.png")])
def test_without_an_answer_to_the_notice_nothing_starts(
    run: Run, command: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    result = run(*command)
    assert result.status == 2
    assert "--accept-notice --mode student" in result.err
    assert run("sessions").out == "No session yet. Try `classpulse demo`.\n"


def test_a_database_named_before_the_command_holds_for_it(
    run: Run, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    with Store.open(str(other)) as store, store.begin(build_new_session("Biology")):
        pass
    assert "Biology" in run("--db", other, "sessions").out


@pytest.mark.parametrize("command", [("sessions",), ("report", "1"), ("export", "1")])
@pytest.mark.parametrize("before", [True, False])
def test_a_database_that_was_typed_is_not_made_to_be_looked_at(
    run: Run, tmp_path: Path, command: tuple[str, ...], before: bool
) -> None:
    named = ("--db", tmp_path / "typo.db")
    result = run(*named, *command) if before else run(*command, *named)
    assert result.status == 1
    assert result.err.startswith(f"classpulse: there is no database {tmp_path}/typo.db")
    assert not (tmp_path / "typo.db").exists()


@pytest.mark.parametrize("option", ["--title", "--course", "--me"])
def test_text_of_another_encoding_is_refused_where_it_is_typed(
    run: Run, option: str
) -> None:
    result = run("analyze", "a.png", option, "caf\udce9", *AGREED)
    assert result.status == 2
    assert result.err.startswith(f"classpulse: {option} 'caf\\udce9' holds characters")
    assert len(result.err.splitlines()) == 1


def test_before_the_first_session_last_says_how_to_make_one(run: Run) -> None:
    result = run("export", "last")
    assert result.status == 1
    assert "classpulse demo" in result.err


@pytest.mark.parametrize("reference", ["7", "tuesday"])
def test_an_unknown_session_names_the_command_that_lists_them(
    run: Run, reference: str
) -> None:
    result = run("export", reference)
    assert result.status == 1
    assert "classpulse sessions" in result.err


def test_no_session_is_an_empty_json_list(run: Run) -> None:
    assert run("sessions", "--json").out == "[]\n"


def test_a_long_title_is_cut_in_the_list_and_whole_in_json(
    run: Run, tmp_path: Path
) -> None:
    title = "[bold]Algebra " * 20
    db = tmp_path / "titles.db"
    with Store.open(str(db)) as store, store.begin(build_new_session(title)):
        pass
    lines = run("--db", db, "sessions").out.splitlines()
    assert len(lines) == 2
    assert "[bold]" in lines[1]
    assert "\u2026" in lines[1]
    assert json.loads(run("--db", db, "sessions", "--json").out)[0]["title"] == title


def test_the_version_is_printed(run: Run) -> None:
    assert re.fullmatch(r"classpulse \d+\.\d+\.\d+\n", run("--version").out)
