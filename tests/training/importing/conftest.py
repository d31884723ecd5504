from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.emotion import registry


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of networks, which is not there yet."""
    folder = tmp_path / "networks"
    monkeypatch.setenv(registry.VARIABLE, str(folder))
    return folder


@pytest.fixture
def little_room() -> Iterator[None]:
    """Files of up to 24 KiB can be written, as on a disk that is almost full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (24 * 2**10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
