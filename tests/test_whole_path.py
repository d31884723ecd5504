"""The whole path in real processes: from pictures to tables and files."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from monitor import boxes
from monitor.records import EMOTIONS, SessionData, SessionStatus
from monitor.store.store import Store
from tests.commands import AGREED, begin, classpulse
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
    assert {line["student"] for line in rows(out / "students.csv")} == {
        f"Student {n}" for n in range(1, 7)
    }
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
        for student, box in zip(seen.student[here], seen.xyxy[here], strict=True):
            overlaps = [boxes.iou(tuple(box), xyxy(p["face"])) for p in people]
            best = max(range(len(people)), key=overlaps.__getitem__)
            assert overlaps[best] > 0.3, "a face where nobody is"
            names.setdefault(int(student), Counter())[people[best]["name"]] += 1
            found += 1
    assert found >= 0.95 * expected
    # In a calm class each student is one person, from first to last.
    assert all(len(count) == 1 for count in names.values())
    assert len({next(iter(count)) for count in names.values()}) == len(names) == 9


def xyxy(xywh: list[float]) -> tuple[float, float, float, float]:
    x, y, width, height = xywh
    return x, y, x + width, y + height


def test_a_class_in_a_real_window_is_watched(db: Path, tmp_path: Path) -> None:
    with XServer(1280, 720) as display:
        shown = ("demo", "--window", "--students", 9, "--minutes", 5)
        window = begin(*shown, db=tmp_path / "unused.db", env=display.environment)
        try:
            wait_until(lambda: "gallery" in names_of_windows(display), 60)
            classpulse(*WATCH, "--minutes", 0.2, db=db, env=display.environment)
        finally:
            window.kill()
            window.communicate()
    data = stored(db)
    assert data.session.samples >= 5
    assert len(data.observations) >= 0.95 * 9 * data.session.samples
    assert data.session.students == 9


def names_of_windows(display: XServer) -> str:
    return display.run("xwininfo", "-root", "-tree").lower()


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


def samples(db: Path) -> int:
    with Store.open(str(db)) as store:
        sessions = store.sessions()
    return sessions[0].samples if sessions else 0


def test_a_whole_session_opens_no_socket_to_elsewhere(db: Path, tmp_path: Path) -> None:
    """Python tells of every connection that it makes or looks up, in children too."""
    log = tmp_path / "sockets.log"
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def tell(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'):\n"
        f"        with open({str(log)!r}, 'a') as log:\n"
        "            print(event, args[-1] if event != 'socket.getaddrinfo'"
        " else args[:2], file=log)\n"
        "sys.addaudithook(tell)\n"
    )
    probe = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('::', 9))"
    env = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parent.parent}"}
    demo = begin("demo", "--students", 3, "--minutes", 0.2, "--port", 0, db=db, env=env)
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
    told = log.read_text().splitlines() if log.exists() else []
    elsewhere = [t for t in told if "127.0.0.1" not in t and "localhost" not in t]
    assert elsewhere == []
    # The log does work: a connection would have been seen.
    subprocess.run(
        [sys.executable, "-c", probe],
        env={**env, "PATH": "/usr/bin"},
        check=False,
        stderr=subprocess.DEVNULL,
    )
    assert log.exists()
