from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import StoreUnusable
from monitor.records import SessionStatus
from monitor.store.locks import SessionLock, is_held, lock_path
from monitor.store.store import Store
from tests.builders import build_new_session, build_tick

AGENT = """
import sys
from monitor.records import SessionStatus
from monitor.store.store import Store
from tests.builders import build_new_session, build_tick
store = Store.open(sys.argv[1])
recording = store.begin(build_new_session())
recording.write(build_tick(0))
if sys.argv[2] == "paused":
    recording.set_status(SessionStatus.PAUSED)
print(recording.session_id, flush=True)
sys.stdin.read()
recording.end()
print("ended", flush=True)
"""


def start_agent(path: Path, status: str = "running") -> subprocess.Popen[str]:
    """Another process that records; its first line tells that it has begun."""
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, str(path), status],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert agent.stdout is not None
    assert agent.stdout.readline().strip() == "1"
    return agent


@pytest.mark.parametrize("status", [SessionStatus.RUNNING, SessionStatus.PAUSED])
def test_killed_agent_reads_interrupted_at_once(
    path: Path, status: SessionStatus
) -> None:
    agent = start_agent(path, status)
    with Store.open(str(path)) as store, agent:
        assert store.session(1).status is status
        assert store.sessions()[0].status is status
        agent.send_signal(signal.SIGKILL)
        agent.wait()
        assert store.session(1).status is SessionStatus.INTERRUPTED
        assert store.sessions()[0].status is SessionStatus.INTERRUPTED
        assert store.load(1).session.status is SessionStatus.INTERRUPTED
        assert store.latest(1).session.status is SessionStatus.INTERRUPTED
        assert store.session(1).ended_at is None
        # What it wrote is there, and the next session is not disturbed.
        assert len(store.load(1).samples) == 1
        with store.begin(build_new_session()) as recording:
            assert store.session(recording.session_id).status is SessionStatus.RUNNING


def test_looking_neither_takes_nor_drops_the_lock_of_another_process(
    path: Path,
) -> None:
    agent = start_agent(path)
    with Store.open(str(path)) as store, agent:
        for _ in range(20):
            assert store.session(1).status is SessionStatus.RUNNING
        _, _ = agent.communicate("")
        assert agent.returncode == 0
        assert store.session(1).status is SessionStatus.ENDED
        assert not lock_path(path, 1).exists()


def test_looking_from_the_agents_own_process_drops_nothing(store: Store) -> None:
    with store.begin(build_new_session()) as recording:
        for _ in range(5):
            assert is_held(lock_path(store.path, recording.session_id))
        with Store.open(str(store.path)) as second:
            assert second.session("last").status is SessionStatus.RUNNING
            recording.write(build_tick(0))
        assert store.session("last").status is SessionStatus.RUNNING


def test_free_or_missing_lock_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "1.lock"
    assert not is_held(path)
    assert not path.exists()
    path.touch()
    assert not is_held(path)
    assert not is_held(tmp_path / "none" / "1.lock")
    with SessionLock(path):
        assert is_held(path)
    assert not path.exists()


def test_lock_in_use_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "1.lock"
    with (
        SessionLock(path),
        pytest.raises(StoreUnusable, match="another program holds the lock"),
    ):
        SessionLock(path).acquire()
    SessionLock(path).release()


def test_lock_whose_folder_cannot_be_made_leaves_no_session(store: Store) -> None:
    store.path.with_name(store.path.name + ".locks").write_text("in the way")
    with pytest.raises(StoreUnusable, match="cannot make the lock file") as caught:
        store.begin(build_new_session())
    assert "\n" not in str(caught.value)
    assert store.sessions() == []
