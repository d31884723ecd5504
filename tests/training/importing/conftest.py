from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folder(models: Path) -> None:
    """No test here sees, or leaves, a network of whoever runs it."""


@pytest.fixture
def little_room() -> Iterator[None]:
    """Files of up to 24 KiB can be written, as on a disk that is almost full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (24 * 2**10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
