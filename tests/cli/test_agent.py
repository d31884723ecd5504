"""The process behind the start page, spoken with as the dashboard speaks with it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import cv2
import pytest

from monitor.preview_address import Address, address_file, ask, find
from monitor.records import Mode, SessionStatus
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass
from monitor.store.store import Store
from tests.commands import PROGRAM, environment
from tests.waiting import wait_until
from tests.x11 import XServer


class Agent:
    """A real `python -m monitor agent`."""

    def __init__(self, db: Path, env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "agent", "--db", str(db)],
            env=environment(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        ready = self.hear()
        self.address = Address(ready["port"], ready["token"])

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        heard = json.loads(self.process.stdout.readline())
        assert isinstance(heard, dict)
        return heard

    def ask(self, what: str, **details: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"id": 1, "ask": what, **details}) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def end(self) -> str:
        """End its input, wait for its end, and give what it complained of."""
        _, errors = self.process.communicate(timeout=120)
        return str(errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "class.db"


@pytest.fixture
def agent(db: Path) -> Iterator[Agent]:
    with Agent(db) as started:
        yield started


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A class of four as a picture: a recording of one sample."""
    file = tmp_path / "gallery.png"
    with VirtualClass(SourceOptions(students=4, seed=7), Look(960, 540)) as source:
        cv2.imwrite(str(file), source.picture(1.0))
    return file


def test_it_ends_with_its_input_and_leaves_nothing(agent: Agent, db: Path) -> None:
    assert agent.end() == ""
    assert agent.process.returncode == 0
    with Store.open(str(db)) as store:
        assert store.sessions() == []
    assert not list(db.parent.glob("*.preview"))


def test_half_a_question_ends_it(agent: Agent) -> None:
    assert agent.process.stdin is not None
    agent.process.stdin.write('{"id": 1, "ask": "pla')
    assert agent.end() == ""
    assert agent.process.returncode == 0


def test_what_cannot_be_had_is_one_line_and_the_process_goes_on(agent: Agent) -> None:
    places = agent.ask("places")
    assert "DISPLAY is not set" in places["screen_error"]
    for question, told in (
        ({"source": "screen"}, "There is no display"),
        ({"source": "webcam", "camera": 98}, "There is no camera 98"),
        ({"source": "/no/such/lecture.mp4"}, "does not exist; check the name"),
        ({"source": "~nobody-of-that-name/a.mp4"}, "does not exist; check the name"),
        ({"source": "x" * 300}, "cannot be opened"),
    ):
        error = agent.ask("show", **question)["error"]
        assert told in error
        assert "\n" not in error
        assert "--" not in error
    assert agent.end() == ""


def test_a_wayland_session_is_told(db: Path) -> None:
    hidden = {"WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}
    with Agent(db, hidden) as agent:
        assert "Wayland session" in agent.ask("places")["screen_error"]


IMPOSSIBLE: tuple[tuple[dict[str, object], str], ...] = (
    ({}, "tick that you have told the class"),
    ({"accept": True}, "Choose what is kept"),
    ({"every_s": "0.01"}, "Seconds between looks” 0.01: seconds between"),
    ({"every_s": 0}, "Seconds between looks” 0: seconds between"),
    ({"every_s": "soon"}, "Seconds between looks”: expected a number"),
    ({"minutes": 0}, "End after” 0: must be more than 0"),
    ({"minutes": -3}, "End after” -3: must be more than 0"),
    ({"mode": "all"}, "What is kept” 'all' is not known"),
    ({"me": "?" * 500}, "as it stands on your own tile"),
    ({"roster": "/no/roster.csv"}, "cannot be read"),
    ({"source": "screen", "region": [0, 0, 0, 9]}, "has no size"),
    ({"source": "screen", "region": [0, 0, 9]}, "expected four numbers"),
)


def test_a_class_that_cannot_be_is_not_begun(
    agent: Agent, db: Path, picture: Path
) -> None:
    for wish, told in IMPOSSIBLE:
        error = agent.ask("start", **{"source": str(picture), **wish})["error"]
        assert told in error
        assert "--" not in error
        assert "\n" not in error
    with Store.open(str(db)) as store:
        assert store.sessions() == []
        assert store.acknowledged_mode() is None


def test_a_roster_is_checked_by_line(agent: Agent) -> None:
    def sent(text: str) -> dict[str, str]:
        return {"name": "10a.csv", "data": base64.b64encode(text.encode()).decode()}

    bad = sent("name,consent\nAna,yes\nBo,perhaps\n")
    error = agent.ask("roster", roster_sent=bad)["error"]
    assert error.startswith("Roster 10a.csv: line 3: ")
    good = sent("name,consent\nAna,yes\nBo,no\n")
    answer = agent.ask("roster", roster_sent=good, course="Biology")
    assert answer["told"] == "Roster: 2 students of Biology; 1 agreed to be read."
    odd = sent("") | {"name": ".."}
    assert agent.ask("roster", roster_sent=odd)["error"].startswith(
        "Roster .. is empty"
    )
    broken = {"name": "10a.csv", "data": "?"}
    assert "choose the file again" in agent.ask("roster", roster_sent=broken)["error"]


def test_a_recording_is_seen_checked_and_recorded(
    agent: Agent, db: Path, picture: Path
) -> None:
    assert agent.ask("show", source=str(picture))["width"] == 960
    assert ask(agent.address)
    assert len(agent.ask("check", source=str(picture))["boxes"]) == 4
    wish = {"source": str(picture), "mode": "presence", "accept": True, "me": ""}
    begun = agent.ask("start", **wish, title="Seen", course="Film")
    assert agent.hear() == {"event": "ended"}
    assert agent.end() == ""
    with Store.open(str(db)) as store:
        row = store.session(begun["session"])
        assert (row.title, row.course, row.mode) == ("Seen", "Film", Mode.PRESENCE)
        assert row.status is SessionStatus.ENDED
        assert row.samples == 1
        assert store.acknowledged_mode() is Mode.PRESENCE
        assert (store.exports_folder(row.id) / "students.csv").is_file()


@pytest.mark.display
def test_a_class_ends_whole_when_the_dashboard_is_gone(db: Path) -> None:
    with XServer(640, 480) as display:
        display.paint("#808080")
        with Agent(db, {"DISPLAY": display.name}) as agent:
            wish = {"source": "screen", "mode": "presence", "accept": True}
            region = [0, 0, 320, 240]
            outside = agent.ask("start", **wish, region=[900, 0, 320, 240])
            assert "lies outside every monitor" in outside["error"]
            begun = agent.ask("start", **wish, region=region, every_s=0.5)
            with Store.open(str(db)) as store:
                wait_until(lambda: store.session(begun["session"]).samples > 1)
                live = find(address_file(db, begun["session"]))
                assert live is not None
                assert live != agent.address
                assert ask(live)
                assert agent.end() == ""
                row = store.session(begun["session"])
            assert row.status is SessionStatus.ENDED
            assert row.source == "screen 0,0 320x240"
            assert (db.parent / "exports" / str(row.id) / "timeline.csv").is_file()
            assert not list(db.parent.glob("*.locks/*"))
            with Agent(db, {"DISPLAY": display.name}) as later:
                places = later.ask("places")
                assert places["region"] == region
                assert places["monitors"] == [[0, 0, 640, 480]]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_no_process_stays_behind_a_dashboard_that_was_killed(db: Path) -> None:
    """However the dashboard goes, the end of the pipe tells its agents."""
    code = (
        "import sys, time\n"
        "from dashboard.agents import AgentProcess\n"
        "agent = AgentProcess(sys.argv[1])\n"
        "agent.ask('places')\n"
        "print(agent._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(db)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    owner.kill()
    owner.communicate()
    wait_until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    """Whether a process is there and no mere entry that nobody has waited for."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
