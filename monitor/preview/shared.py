"""An opened source that the samples and the preview read in turn."""

from __future__ import annotations

import threading
from datetime import datetime
from types import TracebackType
from typing import Self

from monitor.records import Frame
from monitor.sources.port import Source


class SharedSource:
    """A source that is already open, for two threads; whoever opened it closes it.

    Attributes:
        keeps: whether the last frame is kept, in memory, for somebody who looks.
        last: that frame.
    """

    def __init__(self, source: Source) -> None:
        self.live: bool = source.live
        self.description: str = source.description
        self.started_at: datetime | None = source.started_at
        self.duration_s: float | None = source.duration_s
        self.keeps = False
        self.last: Frame | None = None
        self._source = source
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.last = None

    def read(self, offset_s: float) -> Frame | None:
        """See `monitor.sources.port.Source.read`."""
        with self._turn:
            frame = self._source.read(offset_s)
        self.last = frame if self.keeps else None
        return frame
