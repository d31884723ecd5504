"""A virtual class in a real window, as a call shows a gallery."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from monitor import sources
from monitor.sources.port import Source, SourceOptions
from tests.commands import begin
from tests.waiting import wait_until
from tests.x11 import XServer

_DRAWN = 20
"""Standard deviation of grey levels above which a part of the screen shows tiles."""


@contextmanager
def class_window(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    students: int,
    width: int,
    height: int,
) -> Iterator[XServer]:
    """This process's display, filled by a class of so many students.

    A small window comes first, as a trial, and the class's own may be opened anew: the
    screen is black between. It is handed over when the corner that a small window
    leaves free shows tiles.
    """
    with XServer(width, height) as display:
        shown = ("demo", "--window", "--students", students, "--minutes", 10)
        program = begin(*shown, db=tmp_path / "unused.db", env=display.environment)
        try:
            display.use(monkeypatch)
            with sources.create("screen", SourceOptions()) as screen:
                wait_until(lambda: _is_filled(screen))
            yield display
        finally:
            program.kill()
            program.communicate()


def _is_filled(screen: Source) -> bool:
    frame = screen.read(0.0)
    assert frame is not None
    height, width, _ = frame.image.shape
    corner = frame.image[-height // 3 :, -width // 3 :]
    return float(np.std(corner)) > _DRAWN
