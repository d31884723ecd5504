"""A camera, through OpenCV.

Drivers keep a few pictures ready. At one sample every few seconds these are as old as
the sample before, so each read throws away what was waiting. A thread that reads all
the time would do as well, and decode thirty pictures a second for nothing.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.records import Frame, Image
from monitor.sources.port import SourceOptions

OpenDevice = Callable[[int], cv2.VideoCapture]
"""Opens a camera by number; what comes back may not be opened."""

_SIZES = ((1920, 1080), (1280, 720))
"""Asked for in turn, in pixels: a camera that cannot do the first gives less."""

_MOST_WAITING = 6
"""Pictures a driver may hold: V4L2 takes four buffers, others up to five."""

_WAITED_S = 0.008
"""A picture that took as long as this was not waiting: 60 a second come every 16 ms."""


def create(options: SourceOptions) -> Webcam:
    """The camera of the given number; nothing is opened yet.

    Raises:
        UsageError: a negative number.
    """
    if options.camera < 0:
        raise UsageError(
            f"there is no camera {options.camera}: they are numbered from 0"
        )
    return Webcam(options.camera)


def open_camera(number: int) -> cv2.VideoCapture:
    """Open a camera by its system's usual way, at 1280x720 or more if it can."""
    engines = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW}
    engines["darwin"] = cv2.CAP_AVFOUNDATION
    device = cv2.VideoCapture(number, engines.get(sys.platform, cv2.CAP_ANY))
    if not device.isOpened():
        return device
    # Uncompressed, USB 2 carries 1080p five times a second.
    device.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    for width, height in _SIZES:
        device.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        device.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        if device.get(cv2.CAP_PROP_FRAME_HEIGHT) >= _SIZES[-1][1]:
            break
    device.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # where the driver heeds it
    return device


class Webcam:
    """What a camera shows now.

    Args:
        camera: its number, from 0.
        open_device: how it is opened.
    """

    live = True
    started_at: datetime | None = None
    duration_s: float | None = None

    def __init__(self, camera: int, open_device: OpenDevice = open_camera) -> None:
        self.description = f"webcam {camera}"
        self._camera = camera
        self._open_device = open_device
        self._device: cv2.VideoCapture | None = None

    def __enter__(self) -> Self:
        with _silence():
            self._device = self._open_device(self._camera)
            image = _newest(self._device) if self._device.isOpened() else None
        if image is None:
            self._close()
            raise SourceUnavailable(_why_not(self._camera))
        height, width = image.shape[:2]
        self.description = f"webcam {self._camera} {width}x{height}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def read(self, offset_s: float) -> Frame:
        """What the camera shows now.

        Raises:
            SourceLost: it gives no picture; the next read opens it again.
        """
        with _silence():
            if self._device is None:
                self._device = self._open_device(self._camera)
            image = _newest(self._device)
        if image is None:
            self._close()
            raise SourceLost(
                f"camera {self._camera} gives no picture; plug it in again or close "
                "the program that took it (it is tried again at every sample)"
            )
        return Frame(image, datetime.now(UTC), offset_s)

    def _close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.release()


def camera_numbers() -> list[int]:
    """Cameras that Linux lists under /dev; empty where the system keeps no list."""
    found = (
        re.fullmatch(r"video([0-9]+)", p.name) for p in Path("/dev").glob("video*")
    )
    return sorted(int(match[1]) for match in found if match)


def _newest(device: cv2.VideoCapture) -> Image | None:
    """The picture of this moment: those that were waiting are passed over undecoded.

    Returns:
        BGR, shape (H, W, 3), uint8; None when the camera gives nothing.
    """
    for _ in range(_MOST_WAITING):
        asked_at = time.monotonic()
        if not device.grab():
            return None
        if time.monotonic() - asked_at >= _WAITED_S:
            break
    read, image = device.retrieve()
    return np.asarray(image, np.uint8) if read and image is not None else None


def _why_not(camera: int) -> str:
    """One line for a camera that does not open, as exact as the system lets us be."""
    path = Path(f"/dev/video{camera}")
    listed = sys.platform.startswith("linux")
    if listed and not path.exists():
        numbers = ", ".join(map(str, camera_numbers())) or "none"
        return (
            f"there is no camera {camera} (found: {numbers}); plug it in, or choose "
            "another with --camera"
        )
    if listed and not os.access(path, os.R_OK | os.W_OK):
        return f"camera {camera}: no permission for {path}; join the group 'video'"
    return (
        f"camera {camera} gives no picture: it is missing, or another program holds "
        "it; close that program, or choose another with --camera"
    )


@contextmanager
def _silence() -> Iterator[None]:
    """Keep OpenCV's own warnings off the terminal: the user gets our one line."""
    before = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)
