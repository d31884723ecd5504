"""What goes wrong outside the command: one clear line, status 1, nothing lost."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.store.store import Store
from tests.builders import build_session
from tests.cli.conftest import Result, Run
from tests.x11 import XServer

AGREED = ("--accept-notice", "--mode", "student", "--no-dashboard")
READ = ("--accept-notice", "--mode", "student")


def one_line(result: Result, *parts: str) -> None:
    """A failure as it should be: status 1 and one line that holds the parts."""
    assert result.status == 1, result.out + result.err
    assert result.err.startswith("classpulse: ")
    assert len(result.err.strip().splitlines()) == 1, result.err
    for part in parts:
        assert part in result.err


def picture(file: Path) -> Path:
    """A picture without a face."""
    ramp = np.tile(np.linspace(40, 220, 320, dtype=np.uint8), (240, 1))
    cv2.imwrite(str(file), cv2.merge([ramp, ramp, ramp]))
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.png", None),
        ("missing.mp4", None),
        ("empty.png", b""),
        ("empty.mp4", b""),
        ("text.png", b"this is no picture\n" * 40),
        ("text.mp4", b"this is no video\n" * 40),
    ],
)
def test_a_file_that_is_none_is_named(
    run: Run, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    one_line(run("analyze", tmp_path / name, *READ), name)
    assert run("sessions", "--json").out == "[]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="file names elsewhere are text")
def test_a_file_whose_name_is_no_text_is_read(run: Run, tmp_path: Path) -> None:
    file = picture(tmp_path / "class.png").rename(tmp_path / "caf\udce9.png")
    result = run("analyze", file, *READ)
    assert result.status == 0, result.err
    (stored,) = json.loads(run("sessions", "--json").out)
    assert (stored["title"], stored["samples"]) == ("caf?.png", 1)
    assert "caf?.png" in stored["source"]


def test_a_folder_without_pictures_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    one_line(run("analyze", tmp_path / "none", *READ), "none")


def test_a_session_without_a_face_says_so_and_exports(run: Run, tmp_path: Path) -> None:
    result = run("analyze", picture(tmp_path / "wall.png"), *READ)
    assert result.status == 0
    assert "No face was seen in the whole session" in result.out
    students = tmp_path / "exports" / "1" / "students.csv"
    assert len(students.read_text("utf-8-sig").splitlines()) == 1


def test_no_display(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    one_line(run("start", *AGREED), "display")


def test_wayland_is_told_before_anything_is_grabbed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    one_line(run("start", *AGREED), "Wayland", "X11")


def test_a_region_off_every_monitor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with XServer(800, 600) as display:
        display.use(monkeypatch)
        result = run("start", "--region", "5000,0,640,480", *AGREED)
    one_line(result, "5000", "800x600")


def test_a_monitor_that_is_not_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with XServer(800, 600) as display:
        display.use(monkeypatch)
        one_line(run("start", "--monitor", 3, *AGREED), "3", "800x600")


def test_a_webcam_that_is_not_there(run: Run) -> None:
    one_line(run("start", "--source", "webcam", "--camera", 9, *AGREED), "camera 9")


def test_a_detector_that_needs_a_file(run: Run, tmp_path: Path) -> None:
    file = picture(tmp_path / "wall.png")
    result = run("analyze", file, "--detector", "yunet", *READ)
    assert result.status == 2
    assert "--detector-file" in result.err
    result = run("analyze", file, "--detector", "haar", *READ)
    assert result.status == 2
    assert "centerface" in result.err


def test_a_database_folder_that_cannot_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one_line(run("sessions", "--db", tmp_path / "file" / "class.db"), "--db")


def test_a_file_that_is_no_database(run: Run, db: Path) -> None:
    db.write_text("my notes\n" * 200)
    one_line(run("sessions"), "class.db")
    assert db.read_text().startswith("my notes")


@pytest.mark.parametrize(
    ("revision", "advice"),
    [("0000_older", "newer"), ("9999_future", "newer")],
)
def test_another_schema_names_what_to_do(
    run: Run, db: Path, revision: str, advice: str
) -> None:
    with Store.open(str(db)):
        pass
    with closing(sqlite3.connect(db)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    one_line(run("sessions"), advice)


def test_a_locked_database(run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=2, minutes=0.2)
    with closing(sqlite3.connect(db)) as other:
        other.execute("BEGIN EXCLUSIVE")
        # Reading goes on beside a writer.
        assert run("sessions").status == 0


def test_export_into_a_file(run: Run, db: Path, tmp_path: Path) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=2, minutes=0.2)
    target = tmp_path / "students.csv"
    target.write_text("mine")
    one_line(run("export", "last", "--out", target), "students.csv", "folder")
    assert target.read_text() == "mine"


def test_a_delimiter_that_cannot_be(run: Run, db: Path) -> None:
    with Store.open(str(db)) as store:
        build_session(store, students=2, minutes=0.2)
    result = run("export", "last", "--delimiter", "x")
    assert result.status == 2
    assert "'x' cannot stand between cells" in result.err
    assert run("export", "last", "--delimiter", "\\t").status == 0


def test_a_remembered_region_says_so(
    run: Run, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.with_suffix(".remembered.json").write_text('{"region": [5000, 0, 640, 480]}')
    with XServer(800, 600) as display:
        display.use(monkeypatch)
        result = run("start", *AGREED)
    one_line(result, "5000")
    assert "Watching the region of last time, 5000,0,640,480" in result.out
    assert "--region or --monitor chooses another" in result.out


@pytest.mark.parametrize("content", ["", "[1]", '{"region": [1e400, 0, 5, 0]}'])
def test_a_spoiled_memory_is_no_region(
    run: Run, db: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    db.with_suffix(".remembered.json").write_text(content)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert "Watching the region" not in run("start", *AGREED).out


def test_one_bad_picture_among_good_ones_is_a_gap(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("1", "2", "3"):
        picture(folder / f"{name}.png")
    content = (folder / "2.png").read_bytes()
    (folder / "2.png").write_bytes(content[: len(content) // 2])
    result = run("analyze", folder, *READ)
    assert result.status == 0, result.err
    assert "2 samples, 0 late, 1 lost" in result.out


def test_a_video_is_not_written_where_it_cannot_be(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "no" / "such" / "class.mp4"
    one_line(run("demo", "--minutes", 0.1, "--write", target), "class.mp4")


def test_sessions_before_a_bad_file_are_kept(run: Run, tmp_path: Path) -> None:
    good = picture(tmp_path / "good.png")
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video" * 100)
    one_line(run("analyze", good, bad, *READ), "bad.mp4")
