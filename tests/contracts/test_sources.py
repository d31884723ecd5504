"""What every kind of source keeps to, whatever its pictures come from.

A new kind joins by a function that makes a working source and a broken one, in
`WORKING` and `BROKEN`; each gets an empty folder and a way to start an X server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.errors import SourceLost, SourceUnavailable
from monitor.sources import create, kinds
from monitor.sources.port import Source, SourceOptions
from monitor.sources.webcam import Webcam
from tests.sources.films import write_film
from tests.x11 import XServer

Display = Callable[[], XServer]
Maker = Callable[[Path, Display], Source]

EVERY_S = 1.0


def make_screen(folder: Path, display: Display) -> Source:
    display().paint("#336699")
    return create("screen", SourceOptions(every_s=EVERY_S))


def make_lost_screen(folder: Path, display: Display) -> Source:
    server = display()
    source = create("screen", SourceOptions(every_s=EVERY_S))
    server.stop()
    return source


def make_webcam(folder: Path, display: Display) -> Source:
    """No machine of ours has a camera: a film runs where one would be."""
    film = str(write_film(folder / "camera.mp4", 60, size=(640, 480)))
    return Webcam(0, lambda _: cv2.VideoCapture(film, cv2.CAP_FFMPEG))


def make_missing_webcam(folder: Path, display: Display) -> Source:
    return create("webcam", SourceOptions(camera=4711))


def make_video(folder: Path, display: Display) -> Source:
    film = write_film(folder / "film.mp4", 20, fps=5)
    return create("video", SourceOptions(every_s=EVERY_S, paths=(film,)))


def make_bad_video(folder: Path, display: Display) -> Source:
    (folder / "film.mp4").write_text("nothing to see")
    return create("video", SourceOptions(paths=(folder / "film.mp4",)))


def make_pictures(folder: Path, display: Display) -> Source:
    for number in range(3):
        image = np.full((24, 32, 3), 50 * number, np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), image)
    return create("pictures", SourceOptions(every_s=EVERY_S, paths=(folder,)))


def make_bad_pictures(folder: Path, display: Display) -> Source:
    (folder / "class.png").write_text("nothing to see")
    return create("pictures", SourceOptions(paths=(folder / "class.png",)))


WORKING: dict[str, Maker] = {
    "screen": make_screen,
    "webcam": make_webcam,
    "video": make_video,
    "pictures": make_pictures,
}
BROKEN: dict[str, Maker] = {
    "screen": make_lost_screen,
    "webcam": make_missing_webcam,
    "video": make_bad_video,
    "pictures": make_bad_pictures,
}


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[Display]:
    """Starts an X server when it is called, for the kinds that look at one."""
    with ExitStack() as stack:

        def begin() -> XServer:
            server = stack.enter_context(XServer(320, 240))
            server.use(monkeypatch)
            return server

        yield begin


@pytest.fixture(params=WORKING.values(), ids=list(WORKING))
def source(request: pytest.FixtureRequest, tmp_path: Path, display: Display) -> Source:
    make: Maker = request.param
    return make(tmp_path, display)


@pytest.fixture(params=BROKEN.values(), ids=list(BROKEN))
def broken(request: pytest.FixtureRequest, tmp_path: Path, display: Display) -> Source:
    make: Maker = request.param
    return make(tmp_path, display)


class TestEverySource:
    def test_gives_valid_frames(self, source: Source) -> None:
        with source as opened:
            assert opened is source
            for offset_s in (0.0, EVERY_S, 2 * EVERY_S):
                frame = source.read(offset_s)
                assert frame is not None
                assert frame.offset_s == offset_s
                assert frame.captured_at.tzinfo is UTC
                assert frame.image.dtype == np.uint8
                assert frame.image.ndim == 3
                assert frame.image.shape[2] == 3
                assert frame.image.size > 0

    def test_frames_of_one_source_have_one_size(self, source: Source) -> None:
        with source:
            frames = [source.read(n * EVERY_S) for n in range(3)]
        assert len({f.image.shape for f in frames if f is not None}) == 1

    def test_time_goes_forward(self, source: Source) -> None:
        with source:
            first, second = source.read(0.0), source.read(EVERY_S)
        assert first is not None
        assert second is not None
        assert second.captured_at > first.captured_at
        if not source.live:
            assert source.started_at == first.captured_at
            ahead = second.captured_at - first.captured_at
            assert ahead == timedelta(seconds=EVERY_S)

    def test_a_recording_ends_and_the_present_does_not(self, source: Source) -> None:
        with source:
            if source.live:
                assert source.duration_s is None
                assert source.started_at is None
                assert source.read(86_400.0) is not None
                return
            assert source.duration_s is not None
            assert source.duration_s > 0
            last = source.duration_s - EVERY_S
            assert source.read(last) is not None
            assert source.read(source.duration_s + EVERY_S) is None

    def test_says_what_it_is_in_one_line(self, source: Source) -> None:
        with source:
            assert source.description
            assert source.description.isprintable()

    def test_leaves_more_than_once(self, source: Source) -> None:
        with source:
            source.read(0.0)
        source.__exit__(None, None, None)

    def test_leaves_without_having_entered(self, source: Source) -> None:
        source.__exit__(None, None, None)

    def test_can_be_entered_again(self, source: Source) -> None:
        for _ in range(2):
            with source:
                assert source.read(0.0) is not None

    def test_an_error_inside_is_not_swallowed(self, source: Source) -> None:
        def fail() -> None:
            raise KeyError("inside")

        with pytest.raises(KeyError), source:
            fail()


class TestEveryBrokenSource:
    def test_says_why_in_one_line_and_leaves(
        self, broken: Source, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SourceUnavailable) as caught:
            broken.__enter__()
        broken.__exit__(None, None, None)
        text = str(caught.value)
        assert text
        assert "\n" not in text
        assert len(text) < 300
        assert capfd.readouterr() == ("", "")

    def test_reading_without_entering_is_told(self, broken: Source) -> None:
        with pytest.raises(SourceLost):
            broken.read(0.0)


def test_no_kind_is_forgotten() -> None:
    """Every listed kind but the virtual class, which has rooms of its own to show."""
    assert set(kinds()) - {"virtual"} <= WORKING.keys() & BROKEN.keys()
