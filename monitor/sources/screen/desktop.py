"""The desktop's monitors and its pixels, as mss shows them.

mss's XCB engine lives through the end of the X server, where Xlib would end the
process. It then raises AssertionError, and closing a broken connection a second time
crashes inside libxcb; both are kept inside `Eye`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import pairwise

import cv2
import mss
import numpy as np
from mss.exception import ScreenShotError

from monitor.errors import SourceUnavailable
from monitor.records import Image
from monitor.sources.port import Region

GRAB_ERRORS = (ScreenShotError, AssertionError, OSError, ValueError)
"""What mss raises when a display is gone, or does not let itself be seen."""

_ELSE = "or use --source webcam or a recording"


@dataclass(frozen=True, slots=True)
class Desktop:
    """Where the monitors stand, in pixels of the virtual desktop.

    Attributes:
        whole: what can be grabbed at all. Under X11 a monitor may claim more.
        monitors: in the order of their numbers, which start at 1; never empty.
        primary: position of the primary monitor in ``monitors``, else 0.
    """

    whole: Region
    monitors: tuple[Region, ...]
    primary: int = 0

    def __str__(self) -> str:
        """The monitors for people: "1: 1920x1080 at 0,0; 2: 1280x720 at 1920,0"."""
        return "; ".join(
            f"{number}: {width}x{height} at {x},{y}"
            for number, (x, y, width, height) in enumerate(self.monitors, 1)
        )

    def visible_parts(self, region: Region) -> list[Region]:
        """What each monitor shows of a region; empty when it lies off all of them."""
        seen = _overlap(region, self.whole)
        if seen is None:
            return []
        parts = (_overlap(seen, monitor) for monitor in self.monitors)
        return [part for part in parts if part is not None]

    def visible_box(self, region: Region) -> Region | None:
        """The smallest box around all that is visible of a region, None for nothing."""
        parts = self.visible_parts(region)
        if not parts:
            return None
        x, y = min(p[0] for p in parts), min(p[1] for p in parts)
        right = max(p[0] + p[2] for p in parts)
        bottom = max(p[1] + p[3] for p in parts)
        return x, y, right - x, bottom - y

    def visible_area(self, region: Region) -> int:
        """Pixels of a region that some monitor shows; mirrored ones count once."""
        parts = self.visible_parts(region)
        columns = sorted({edge for x, _, w, _ in parts for edge in (x, x + w)})
        rows = sorted({edge for _, y, _, h in parts for edge in (y, y + h)})
        return sum(
            (right - left) * (bottom - top)
            for left, right in pairwise(columns)
            for top, bottom in pairwise(rows)
            if any(_overlap((left, top, 1, 1), part) for part in parts)
        )


class Eye:
    """One connection to the display; it keeps the list of monitors that it saw."""

    def __init__(self) -> None:
        if sys.platform == "darwin":
            from mss import darwin  # it exists on macOS alone

            # Physical pixels instead of points (mss, issue 257): a Retina screen has
            # twice the pixels in a face, and small faces need them.
            darwin.IMAGE_OPTIONS &= ~darwin.kCGWindowImageNominalResolution
        self._connection: mss.MSS | None = mss.MSS()

    def desktop(self) -> Desktop:
        """The monitors as they stood when this connection first looked."""
        found = self._open().monitors
        whole, *monitors = (
            (one["left"], one["top"], one["width"], one["height"]) for one in found
        )
        primary = (n for n, one in enumerate(found[1:]) if one.get("is_primary"))
        return Desktop(whole, tuple(monitors) or (whole,), next(primary, 0))

    def grab(self, region: Region) -> Image:
        """The region's pixels; see `to_bgr`."""
        x, y, width, height = region
        box = {"left": x, "top": y, "width": width, "height": height}
        return to_bgr(self._open().grab(box))

    def close(self) -> None:
        """Let go, once."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except GRAB_ERRORS:
            return  # the server went first: nothing is left to close

    def _open(self) -> mss.MSS:
        if self._connection is None:
            raise ScreenShotError("the connection to the display is closed")
        return self._connection


def look_around() -> Desktop:
    """The desktop as it is now, over a connection of its own: below 1 ms under X11.

    Raises:
        GRAB_ERRORS: the display is gone.
    """
    eye = Eye()
    try:
        return eye.desktop()
    finally:
        eye.close()


def find_desktop() -> Desktop:
    """The desktop as it is now, for a program that starts.

    Raises:
        SourceUnavailable: there is no display, or it does not let itself be seen.
    """
    _refuse_hidden_display()
    try:
        return look_around()
    except GRAB_ERRORS as error:
        raise SourceUnavailable(cannot_see(error)) from error


def cannot_see(error: Exception) -> str:
    """One line for a display that cannot be opened or grabbed."""
    first = first_line(error)
    if sys.platform == "darwin":
        return (
            f"the screen cannot be seen ({first}); allow this terminal in System "
            f"Settings, Privacy & Security, Screen Recording, {_ELSE}"
        )
    where = os.environ.get("DISPLAY")
    where = f"display {where}" if where else "the screen"
    return (
        f"{where} cannot be seen ({first}); start from a terminal inside the desktop "
        f"session, {_ELSE}"
    )


def first_line(error: Exception) -> str:
    """What an engine says of its failure; its assertions say nothing."""
    return str(error).partition("\n")[0] or "no answer"


def to_bgr(shot: mss.ScreenShot) -> Image:
    """A grab as BGR, shape (H, W, 3), uint8, contiguous.

    H and W are what came back, which may be larger than what was asked for: macOS
    counts a region in points and paints several pixels for each.
    """
    bgra = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
    return np.asarray(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR), np.uint8)


def _refuse_hidden_display() -> None:
    if not sys.platform.startswith("linux"):
        return
    kind = os.environ.get("XDG_SESSION_TYPE", "").lower()
    on_wayland = bool(os.environ.get("WAYLAND_DISPLAY")) and kind != "x11"
    if kind == "wayland" or on_wayland:
        # X programs run there too (XWayland), but all they can grab is black.
        raise SourceUnavailable(
            "this is a Wayland session, which shows its screen to no other program; "
            f'log in again with an X11 ("Xorg") session, {_ELSE}'
        )
    if not os.environ.get("DISPLAY"):
        raise SourceUnavailable(
            "there is no display: DISPLAY is not set; start from a terminal inside "
            f"the desktop session, {_ELSE}"
        )


def _overlap(one: Region, other: Region) -> Region | None:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    if right <= left or bottom <= top:
        return None
    return left, top, right - left, bottom - top
