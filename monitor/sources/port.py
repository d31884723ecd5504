"""What a source of pictures is: the port that every kind implements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from monitor.records import Frame

Region = tuple[int, int, int, int]
"""x, y, width, height in physical pixels of the virtual desktop; x and y may be
negative where a monitor stands left of or above the first."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What the user said about the pictures; each kind reads what concerns it.

    Attributes:
        every_s: seconds between samples.
        paths: files or folders, for recordings and pictures.
        region: part of the desktop, for the screen.
        monitor: monitor number from 1, for the screen.
        camera: camera number from 0, for the webcam.
        started_at: when a recording began, if the user said so; aware.
        students: people in the virtual class.
        minutes: length of the virtual class.
        seed: seed of the virtual class.
        scenario: "calm" or "full", for the virtual class.
        faces: folder of portraits to use instead of drawn people.
    """

    every_s: float = 3.0
    paths: tuple[Path, ...] = ()
    region: Region | None = None
    monitor: int | None = None
    camera: int = 0
    started_at: datetime | None = None
    students: int = 12
    minutes: float = 10.0
    seed: int = 1
    scenario: str = "calm"
    faces: Path | None = None


class Source(Protocol):
    """Where the pictures of a class come from; a context manager.

    A live source shows the present and ignores the offset that it is asked for; a
    recorded one shows what stands at that offset, as fast as it is asked.

    Attributes:
        live: True when the pictures are of the present: the agent then keeps the
            clock's pace and drops what is late.
        description: kind and place for people ("screen 0,0 1920x1080").
        started_at: when the recording began, aware UTC; None for a live source.
        duration_s: length of the recording in seconds; None for a live source.
    """

    live: bool
    description: str
    started_at: datetime | None
    duration_s: float | None

    def __enter__(self) -> Self:
        """Open the device or the file.

        Raises:
            SourceUnavailable: it cannot be opened; the message says how to mend it.
        """
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the device or the file; never raises."""
        ...

    def read(self, offset_s: float) -> Frame | None:
        """The picture at ``offset_s`` seconds since the session's start.

        Returns:
            The frame, or None when the recording has ended. A live source stamps
            the frame with the present time and with the offset that it was given.

        Raises:
            SourceLost: no picture could be had; reading again later may help.
        """
        ...


Factory = Callable[[SourceOptions], Source]
"""Each kind's module has ``create(options) -> Source``; making one opens nothing.

It raises `SourceUnavailable` or `UsageError` for options that can never work."""
