from __future__ import annotations

import csv
import io
import math
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.errors import ExportError, UsageError
from monitor.records import EMOTIONS, Marker, Mode, SessionData, Status
from monitor.reports.csv_files import write_session
from monitor.store.store import Store
from monitor.summaries import summarise_minutes, summarise_students
from tests.builders import (
    HAPPY,
    STARTED_AT,
    build_reading,
    build_session,
    build_session_data,
    build_session_row,
    build_tick,
)

Table = list[dict[str, str]]


@pytest.fixture(autouse=True)
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def read(file: Path, delimiter: str = ",") -> Table:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def write(data: SessionData, folder: Path) -> tuple[Table, Table, Table]:
    students, timeline, observations = write_session(data, folder)
    return read(students), read(timeline), read(observations)


def test_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    files = write_session(build_session_data(), tmp_path / "out")
    assert [file.name for file in files] == [
        "students.csv",
        "timeline.csv",
        "observations.csv",
    ]
    shares = "angry,disgust,fear,happy,sad,surprise,neutral"
    heads = [file.read_bytes().split(b"\r\n")[0].decode() for file in files]
    assert heads == [
        "\ufeffsession_id,student,samples,readings,coverage,present_minutes,"
        f"first_seen,last_seen,dominant,{shares},valence,facing,engagement",
        f"\ufeffminute,starts_at,students_seen,readings,coverage,{shares},"
        "valence,facing,engagement,marker",
        f"\ufeffcaptured_at,offset_s,student,status,emotion,confidence,{shares},"
        "facing,x,y,width,height",
    ]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        file.name for file in files
    )


def test_files_end_every_row_as_the_standard_says(tmp_path: Path) -> None:
    for file in write_session(build_session_data(), tmp_path):
        raw = file.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.endswith(b"\r\n")
        assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")


def as_number(cell: str) -> float:
    return float(cell) if cell else math.nan


def test_observations_equal_the_database(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "c.db")) as store:
        session_id = build_session(store, students=6, minutes=2)
        data = store.load(session_id)
    rows = write(data, tmp_path / "out")[2]
    shares = ", ".join(EMOTIONS)
    connection = sqlite3.connect(tmp_path / "c.db")
    stored = connection.execute(
        f"SELECT sample.offset_s, student.name, status, {shares}, "  # noqa: S608
        "x1, y1, x2, y2 FROM observation "
        "JOIN sample ON sample.id = sample_id JOIN student ON student.id = student_id "
        'ORDER BY sample."index", student_id'
    ).fetchall()
    connection.close()
    assert len(rows) == len(stored) > 200
    for row, (offset_s, name, status, *units, x1, y1, x2, y2) in zip(
        rows, stored, strict=True
    ):
        assert float(row["offset_s"]) == offset_s
        at = datetime.fromisoformat(row["captured_at"])
        assert at == STARTED_AT + timedelta(seconds=offset_s)
        assert at.utcoffset() == timedelta(hours=-5)
        assert (row["student"], row["status"]) == (name, tuple(Status)[status])
        written = [row[name] for name in EMOTIONS]
        if units[0] is None:
            assert written == [""] * 7
            assert row["emotion"] == row["confidence"] == ""
        else:
            assert [round(float(cell) * 10_000) for cell in written] == units
            assert row["emotion"] == EMOTIONS[units.index(max(units))]
            assert row["confidence"] == f"{max(units) / 10_000:.4f}"
        box = [int(row[key]) for key in ("x", "y", "width", "height")]
        assert box == [x1, y1, x2 - x1, y2 - y1]
    facing = [as_number(row["facing"]) for row in rows]
    np.testing.assert_array_equal(facing, data.observations.facing)
    assert 0 < np.nanmean(facing) <= 1


def test_students_and_minutes_equal_the_index_maths(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "c.db")) as store:
        data = store.load(build_session(store, students=12, minutes=4))
    students, timeline, _ = write(data, tmp_path / "out")
    assert [row["student"] for row in students] == [
        f"Student {n}" for n in range(1, 13)
    ]
    by_name = {row["student"]: row for row in students}
    for summary in summarise_students(data):
        row = by_name[summary.name]
        assert int(row["session_id"]) == data.session.id
        assert int(row["samples"]) == summary.samples
        assert int(row["readings"]) == summary.readings
        assert as_number(row["coverage"]) == pytest.approx(summary.coverage, abs=5e-5)
        assert as_number(row["valence"]) == pytest.approx(summary.valence, abs=5e-5)
        assert row["dominant"] == summary.dominant
        assert [as_number(row[name]) for name in EMOTIONS] == pytest.approx(
            summary.shares, abs=5.1e-5
        )
        seen_at = datetime.fromisoformat(row["last_seen"])
        assert seen_at == STARTED_AT + timedelta(seconds=summary.last_seen_s)
        assert as_number(row["facing"]) == pytest.approx(summary.facing, abs=5e-5)
        assert as_number(row["engagement"]) == pytest.approx(
            summary.engagement, abs=5e-5
        )
    minutes = summarise_minutes(data)
    assert [int(row["minute"]) for row in timeline] == [0, 1, 2, 3]
    assert timeline[1]["starts_at"] == "2026-03-02T04:01:00.000-05:00"
    assert [int(row["students_seen"]) for row in timeline] == list(
        minutes.students_seen
    )
    for name in ("valence", "facing", "engagement"):
        written = [as_number(row[name]) for row in timeline]
        assert written == pytest.approx(getattr(minutes, name), abs=5e-5)
        assert not np.isnan(written).any()


def test_student_never_seen_has_zero_samples_and_empty_cells(tmp_path: Path) -> None:
    data = build_session_data([build_tick(0)], names=["Ann", "Ben"])
    ben = write(data, tmp_path)[0][1]
    assert (ben["student"], ben["samples"], ben["readings"]) == ("Ben", "0", "0")
    assert ben["present_minutes"] == "0.0000"
    unknown = ("coverage", "first_seen", "dominant", *EMOTIONS, "valence")
    for column in (*unknown, "facing", "engagement"):
        assert ben[column] == ""


def test_facing_and_engagement_by_hand(tmp_path: Path) -> None:
    neutral = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    seen = [
        build_reading(1, neutral, facing=True),  # 0.9 * 5 / 4.5 = 1
        build_reading(1, neutral, facing=False),  # 0.9 * 2 / 4.5 = 0.4
        build_reading(1, neutral, facing=None),
        build_reading(1, None, facing=False),
    ]
    ticks = [build_tick(i, [reading]) for i, reading in enumerate(seen)]
    students, timeline, observations = write(build_session_data(ticks), tmp_path)
    for row in (students[0], timeline[0]):
        assert (row["facing"], row["engagement"]) == ("0.3333", "0.7000")
    assert [row["facing"] for row in observations] == ["1", "0", "", "0"]


def test_facing_that_was_never_known_leaves_its_cells_empty(tmp_path: Path) -> None:
    students, timeline, _ = write(build_session_data([build_tick(0)]), tmp_path)
    for row in (students[0], timeline[0]):
        assert row["facing"] == row["engagement"] == ""
        assert row["valence"] != ""


def test_minutes_without_a_reading_stay_empty(tmp_path: Path) -> None:
    ticks = [build_tick(0), build_tick(60, [build_reading(1, None)])]
    timeline = write(build_session_data(ticks), tmp_path)[1]
    assert [row["readings"] for row in timeline] == ["1", "0", "0", "0"]
    assert timeline[0]["happy"] == f"{HAPPY[3]:.4f}"
    assert [row["happy"] for row in timeline[1:]] == ["", "", ""]


def test_session_without_a_face_gives_heads_alone(tmp_path: Path) -> None:
    students, timeline, observations = write(build_session_data([]), tmp_path)
    assert (students, timeline, observations) == ([], [], [])
    ticks = [build_tick(0, []), build_tick(1, [])]
    students, timeline, observations = write(build_session_data(ticks), tmp_path)
    assert (students, observations) == ([], [])
    assert [row["students_seen"] for row in timeline] == ["0"]


def test_notes_stand_in_their_minute(tmp_path: Path) -> None:
    notes = [
        Marker(5, "quiz"),
        Marker(59, "slide 12"),
        Marker(61, "=2"),
        Marker(900, "late"),
    ]
    data = build_session_data([build_tick(0), build_tick(45)], markers=notes)
    timeline = write(data, tmp_path)[1]
    assert [row["marker"] for row in timeline] == ["quiz; slide 12", "'=2", "late"]


def test_presence_leaves_expressions_empty(tmp_path: Path) -> None:
    reading = build_reading(1, None, status=Status.PRESENT)
    data = build_session_data(
        [build_tick(0, [reading])], session=build_session_row(mode=Mode.PRESENCE)
    )
    students, timeline, observations = write(data, tmp_path)
    assert (students[0]["samples"], observations[0]["status"]) == ("1", "present")
    for row in (students[0], timeline[0], observations[0]):
        assert [row[name] for name in EMOTIONS] == [""] * 7
    assert students[0]["coverage"] == timeline[0]["coverage"] == ""


def test_class_mode_fills_the_timeline_alone(tmp_path: Path) -> None:
    data = build_session_data(session=build_session_row(mode=Mode.CLASS))
    students, timeline, observations = write(data, tmp_path)
    assert (students, observations) == ([], [])
    assert len(timeline) == 3


def test_pseudonyms_hide_every_name(tmp_path: Path) -> None:
    ticks = [build_tick(0, [build_reading(n) for n in (1, 2, 3)])]
    data = build_session_data(ticks, names=["Zoë", "Ann", "Ben"])
    files = write_session(data, tmp_path, pseudonyms=True)
    text = "".join(file.read_text("utf-8-sig") for file in files)
    assert not any(name in text for name in ("Zoë", "Ann", "Ben"))
    assert [row["student"] for row in read(files[0])] == ["P1", "P2", "P3"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    data = build_session_data([build_tick(0)], names=["a,b;c|d\te"])
    files = write_session(data, tmp_path, delimiter=delimiter)
    assert read(files[0], delimiter)[0]["student"] == "a,b;c|d\te"


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "x", ".", "-"])
def test_impossible_delimiters_are_refused(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(UsageError, match="cannot stand between cells"):
        write_session(build_session_data(), tmp_path / "out", delimiter=delimiter)
    assert not (tmp_path / "out").exists()


texts = st.text() | st.text(alphabet=",;\"'\r\n\t =+-@|\uff1dअ李ב🙂\x00", max_size=8)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=texts, note=texts)
def test_any_name_and_note_comes_back_and_is_no_formula(
    tmp_path: Path, name: str, note: str
) -> None:
    data = build_session_data([build_tick(0)], names=[name], markers=[Marker(0, note)])
    students, timeline, observations = write(data, tmp_path)
    cells = [students[0]["student"], observations[0]["student"], timeline[0]["marker"]]
    for cell, text in zip(cells, (name, name, note), strict=True):
        assert cell.replace("'", "") == text.replace("'", "")
        if not re.search(r"[=+\-@\uff1d]", text):
            assert cell in (text, f"'{text}")
        for part in re.split(r"[;,|\t\r\n]", cell):
            bare = part.strip().lstrip('" \x00')
            assert not bare.startswith(("=", "+", "-", "@", "\uff1d"))
        assert not cell.startswith(("\t", "\r", "\n"))


def one_line(caught: pytest.ExceptionInfo[ExportError]) -> str:
    text = str(caught.value)
    assert "\n" not in text
    assert "--out" in text
    return text


def test_export_into_a_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("mine")
    with pytest.raises(ExportError, match="is a file, expected a folder") as caught:
        write_session(build_session_data(), file)
    assert str(file) in one_line(caught)
    assert file.read_text() == "mine"


def test_folder_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ExportError, match="cannot make the folder") as caught:
        write_session(build_session_data(), tmp_path / "out" / "sub")
    one_line(caught)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc refuses files even to root")
def test_folder_that_is_not_writable_is_told() -> None:
    with pytest.raises(ExportError, match=r"cannot write /proc/students.csv") as caught:
        write_session(build_session_data(), Path("/proc"))
    one_line(caught)


def test_folder_in_place_of_a_file_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "timeline.csv").mkdir()
    with pytest.raises(ExportError, match=r"cannot write .*timeline.csv") as caught:
        write_session(build_session_data(), tmp_path)
    one_line(caught)
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from monitor.errors import ExportError
from monitor.reports.csv_files import write_session
from tests.builders import build_session_data, plausible_ticks
data = build_session_data(plausible_ticks(25, 10))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_session(data, Path(sys.argv[1]))
except ExportError as error:
    print(error)
"""


def test_full_disk_is_told_and_the_earlier_files_stay(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the same error comes back."""
    files = write_session(build_session_data(), tmp_path)
    before = [file.read_bytes() for file in files]
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stderr == ""
    assert "observations.csv: the disk is full" in done.stdout
    assert [file.read_bytes() for file in files] == before
    assert len(list(tmp_path.iterdir())) == 3


def test_second_export_replaces_the_first(tmp_path: Path) -> None:
    write_session(build_session_data(), tmp_path)
    students, _, observations = write(build_session_data([build_tick(0)]), tmp_path)
    assert len(students) == len(observations) == 1
