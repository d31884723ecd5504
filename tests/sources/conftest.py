"""A real X server for the tests of the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.x11 import XServer


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """A screen of 640x480, and this process looks at it."""
    with XServer(640, 480) as server:
        server.use(monkeypatch)
        yield server
