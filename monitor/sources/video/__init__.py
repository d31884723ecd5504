"""Recorded lectures: the picture on show at each sample's time.

Times are the recording's own, so uneven frame rates and pauses of a screen recorder do
no harm. ffmpeg decodes straight through and hands over the sampled pictures alone,
unless key frames stand so close that jumping to each sample is cheaper.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.records import Frame, Image, utc
from monitor.sources.files import read_bytes
from monitor.sources.port import SourceOptions
from monitor.sources.video.ffmpeg import Decoder, Probe, packets, probe

_JUMP_COST = 32
"""Starting a decoder anew and finding the place costs as much as decoding 32 pictures:
measured at 1080p, 130 ms of processor time against 4 ms a picture."""

_LOOK_S = 60.0
"""How much of a recording is looked at to learn how far apart its key frames are."""

_SAME_S = 0.0005
"""Offsets closer than this are the same: they are sums of rounded intervals."""

_MOST_SKIPPED = 20
"""Samples that are decoded and dropped rather than starting anew further on."""


def create(options: SourceOptions) -> Video:
    """The recording at the one path given; nothing is opened yet.

    Raises:
        UsageError: no path or several, or an interval that is not above 0.
    """
    if len(options.paths) != 1:
        raise UsageError(
            f"expected one recording, got {len(options.paths)}: each is a session"
        )
    if options.every_s <= 0:
        raise UsageError(
            f"--every {options.every_s:g} cannot be: expected seconds above 0"
        )
    started_at = utc(options.started_at) if options.started_at else None
    return Video(options.paths[0], options.every_s, started_at)


class Video:
    """A recording, sampled as fast as it is asked.

    Args:
        path: the file.
        every_s: seconds between the samples that will be asked for; others can be
            had too, at the cost of a jump.
        started_at: when the recording began; when None its creation tag, else the
            file's time minus its length.
    """

    live = False

    def __init__(self, path: Path, every_s: float, started_at: datetime | None) -> None:
        self.description = f"video {path.name}"
        self.started_at: datetime | None = started_at
        self.duration_s: float | None = None
        self._path = path
        self._every_s = every_s
        self._size = (0, 0)
        self._jumps = False
        self._decoder: Decoder | None = None
        self._first: Image | None = None

    def __enter__(self) -> Self:
        path = self._path
        if path.is_dir():
            raise SourceUnavailable(f"{path} is a folder: expected a recording")
        if not read_bytes(path, 1):
            raise SourceUnavailable(f"{path} is empty: expected a recording")
        head = probe(path)
        self._size = head.size
        self.duration_s = head.duration_s or packets(path)[0]
        self.started_at = self.started_at or head.created_at or self._file_time()
        self._jumps = self._is_jumping_cheaper(head)
        # A head alone is no recording: see that there is a picture before a session
        # begins.
        self._start(0.0)
        self._first = self._take(0.0)
        if self._first is None:
            self._stop()
            raise SourceUnavailable(
                f"{path} is damaged: no picture of it can be decoded; get a complete "
                "copy"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._first = None

    def read(self, offset_s: float) -> Frame | None:
        """The picture on show at that time of the recording; None past its end."""
        if self.started_at is None:
            raise SourceLost("the recording was not opened: enter the source first")
        # Not held against duration_s: heads of uneven recordings state too little.
        image = self._first if offset_s == 0 else None
        self._first = None
        if image is None:
            image = self._take(offset_s)
        if image is None:
            return None
        return Frame(image, self.started_at + timedelta(seconds=offset_s), offset_s)

    def _take(self, offset_s: float) -> Image | None:
        """Decode the picture of that time."""
        image = self._decoder_at(offset_s).read()
        if image is None and self._jumps:
            # The end, or a damaged stretch: decoding straight on leads across it.
            self._jumps = False
            image = self._start(offset_s).read()
        if self._jumps:
            # The next one is decoded while this one is being worked on.
            self._start(offset_s + self._every_s)
        return image

    def _decoder_at(self, offset_s: float) -> Decoder:
        """The running decoder if it is about to give that time, else a new one."""
        decoder = self._decoder
        if decoder is None:
            return self._start(offset_s)
        ahead_s = offset_s - decoder.next_s
        steps = round(ahead_s / self._every_s)
        even = abs(ahead_s - steps * self._every_s) < _SAME_S
        most = 0 if self._jumps else _MOST_SKIPPED
        if not even or not 0 <= steps <= most:
            return self._start(offset_s)
        for _ in range(steps):
            decoder.read()
        return decoder

    def _start(self, offset_s: float) -> Decoder:
        self._stop()
        count = 1 if self._jumps else None
        decoder = Decoder(self._path, offset_s, self._every_s, self._size, count)
        self._decoder = decoder
        return decoder

    def _is_jumping_cheaper(self, head: Probe) -> bool:
        straight = self._every_s * head.rate
        if straight <= _JUMP_COST:
            return False
        _, apart_s = packets(self._path, _LOOK_S)
        # A jump lands on the key frame before: half of their distance on average.
        return straight > _JUMP_COST + apart_s / 2 * head.rate

    def _file_time(self) -> datetime:
        changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        return changed - timedelta(seconds=self.duration_s or 0.0)

    def _stop(self) -> None:
        decoder, self._decoder = self._decoder, None
        if decoder is not None:
            decoder.close()
