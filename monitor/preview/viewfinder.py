"""What a source shows before a class begins: to choose by, never stored.

The screen is shown whole, all its monitors together, so that a region can be drawn on
it; a picture may be held, for the teacher whose only monitor shows this very page
until the call is brought to the front.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import AgentError, SourceError, SourceUnavailable
from monitor.picture_health import is_black
from monitor.preview.look import in_shares, packed
from monitor.records import Face, Frame, Image, Mode

if TYPE_CHECKING:
    from monitor.pipeline import Equipment
    from monitor.sources.port import Region, Source
    from monitor.sources.screen.desktop import Desktop

_WIDEST = 1600
_MOST_CAMERAS = 6
_UNLISTED_CAMERAS = 3
"""Cameras tried where the system keeps no list (Windows, macOS: untried)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What an opened source shows.

    Attributes:
        description: kind and place, for people.
        width: of its picture in pixels.
        height: of its picture in pixels.
        region: the part of the desktop that the picture shows, for a screen.
    """

    description: str
    width: int
    height: int
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Faces in a picture.

    Attributes:
        boxes: left, top, right, bottom of each, as shares of the whole picture.
        readable: how many of them can be read; None where no expression is wanted.
        smallest: height of the smallest face in pixels, 0 without one.
        black: nearly all of the picture is.
    """

    boxes: list[list[float]]
    readable: int | None
    smallest: int
    black: bool


class Viewfinder:
    """One source at a time, opened to be looked at; safe for two threads."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._source: Source | None = None
        self._open = ExitStack()
        self._held: Frame | None = None
        self._sight: Sight | None = None
        self._number = 0

    @property
    def opened(self) -> bool:
        """Whether a source is open."""
        return self._source is not None

    def open(self, source: str, camera: int = 0) -> Sight:
        """Show another source: screen, webcam, or the path of a recording.

        Raises:
            SourceUnavailable: it cannot be opened; nothing is shown then.
        """
        with self._turn:
            self.close()
            made, region = _make(source, camera)
            opened = self._open.enter_context(made)
            try:
                frame = opened.read(0.0)
            except SourceError as error:
                self.close()
                raise SourceUnavailable(str(error)) from error
            if frame is None:
                self.close()
                raise SourceUnavailable(f"{source} shows no picture: choose another")
            self._source = opened
            # A recording's first picture tells what it shows; it need not run.
            self._held = None if opened.live else frame
            height, width = frame.image.shape[:2]
            self._sight = Sight(opened.description, width, height, region)
            return self._sight

    def hold(self) -> None:
        """Keep showing the picture of this moment.

        Raises:
            SourceLost: there is none.
        """
        with self._turn:
            self._held = None
            self._held = self._frame()

    def go_on(self) -> None:
        """Show the present again."""
        with self._turn:
            if self._source is not None and self._source.live:
                self._held = None

    def look(self) -> bytes | None:
        """The picture to be shown; None while nothing is chosen.

        Raises:
            SourceLost: the source gives no picture now.
        """
        with self._turn:
            if self._source is None:
                return None
            frame = self._frame()
            self._number += 1
            about = {"number": self._number, "held": self._held is not None}
        return packed(about, frame.image, _WIDEST)

    def count(self, region: Region | None, equipment: Equipment) -> Count:
        """Find the faces as the class's samples will.

        Args:
            region: part of the desktop that is to be watched, None for all that shows.
            equipment: what finds and reads them.

        Raises:
            AgentError: nothing is chosen.
            SourceUnavailable: the region shows nothing of the desktop.
            SourceLost: the source gives no picture now.
            DetectorError, ModelError, UsageError: a network cannot be loaded.
        """
        with self._turn:
            frame, sight = self._frame(), self._sight
        assert sight is not None  # noqa: S101 - there was a frame
        left, top, right, bottom = _part(sight, region)
        image = frame.image[top:bottom, left:right]
        faces = _found(Frame(image, frame.captured_at, 0.0), equipment)
        boxes = [
            in_shares((x1 + left, y1 + top, x2 + left, y2 + top), frame.image)
            for x1, y1, x2, y2 in (face.xyxy for face in faces)
        ]
        heights = [round(face.height) for face in faces]
        readable = _readable(image, faces, equipment)
        return Count(boxes, readable, min(heights, default=0), is_black(image))

    def close(self) -> None:
        """Let go of the source."""
        with self._turn:
            self._source = self._held = self._sight = None
            self._open.close()

    def _frame(self) -> Frame:
        if self._held is not None:
            return self._held
        if self._source is None:
            raise AgentError("Nothing is chosen yet: choose what is to be watched.")
        frame = self._source.read(0.0)
        if frame is None:
            raise AgentError("The recording shows no picture here.")
        return frame


def desktop() -> Desktop:
    """The monitors.

    Raises:
        SourceUnavailable: there is no display, or it does not let itself be seen.
    """
    from monitor.sources.screen.desktop import find_desktop

    return find_desktop()


def cameras() -> Iterator[tuple[int, Sight]]:
    """Number and sight of each camera that gives a picture; opens it for a moment."""
    from monitor.sources.webcam import Webcam, camera_numbers

    listed = sys.platform.startswith("linux")
    numbers = camera_numbers() if listed else range(_UNLISTED_CAMERAS)
    for number in list(numbers)[:_MOST_CAMERAS]:
        try:
            with Webcam(number) as camera:
                height, width = camera.read(0.0).image.shape[:2]
        except SourceError:
            continue
        yield number, Sight(camera.description, width, height)


def _make(source: str, camera: int) -> tuple[Source, Region | None]:
    from monitor import sources
    from monitor.sources.files import as_typed
    from monitor.sources.port import SourceOptions

    if source == "webcam":
        return sources.create("webcam", SourceOptions(camera=camera)), None
    if source == "screen":
        found = desktop()
        region = found.visible_box(found.whole)
        return sources.create("screen", SourceOptions(region=region)), region
    path = as_typed(source)
    return sources.create(sources.kind_of(path), SourceOptions(paths=(path,))), None


def _part(sight: Sight, region: Region | None) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels of the picture.

    The region is given in the desktop's own lengths, of which macOS paints several
    pixels each.
    """
    if region is None or sight.region is None:
        return 0, 0, sight.width, sight.height
    x, y, width, height = sight.region
    across, down = sight.width / width, sight.height / height
    left = max(0, round((region[0] - x) * across))
    top = max(0, round((region[1] - y) * down))
    right = min(sight.width, round((region[0] + region[2] - x) * across))
    bottom = min(sight.height, round((region[1] + region[3] - y) * down))
    if right <= left or bottom <= top:
        raise SourceUnavailable(
            f"the region {','.join(map(str, region))} lies outside every monitor "
            f"({desktop()}); choose one inside"
        )
    return left, top, right, bottom


def _found(frame: Frame, equipment: Equipment) -> list[Face]:
    from monitor import detectors
    from monitor.detectors.port import DetectorOptions

    options = DetectorOptions(file=equipment.detector_file, thorough=True)
    return detectors.create(equipment.detector, options).detect(frame.image)


def _readable(image: Image, faces: Sequence[Face], equipment: Equipment) -> int | None:
    if equipment.mode is Mode.PRESENCE:
        return None
    from monitor.emotion.reader import ExpressionReader

    answers = ExpressionReader.load(equipment.model).look(image, faces)
    return sum(isinstance(answer, tuple) for answer in answers)
