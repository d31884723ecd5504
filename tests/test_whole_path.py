"""The whole path in real processes: from pictures to tables and files."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from monitor import boxes, sources
from monitor.pipeline import Equipment, build
from monitor.records import (
    EMOTIONS,
    STATUS_CODES,
    SessionData,
    SessionStatus,
)
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.people import make_people
from monitor.store.store import Store
from tests.builders import build_new_session
from tests.class_window import class_window
from tests.commands import AGREED, begin, classpulse
from tests.sources.films import write_film
from tests.waiting import wait_until
from tests.x11 import XServer

WATCH = ("start", "--source", "screen", "--every", "1", "--no-dashboard", *AGREED)


def stored(db: Path) -> SessionData:
    """The last session, as the database has it."""
    with Store.open(str(db)) as store:
        return store.load(store.session("last").id)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "class.db"


def test_demo_then_export(db: Path, tmp_path: Path) -> None:
    args = ("--no-dashboard", "--students", 6, "--minutes", 0.5, "--seed", 7)
    shown = classpulse("demo", *args, db=db).stdout
    out = tmp_path / "out"
    classpulse("export", "last", "--out", out, db=db)
    data = stored(db)
    assert data.session.status is SessionStatus.ENDED
    assert data.session.samples == 10
    assert data.session.students == 6
    assert data.session.model
    observations = rows(out / "observations.csv")
    assert len(observations) == len(data.observations)
    for line, p in zip(observations, data.observations.probabilities, strict=True):
        if line["status"] == "read":
            assert [float(line[name]) for name in EMOTIONS] == pytest.approx(list(p))
            assert line["emotion"] == EMOTIONS[p.argmax()]
    names = {line["student"] for line in rows(out / "students.csv")}
    assert len(names) == 6
    # The reader of labels takes a rare letter for another now and then.
    assert len(names & {p.name for p in make_people(7, 6, 1, 1)}) >= 5
    # The files that are written by themselves hold the same.
    for name in ("students.csv", "timeline.csv", "observations.csv"):
        by_itself = db.parent / "exports" / str(data.session.id) / name
        assert by_itself.read_bytes() == (out / name).read_bytes()
        assert str(by_itself.parent) in shown


def test_a_written_class_is_read_as_its_truth_says(db: Path, tmp_path: Path) -> None:
    video, truth_file = tmp_path / "class.mp4", tmp_path / "truth.jsonl"
    made = ("--students", 9, "--minutes", 0.5, "--seed", 3)
    classpulse("demo", *made, "--write", video, "--truth", truth_file, db=db)
    classpulse("analyze", video, *AGREED, db=db)
    data = stored(db)
    truth = [json.loads(line) for line in truth_file.read_text().splitlines()]
    assert data.samples.offset_s.tolist() == [line["offset_s"] for line in truth]
    seen = data.observations
    names: dict[int, Counter[str]] = {}
    expected = found = 0
    for row, line in enumerate(truth):
        here = seen.sample == row
        people = [p for p in line["people"] if p["face"]]
        expected += len(people)
        faces = np.array([xyxy(p["face"]) for p in people])
        overlaps = boxes.iou(seen.xyxy[here].astype(float), faces)
        for student, overlap in zip(seen.student[here], overlaps, strict=True):
            assert overlap.max() > 0.3, "a face where nobody is"
            name = people[int(overlap.argmax())]["name"]
            names.setdefault(int(student), Counter())[name] += 1
            found += 1
    assert found >= 0.95 * expected
    # In a calm class each student is one person, from first to last.
    assert all(len(count) == 1 for count in names.values())
    assert len({next(iter(count)) for count in names.values()}) == len(names) == 9


def xyxy(xywh: list[float]) -> tuple[float, float, float, float]:
    x, y, width, height = xywh
    return x, y, x + width, y + height


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """This process's display, on which a virtual class of nine is shown."""
    shape = {"students": 9, "width": 1280, "height": 720}
    with class_window(monkeypatch, tmp_path, **shape) as display:
        yield display


def test_a_class_in_a_real_window_is_watched(db: Path, window: XServer) -> None:
    args = ("start", "--minutes", 0.25, "--no-dashboard", *AGREED)
    classpulse(*args, db=db, env=window.environment)
    data = stored(db)
    assert data.session.samples >= 1
    assert len(data.observations) >= 0.95 * 9 * data.session.samples
    assert data.session.students == 9


def test_the_stored_rows_are_what_the_pipeline_gave(db: Path, window: XServer) -> None:
    pipeline = build(Equipment(thorough=False, live=True))
    with (
        sources.create("screen", SourceOptions()) as screen,
        Store.open(str(db)) as store,
        store.begin(build_new_session()) as recording,
    ):
        frames = [screen.read(float(offset)) for offset in range(3)]
        ticks = [pipeline.look(f, i) for i, f in enumerate(frames) if f is not None]
        for tick in ticks:
            recording.write(tick)
    given = [
        (row, reading)
        for row, tick in enumerate(ticks)
        for reading in sorted(tick.readings, key=lambda reading: reading.student)
    ]
    data = stored(db)
    rows = data.observations
    called = {n.student: n.name for tick in ticks for n in tick.named}
    names = {student.id: student.name for student in data.students}
    assert len(rows) == len(given) >= 0.95 * 9 * 3
    for i, (row, reading) in enumerate(given):
        assert rows.sample[i] == row
        expected = called.get(reading.student, f"Student {reading.student}")
        assert names[int(rows.student[i])] == expected
        assert rows.status[i] == STATUS_CODES[reading.status]
        assert rows.xyxy[i] == pytest.approx(reading.xyxy, abs=0.5)
        if reading.probabilities is not None:
            assert rows.probabilities[i] == pytest.approx(
                reading.probabilities, abs=1e-4
            )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_class_cleanly(db: Path, number: signal.Signals) -> None:
    with XServer(640, 480) as display:
        display.paint("#406080")
        agent = begin(*WATCH, db=db, env=display.environment)
        wait_until(lambda: db.exists() and samples(db) >= 1)
        agent.send_signal(number)
        out, err = agent.communicate(timeout=60)
    assert agent.returncode == 0, err
    assert "No face was seen in the whole session" in out
    assert stored(db).session.status is SessionStatus.ENDED
    assert (db.parent / "exports" / "1" / "students.csv").exists()


def demo_with_pages(db: Path) -> tuple[subprocess.Popen[str], str]:
    """A running demo and the address of its pages."""
    demo = begin("demo", "--students", 2, "--minutes", 60, "--port", 0, db=db)
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith("Dashboard: "):
            return demo, line.removeprefix("Dashboard: ").strip()
    raise AssertionError(demo.communicate())


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 - our own
            return bool(page.status == 200)
    except urllib.error.URLError:
        return False


def test_the_pages_end_with_a_killed_agent(db: Path) -> None:
    demo, url = demo_with_pages(db)
    assert answers(url)
    demo.kill()
    demo.communicate()
    wait_until(lambda: not answers(url))


def test_sigterm_ends_a_demo_and_its_pages(db: Path) -> None:
    demo, url = demo_with_pages(db)
    demo.terminate()
    out, err = demo.communicate(timeout=60)
    assert demo.returncode == 0, err
    assert "stays open" not in out
    assert not answers(url)
    assert stored(db).session.status is SessionStatus.ENDED


def test_ctrl_c_ends_the_whole_analysis(db: Path, tmp_path: Path) -> None:
    films = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for film in films:
        write_film(film, 60, fps=0.5, size=(320, 240))
    analysis = begin("analyze", *films, "--every", 0.5, *AGREED, db=db)
    wait_until(lambda: db.exists() and samples(db) >= 1)
    analysis.send_signal(signal.SIGINT)
    _, err = analysis.communicate(timeout=60)
    assert analysis.returncode == 0, err
    with Store.open(str(db)) as store:
        (only,) = store.sessions()
    assert only.status is SessionStatus.ENDED
    assert only.samples < 240


def test_a_recording_that_was_cut_says_where(db: Path, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    made = ("--students", 2, "--minutes", 0.5)
    classpulse("demo", *made, "--write", whole, db=db)
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    out = classpulse("analyze", cut, *AGREED, db=db).stdout
    assert "of 0:30: it may be cut short" in out


def test_a_killed_agent_reads_as_interrupted_at_once(db: Path) -> None:
    with XServer(640, 480) as display:
        display.paint("#406080")
        agent = begin(*WATCH, db=db, env=display.environment)
        wait_until(lambda: db.exists() and samples(db) >= 1)
        listed = json.loads(classpulse("sessions", "--json", db=db).stdout)
        assert listed[0]["status"] == "running"
        agent.kill()
        agent.communicate()
        listed = json.loads(classpulse("sessions", "--json", db=db).stdout)
    assert listed[0]["status"] == "interrupted"
    assert listed[0]["samples"] >= 1


def test_a_screen_that_goes_away_ends_nothing(db: Path) -> None:
    """The X server ends under a running class: a gap, and a clean end."""
    with XServer(640, 480) as display:
        display.paint("#406080")
        agent = begin(*WATCH, db=db, env=display.environment)
        wait_until(lambda: db.exists() and samples(db) >= 2)
        display.stop()
        wait_until(lambda: stored(db).session.lost >= 2)
        agent.send_signal(signal.SIGINT)
        _, err = agent.communicate(timeout=60)
    assert agent.returncode == 0, err
    data = stored(db)
    assert data.session.status is SessionStatus.ENDED
    assert data.samples.gap[0] is not data.samples.gap[-1]


def test_the_last_region_is_remembered(db: Path) -> None:
    short = ("--minutes", 0.02, *WATCH[1:])
    with XServer(640, 480) as display:
        display.paint("#406080")
        env = display.environment
        classpulse("start", "--region", "40,30,320,240", *short, db=db, env=env)
        classpulse("start", *short, db=db, env=env)
        listed = json.loads(classpulse("sessions", "--json", db=db).stdout)
    assert {row["source"] for row in listed} == {"screen 40,30 320x240"}


def samples(db: Path) -> int:
    with Store.open(str(db)) as store:
        sessions = store.sessions()
    return sessions[0].samples if sessions else 0


SPY = """
import sys

def tell(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        note(event, args[1])
    elif event == "socket.getaddrinfo":
        note(event, args[0])

def note(event, address):
    with open({log!r}, "a") as log:
        print(event, address, file=log)

sys.addaudithook(tell)
"""


def test_a_whole_session_opens_no_socket_to_elsewhere(db: Path, tmp_path: Path) -> None:
    """Python tells of every connection that it makes or looks up, in children too."""
    log = tmp_path / "sockets.log"
    (tmp_path / "sitecustomize.py").write_text(SPY.format(log=str(log)))
    env = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parent.parent}"}
    args = ("--students", 3, "--minutes", 0.2, "--port", 0)
    demo = begin("demo", *args, db=db, env=env)
    assert demo.stdout is not None
    out = ""
    while "stays open" not in out:
        line = demo.stdout.readline()
        assert line, demo.communicate()
        out += line
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)
    assert demo.returncode == 0
    assert "Dashboard: http://127.0.0.1:" in out
    told = log.read_text().splitlines()
    # The server that the pages come from was seen, so the spy was there.
    assert any(line.startswith("socket.bind") and "127.0.0.1" in line for line in told)
    # Where notebooks can be run, Dash loads urllib3, which tries whether this computer
    # has an IPv6 loopback.
    own = ("127.0.0.1", "socket.bind ('::1', 0)")
    elsewhere = [line for line in told if not any(here in line for here in own)]
    # Waitress parses its own default address, which is none of ours, at import.
    assert set(elsewhere) <= {"socket.getaddrinfo 0.0.0.0"}
