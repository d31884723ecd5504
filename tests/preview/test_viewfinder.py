"""What is shown before a class begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from monitor.errors import AgentError, SourceUnavailable
from monitor.pipeline import Equipment
from monitor.preview.viewfinder import Viewfinder
from monitor.records import Mode
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass
from tests.preview.conftest import Unpacked
from tests.x11 import XServer

Unpack = Callable[[bytes], Unpacked]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A gallery of four as a picture file."""
    source = VirtualClass(SourceOptions(students=4, seed=7), Look(960, 540))
    file = tmp_path / "gallery.png"
    with source:
        cv2.imwrite(str(file), source.picture(1.0))
    return file


def test_nothing_is_shown_before_a_choice() -> None:
    finder = Viewfinder()
    assert finder.look() is None
    with pytest.raises(AgentError, match="choose what is to be watched"):
        finder.count(None, Equipment())


def test_faces_are_counted_as_the_class_will_see_them(
    picture: Path, unpacked: Unpack
) -> None:
    finder = Viewfinder()
    sight = finder.open(str(picture))
    assert (sight.width, sight.height, sight.region) == (960, 540, None)
    assert unpacked(finder.look() or b"")[1].shape == (540, 960, 3)
    found = finder.count(None, Equipment())
    assert len(found.boxes) == 4
    assert found.readable is not None
    assert found.readable >= 3
    assert all(0 <= side <= 1 for box in found.boxes for side in box)
    seen = finder.count(None, Equipment(mode=Mode.PRESENCE))
    assert seen.readable is None
    finder.close()


def test_a_source_that_cannot_be_had_leaves_nothing_open(picture: Path) -> None:
    finder = Viewfinder()
    finder.open(str(picture))
    with pytest.raises(SourceUnavailable, match="does not exist; check the name"):
        finder.open(str(picture.with_name("missing.mp4")))
    assert finder.look() is None


@pytest.mark.display
def test_the_whole_desktop_is_shown_and_a_picture_can_be_held(
    monkeypatch: pytest.MonkeyPatch, unpacked: Unpack
) -> None:
    def middle() -> tuple[int, ...]:
        about, shown = unpacked(finder.look() or b"")
        return about["held"], *(int(value) for value in shown[240, 320] // 128)

    with XServer(640, 480) as display:
        display.use(monkeypatch)
        display.paint("#ff0000")
        finder = Viewfinder()
        assert finder.open("screen").region == (0, 0, 640, 480)
        assert middle() == (False, 0, 0, 1)
        finder.hold()
        display.paint("#0000ff")
        assert middle() == (True, 0, 0, 1)
        finder.go_on()
        assert middle() == (False, 1, 0, 0)
        with pytest.raises(SourceUnavailable, match="lies outside every monitor"):
            finder.count((700, 0, 100, 100), Equipment())
        finder.close()
