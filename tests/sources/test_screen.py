"""The screen, on a real X server; what X cannot show is shown by numbers."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from mss import ScreenShot
from mss.models import Size

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.sources.port import Region, SourceOptions
from monitor.sources.screen import Screen, create
from monitor.sources.screen.desktop import (
    GRAB_ERRORS,
    Desktop,
    Eye,
    find_desktop,
    to_bgr,
)
from tests.x11 import XServer

ORANGE_BGR = (0, 128, 255)
LEFT, RIGHT = (0, 0, 320, 480), (320, 0, 320, 480)

on_x11 = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="X11 is looked for on Linux alone"
)


@pytest.fixture
def two_monitors(display: XServer) -> XServer:
    display.add_monitor("left", *LEFT)
    display.add_monitor("right", *RIGHT)
    return display


def opening_fails(screen: Screen) -> str:
    """The one line that a user reads when this screen is opened."""
    with pytest.raises(SourceUnavailable) as caught, screen:
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def reading_fails(screen: Screen) -> str:
    """The one line that a reader of a lost screen gets."""
    with pytest.raises(SourceLost) as caught:
        screen.read(3.0)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.display
class TestGrabbing:
    def test_the_whole_first_monitor(self, display: XServer) -> None:
        display.paint("#ff8000")
        with create(SourceOptions()) as screen:
            frame = screen.read(6.0)
        assert screen.description == "screen 0,0 640x480"
        assert frame.image.shape == (480, 640, 3)
        assert frame.image.flags.c_contiguous
        assert (frame.image == ORANGE_BGR).all()
        assert frame.offset_s == 6.0

    def test_a_region_is_where_it_was_asked(self, display: XServer) -> None:
        """Lines every 16 pixels, drawn by X: a region begins in the middle of them."""
        grid = ["-mod", "16", "16", "-fg", "#ff0000", "-bg", "#000000"]
        display.run("xsetroot", *grid)
        with Screen(None, None) as screen:
            whole = screen.read(0).image
        with Screen((37, 21, 100, 50), None) as screen:
            part = screen.read(0).image
        assert len(np.unique(whole)) == 2
        np.testing.assert_array_equal(part, whole[21:71, 37:137])

    def test_monitors_have_numbers(self, two_monitors: XServer) -> None:
        with create(SourceOptions(monitor=2)) as screen:
            assert screen.region == RIGHT
            assert screen.read(0).image.shape == (480, 320, 3)

    def test_a_region_over_the_edge_is_clipped_and_says_so(
        self, two_monitors: XServer
    ) -> None:
        with Screen((300, 400, 1000, 1000), None) as screen:
            assert screen.region == (300, 400, 340, 80)
            assert screen.read(0).image.shape == (80, 340, 3)
        assert screen.description == (
            "screen 300,400 340x80 (what the desktop shows of 300,400,1000,1000)"
        )

    def test_a_monitor_left_of_the_origin(self, display: XServer) -> None:
        """X shows no pixel there, and a grab of one would be refused."""
        display.add_monitor("half-out", -320, 0, 640, 480)
        display.add_monitor("right", *RIGHT)
        assert find_desktop().monitors[0] == (-320, 0, 640, 480)
        with Screen((-100, 10, 200, 50), None) as screen:
            assert screen.region == (0, 10, 100, 50)
            assert screen.read(0).image.shape == (50, 100, 3)

    def test_a_larger_desktop_is_followed(self, display: XServer) -> None:
        display.add_monitor("left", *LEFT)
        with Screen((10, 10, 50, 50), None) as screen:
            screen.read(0)
            display.add_monitor("right", *RIGHT)
            assert screen.read(3).image.shape == (50, 50, 3)


@pytest.mark.display
class TestRefusals:
    def test_a_region_off_every_monitor(self, two_monitors: XServer) -> None:
        assert opening_fails(Screen((5000, 0, 800, 600), None)) == (
            "region 5000,0,800,600 lies outside every monitor "
            "(1: 320x480 at 0,0; 2: 320x480 at 320,0); choose one inside"
        )

    def test_a_monitor_that_is_not_there(self, two_monitors: XServer) -> None:
        assert opening_fails(Screen(None, 3)) == (
            "there is no monitor 3 (1: 320x480 at 0,0; 2: 320x480 at 320,0); "
            "choose one of these"
        )

    def test_a_display_that_does_not_answer(self, display: XServer) -> None:
        display.stop()
        text = opening_fails(Screen(None, None))
        assert text.startswith(f"display {display.name} cannot be seen (")
        assert "start from a terminal inside the desktop session" in text


@pytest.mark.display
class TestLoss:
    def test_a_monitor_that_vanishes_and_comes_back(
        self, two_monitors: XServer
    ) -> None:
        with Screen((400, 0, 100, 100), None) as screen:
            screen.read(0)
            two_monitors.remove_monitor("right")
            for _ in range(2):
                assert reading_fails(screen) == (
                    "the monitor that showed 100x100 at 400,0 is gone (now 1: 320x480 "
                    "at 0,0); connect it again or start anew with another --region"
                )
            two_monitors.add_monitor("right", *RIGHT)
            assert screen.read(9).image.shape == (100, 100, 3)

    def test_the_x_server_ends_and_comes_back(
        self, display: XServer, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with Screen(None, None) as screen:
            screen.read(0)
            display.stop()
            for _ in range(2):
                assert "the display gives no picture (" in reading_fails(screen)
            with XServer(640, 480, number=display.number) as again:
                again.paint("#ff8000")
                assert (screen.read(9).image == ORANGE_BGR).all()
        assert capfd.readouterr() == ("", "")

    def test_the_connection_breaks_between_two_looks(self, display: XServer) -> None:
        """An eye on a dead server: its end is an exception, never a crash."""
        eye = Eye()
        eye.grab((0, 0, 8, 8))
        display.stop()
        with pytest.raises(GRAB_ERRORS):
            eye.grab((0, 0, 8, 8))
        eye.close()
        eye.close()


@on_x11
class TestHiddenDisplays:
    def test_no_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
            monkeypatch.delenv(name, raising=False)
        assert opening_fails(Screen(None, None)) == (
            "there is no display: DISPLAY is not set; start from a terminal inside the "
            "desktop session, or use --source webcam or a recording"
        )

    @pytest.mark.parametrize(
        ("session", "socket"), [("wayland", ""), ("Wayland", "x"), ("", "wayland-0")]
    )
    def test_wayland_is_told_before_anything_is_grabbed(
        self, session: str, socket: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DISPLAY", ":64999")  # nobody is there: it is not asked
        monkeypatch.setenv("XDG_SESSION_TYPE", session)
        monkeypatch.setenv("WAYLAND_DISPLAY", socket)
        assert opening_fails(Screen(None, None)) == (
            "this is a Wayland session, which shows its screen to no other program; "
            'log in again with an X11 ("Xorg") session, or use --source webcam or a '
            "recording"
        )

    @pytest.mark.display
    def test_an_x11_session_with_a_wayland_window(
        self, display: XServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        with Screen(None, None) as screen:
            screen.read(0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (SourceOptions(region=(0, 0, 0, 9)), "region 0,0,0,9 has no size: expected"),
        (SourceOptions(region=(0, 0, 9, -1)), "region 0,0,9,-1 has no size: expected"),
        (SourceOptions(monitor=0), "there is no monitor 0: they are numbered from 1"),
        (SourceOptions(region=(0, 0, 1, 1), monitor=1), "were both given"),
    ],
)
def test_wrong_options(options: SourceOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        create(options)


# A second monitor left of the first and higher up, as Windows and macOS count them.
DESKTOP = Desktop(
    (-1280, -200, 3200, 1280), ((0, 0, 1920, 1080), (-1280, -200, 1280, 1024))
)


@pytest.mark.parametrize(
    ("region", "box", "area"),
    [
        ((-1280, -200, 1280, 1024), (-1280, -200, 1280, 1024), 1280 * 1024),
        ((-100, 0, 200, 100), (-100, 0, 200, 100), 200 * 100),
        ((-2000, -900, 1000, 1000), (-1280, -200, 280, 300), 280 * 300),
        ((-10, -210, 20, 20), (-10, -200, 10, 10), 10 * 10),
        ((-10, 1000, 20, 20), (0, 1000, 10, 20), 10 * 20),
        ((100, -150, 50, 50), None, 0),
        ((1920, 0, 50, 50), None, 0),
    ],
)
def test_what_the_desktop_shows(region: Region, box: Region | None, area: int) -> None:
    assert DESKTOP.visible_box(region) == box
    assert DESKTOP.visible_area(region) == area


def test_mirrored_monitors_show_a_pixel_once() -> None:
    whole = (0, 0, 1920, 1080)
    mirrored = Desktop(whole, (whole, (0, 0, 1280, 720)))
    assert mirrored.visible_area(whole) == 1920 * 1080


def test_a_grab_may_be_larger_than_asked() -> None:
    """As on a Retina screen: 2x1 points come back as 4x2 pixels."""
    bgra = np.arange(4 * 2 * 4, dtype=np.uint8).reshape(2, 4, 4)
    asked = {"left": 0, "top": 0, "width": 2, "height": 1}
    shot = ScreenShot(bytearray(bgra.tobytes()), asked, size=Size(4, 2))
    np.testing.assert_array_equal(to_bgr(shot), bgra[:, :, :3])
