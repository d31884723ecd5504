"""Real databases in temporary folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "classpulse.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(str(path)) as opened:
        yield opened
