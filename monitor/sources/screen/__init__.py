"""The teacher's own screen: a region, a monitor, or the whole primary monitor.

Lengths are pixels of the desktop as the system counts them. These are physical
pixels on Windows and under X11. macOS counts points: there the region is given in
points and the frame has the physical pixels under it (untried).
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.records import Frame
from monitor.sources.port import Region, SourceOptions
from monitor.sources.screen.desktop import (
    GRAB_ERRORS,
    Desktop,
    Eye,
    cannot_see,
    find_desktop,
    first_line,
    look_around,
)


def create(options: SourceOptions) -> Screen:
    """A screen source of the given region or monitor; nothing is opened yet.

    Raises:
        UsageError: a region of no size, a monitor number below 1, or both given.
    """
    region, monitor = options.region, options.monitor
    if region is not None and monitor is not None:
        raise UsageError("--region and --monitor were both given: expected one of them")
    if region is not None and min(region[2:]) <= 0:
        raise UsageError(
            f"region {_comma(region)} has no size: expected X,Y,W,H with W and H "
            "above 0"
        )
    if monitor is not None and monitor < 1:
        raise UsageError(f"there is no monitor {monitor}: they are numbered from 1")
    return Screen(region, monitor)


class Screen:
    """A part of the desktop, grabbed when asked.

    Attributes:
        region: what is grabbed, known once entered: as much of what was asked for as
            the desktop shows. This is what a program would remember for next time.
    """

    live = True
    started_at: datetime | None = None
    duration_s: float | None = None

    def __init__(self, region: Region | None, monitor: int | None) -> None:
        self.description = "screen"
        self.region: Region | None = None
        self._asked = region
        self._monitor = monitor
        self._desktop: Desktop | None = None
        self._visible = 0
        self._eye: Eye | None = None

    def __enter__(self) -> Self:
        desktop = find_desktop()
        asked = self._asked or _whole_monitor(desktop, self._monitor)
        box = desktop.visible_box(asked)
        if box is None:
            raise SourceUnavailable(
                f"region {_comma(asked)} lies outside every monitor ({desktop}); "
                "choose one inside"
            )
        self._desktop, self.region = desktop, box
        self._visible = desktop.visible_area(box)
        self.description = f"screen {box[0]},{box[1]} {box[2]}x{box[3]}"
        if self._asked is not None and box != asked:
            self.description += f" (what the desktop shows of {_comma(asked)})"
        try:
            self._eye = Eye()
            self._eye.grab(box)  # a display that forbids it says so now
        except GRAB_ERRORS as error:
            self._close()
            raise SourceUnavailable(cannot_see(error)) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def read(self, offset_s: float) -> Frame:
        """The region as it is now.

        Raises:
            SourceLost: its monitor or the display is gone; the next read looks anew.
        """
        if self.region is None:
            raise SourceLost("the screen was not opened: enter the source first")
        try:
            self._check_monitors(self.region)
            if self._eye is None:
                self._eye = Eye()
            image = self._eye.grab(self.region)
        except GRAB_ERRORS as error:
            self._close()
            raise SourceLost(
                f"the display gives no picture ({first_line(error)}); it is tried "
                "again at every sample, and works when it is back"
            ) from error
        return Frame(image, datetime.now(UTC), offset_s)

    def _check_monitors(self, region: Region) -> None:
        """Refuse a region whose monitor is gone.

        An open connection keeps its first list of monitors, and a grab would go on
        and show whatever the desktop's memory holds there. So each read asks anew.
        """
        desktop = look_around()
        if desktop == self._desktop:
            return
        self._close()  # its buffer is as large as the old desktop was
        self._desktop = desktop
        if desktop.visible_area(region) < self._visible:
            self._desktop = None
            x, y, width, height = region
            raise SourceLost(
                f"the monitor that showed {width}x{height} at {x},{y} is gone (now "
                f"{desktop}); connect it again or start anew with another --region"
            )

    def _close(self) -> None:
        eye, self._eye = self._eye, None
        if eye is not None:
            eye.close()


def _whole_monitor(desktop: Desktop, number: int | None) -> Region:
    """The monitor of that number, or the primary one.

    Raises:
        SourceUnavailable: no monitor has that number.
    """
    if number is None:
        return desktop.monitors[desktop.primary]
    if number > len(desktop.monitors):
        raise SourceUnavailable(
            f"there is no monitor {number} ({desktop}); choose one of these"
        )
    return desktop.monitors[number - 1]


def _comma(region: Region) -> str:
    return ",".join(map(str, region))
