"""The virtual class in a real window at real speed, to be looked at or captured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import cv2
import numpy as np

from monitor.errors import SourceUnavailable
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass

TITLE = "ClassPulse virtual class gallery"
FPS = 10.0

_ESCAPE = 27
_TRY_S = 30.0
_TRIAL = "import cv2; cv2.namedWindow('trial'); cv2.waitKey(1); cv2.destroyAllWindows()"
_QUIET_QT = {"QT_LOGGING_RULES": "*.warning=false;*.info=false;*.debug=false"}
"""OpenCV's Qt complains on the terminal about fonts that nobody needs."""


_OPENINGS = 6
_LOOKS = 30
_DRAWN = 20.0
"""Spread of grey levels above which a picture of faces is there, not a ground."""


def show(
    options: SourceOptions,
    *,
    look: Look | None = None,
    on_ready: Callable[[], None] | None = None,
) -> None:
    """Show the class over the whole first monitor until it ends.

    Escape, q, closing the window and Ctrl-C end it too.

    Args:
        options: of the class.
        look: size and skin; as large as the first monitor, after Zoom, when None.
        on_ready: called once, when the display has been given the first picture.

    Raises:
        SourceUnavailable: no display, or no window can be opened on it.
        UsageError: options that no class can have.
    """
    source = VirtualClass(options, look)  # refuses bad options before any window
    _need_window()
    if look is None:
        source = VirtualClass(options, Look(*_first_monitor()))
    os.environ.update(_QUIET_QT)
    try:
        with source:
            _open(source.look)
            _appear(source)
            _play(source, on_ready)
    except KeyboardInterrupt:
        return
    except cv2.error as exc:
        raise _no_window(str(exc.err or exc).strip()) from exc
    finally:
        _shut()


def _appear(source: VirtualClass) -> None:
    """Bring the window up, opening it anew where it stays away.

    On an X server without a window manager the change to fullscreen now and then takes
    the window off the screen for good: what is on the screen tells.
    """
    if not sys.platform.startswith("linux"):
        return
    frame = source.read(0)
    for _ in range(_OPENINGS):
        for _ in range(_LOOKS):
            if frame is not None:
                cv2.imshow(TITLE, frame.image)
            cv2.waitKey(50)
            if _is_drawn():
                return
        cv2.destroyAllWindows()
        cv2.waitKey(50)
        _open(source.look)


def _is_drawn() -> bool:
    """Whether anything but one colour stands in the middle of the first monitor."""
    width, height = _first_monitor()
    middle = {
        "left": width // 4,
        "top": height // 4,
        "width": width // 2,
        "height": height // 2,
    }
    import mss
    from mss.exception import ScreenShotError

    try:
        with mss.MSS() as screen:
            return float(np.asarray(screen.grab(middle)).std()) > _DRAWN
    except ScreenShotError:
        return True  # the screen cannot be looked at: leave the window as it is


def _play(source: VirtualClass, on_ready: Callable[[], None] | None) -> None:
    # What Ctrl-C raises may be lost in the window's own code: a flag is not.
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        _play_until(stop, source, on_ready)
    finally:
        signal.signal(signal.SIGINT, before)


def _play_until(
    stop: threading.Event,
    source: VirtualClass,
    on_ready: Callable[[], None] | None,
) -> None:
    start = time.monotonic()
    while not stop.is_set():
        offset_s = time.monotonic() - start
        frame = source.read(offset_s)
        if frame is None:
            return
        cv2.imshow(TITLE, frame.image)
        left_s = 1 / FPS - (time.monotonic() - start - offset_s)
        key = cv2.waitKey(max(round(1000 * left_s), 1))
        if key in (_ESCAPE, ord("q")):
            return
        if cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
            return
        if on_ready is not None:
            on_ready()
            on_ready = None


def _open(look: Look) -> None:
    cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_GUI_NORMAL)
    cv2.moveWindow(TITLE, 0, 0)
    cv2.resizeWindow(TITLE, look.width, look.height)
    # Fullscreen has no frame and no title bar: the gallery begins at the corner.
    cv2.setWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)


def _shut() -> None:
    try:
        cv2.destroyAllWindows()
        cv2.waitKey(1)
    except cv2.error:  # it was never there
        return


def _need_window() -> None:
    """Open a window in another process first: Qt ends the one in which it fails.

    Raises:
        SourceUnavailable: no window can be opened.
    """
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise _no_window("DISPLAY is not set")
    try:
        tried = subprocess.run(
            [sys.executable, "-P", "-c", _TRIAL],
            env=os.environ | _QUIET_QT,
            capture_output=True,
            timeout=_TRY_S,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise _no_window(f"the display did not answer in {_TRY_S:g} s") from exc
    if tried.returncode != 0:
        place = os.environ.get("DISPLAY", "")
        raise _no_window(f"display {place} cannot be used" if place else "no display")


def _first_monitor() -> tuple[int, int]:
    """Width and height of the first monitor in pixels."""
    import mss
    from mss.exception import ScreenShotError

    try:
        with mss.MSS() as screen:
            first = screen.monitors[1 if len(screen.monitors) > 1 else 0]
            return int(first["width"]), int(first["height"])
    except ScreenShotError as exc:
        raise _no_window(str(exc)) from exc


def _no_window(reason: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"No window can be shown: {reason}; run this on a desktop, or use --write "
        "FILE.mp4 to make a video instead"
    )
