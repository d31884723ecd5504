"""What holds for every test."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from monitor.emotion import registry

# Tests that a shell started in the background, or `nohup`, are deaf to these signals,
# and so would be every program that they start and want to end with one. A handler of
# our own leaves the tests as they are, and programs begin with the usual ones.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of networks, which is not there yet."""
    folder = tmp_path / "networks"
    monkeypatch.setenv(registry.VARIABLE, str(folder))
    return folder
