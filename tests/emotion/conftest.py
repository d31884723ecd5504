from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.emotion.registry import shipped


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped file, to be spoiled."""
    return Path(shutil.copy(shipped(), tmp_path / "network.tflite"))
