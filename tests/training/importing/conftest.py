from __future__ import annotations

from pathlib import Path

import pytest

from monitor.emotion import registry


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of networks, which is not there yet."""
    folder = tmp_path / "networks"
    monkeypatch.setenv(registry.VARIABLE, str(folder))
    return folder
