"""What ffmpeg tells of a recording, and how it is asked for pictures.

The program comes with imageio-ffmpeg. It decodes in a process of its own, beside the
rest of the work, and what it prints never reaches the user's terminal.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np

from monitor.errors import SourceUnavailable
from monitor.records import Image
from monitor.sources.files import read_bytes

_STREAM = re.compile(r"Stream #0:\d+.*?: Video: (.*)")
_SIZE = re.compile(r", (\d+)x(\d+)\b")
_RATE = re.compile(r"([\d.]+)(k?) (?:fps|tbr)")
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_CREATED = re.compile(r"creation_time\s*: (\S+)")
_ROTATION = re.compile(r"rotation of (-?\d+(?:\.\d+)?) degrees")

_EARLIEST_YEAR = 1990
"""Tags from before are a zero that some recorder wrote: 1904 or 1970."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What the head of a recording says.

    Attributes:
        size: width and height in pixels as shown, the rotation flag heeded.
        rate: nominal frames per second.
        duration_s: None when the head does not say, as in a browser's recordings.
        created_at: the creation tag, aware UTC, if there is a believable one.
    """

    size: tuple[int, int]
    rate: float
    duration_s: float | None
    created_at: datetime | None


def probe(path: Path) -> Probe:
    """Read the head of a recording.

    Raises:
        SourceUnavailable: it is no video, cut short, or without pictures.
    """
    done = _run(*_input(path))
    text = done.stderr.decode(errors="replace")
    pictures = [m for m in _STREAM.finditer(text) if "(attached pic)" not in m[1]]
    sizes = [(m, s) for m in pictures if (s := _SIZE.search(m[1]))]
    if not sizes:
        raise SourceUnavailable(f"{path} {_what_is_wrong(path, text)}")
    stream, size = sizes[0]
    width, height = int(size[1]), int(size[2])
    # What belongs to this stream stands between its line and the next stream's.
    about = text[stream.end() :].partition("Stream #")[0]
    turned = _ROTATION.search(about)
    if turned and round(float(turned[1]) / 90) % 2:
        width, height = height, width
    rate = _RATE.search(stream[1])
    per_second = float(rate[1]) * (1000 if rate[2] else 1) if rate else 25.0
    return Probe((width, height), per_second, _duration(text), _created_at(text))


def packets(path: Path, seconds: float | None = None) -> tuple[float, float]:
    """Count a recording's pictures without decoding them.

    Args:
        path: the recording.
        seconds: how much of its beginning to look at; all of it when None.

    Returns:
        The end of the last picture in seconds, and the mean time between those that
        decode by themselves (key frames), where a seek can land.
    """
    limit = [] if seconds is None else ["-t", f"{seconds:g}"]
    done = _run(
        *("-v", "quiet", *_input(path), *limit, "-map", "0:V:0", "-c", "copy"),
        *("-f", "framecrc", "-"),
    )
    tick, end, keys = Fraction(1, 1000), 0.0, 0
    for line in done.stdout.decode(errors="replace").splitlines():
        if line.startswith("#tb 0:"):
            tick = Fraction(line.partition(":")[2].strip())
        elif line and not line.startswith("#"):
            _, _, shown_at, length, *rest = (part.strip() for part in line.split(","))
            end = max(end, float((int(shown_at) + int(length)) * tick))
            keys += not any(part.startswith("F=") for part in rest)
    return end, end / max(keys, 1)


class Decoder:
    """A running ffmpeg that gives the pictures on show at even times.

    Args:
        path: the recording.
        offset_s: the first picture's time, in seconds from the recording's start.
        every_s: seconds from one picture to the next.
        size: width and height in pixels that the pictures are to have.
        count: how many pictures to decode; all that follow when None.
    """

    def __init__(
        self,
        path: Path,
        offset_s: float,
        every_s: float,
        size: tuple[int, int],
        count: int | None = None,
    ) -> None:
        self.next_s = offset_s
        self._every_s = every_s
        self._width, self._height = size
        # round=up: the picture on show at each of these times is the last one whose
        # time is not after it, however unevenly they come. So the one before the
        # offset must be decoded too: no accurate seek, which would drop it.
        step = Fraction(every_s).limit_denominator(1000)
        rate = f"{step.denominator}/{step.numerator}"
        # Browsers' recordings change their size in the middle: scale to the first.
        chosen = f"fps={rate}:round=up:start_time=0,scale={size[0]}:{size[1]}"
        seek = ["-noaccurate_seek", "-ss", f"{offset_s:.6f}"] if offset_s > 0 else []
        limit = [] if count is None else ["-frames:v", str(count)]
        self._process = subprocess.Popen(
            [
                *(_program(), "-nostdin", "-v", "quiet", *seek, *_input(path)),
                *("-map", "0:V:0", "-vf", chosen, *limit),
                *("-f", "rawvideo", "-pix_fmt", "bgr24", "-"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **_APART,
        )

    def read(self) -> Image | None:
        """The next picture: BGR, shape (H, W, 3), uint8; None at the end."""
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        size = self._width * self._height * 3
        data = self._process.stdout.read(size)
        if len(data) < size:
            return None
        self.next_s += self._every_s
        return np.frombuffer(data, np.uint8).reshape(self._height, self._width, 3)

    def close(self) -> None:
        """End the program, whatever it is doing."""
        self._process.kill()
        # The pipe first: closing it cannot block once the other end is gone.
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()


# A Ctrl-C in the terminal is meant for us: the last sample is still to be finished.
# On Windows a console window would open otherwise.
_APART: dict[str, Any] = {
    "start_new_session": True,
    "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0),
}


@cache
def _program() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise SourceUnavailable(
            "recordings need ffmpeg, which imageio-ffmpeg brings on common systems; "
            "install it, or name it in IMAGEIO_FFMPEG_EXE"
        ) from error


def _input(path: Path) -> list[str]:
    """The recording as ffmpeg's input: a name like "a:b.mp4" is no network address.

    Nor may a playlist among the files lead out of this machine.
    """
    return ["-protocol_whitelist", "file", "-i", f"file:{path}"]


def _run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [_program(), "-nostdin", "-hide_banner", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,  # without an output it "fails" by design
            **_APART,
        )
    except OSError as error:
        raise SourceUnavailable(
            f"ffmpeg cannot be started ({error.strerror}); reinstall imageio-ffmpeg"
        ) from error


def _what_is_wrong(path: Path, text: str) -> str:
    """What to say of a file that ffmpeg found no pictures in."""
    # ffmpeg believes a name that ends in .mp4, whatever is inside.
    is_mp4 = read_bytes(path, 8)[4:] in {b"ftyp", b"mdat", b"free", b"wide", b"skip"}
    if is_mp4 and "moov atom not found" in text:
        return "is cut short: its index is missing; get a complete copy, or repair it"
    if "Stream #" in text:
        return "has no video stream (sound alone?): expected a recording with pictures"
    if "Permission denied" in text:
        return "cannot be opened: Permission denied"
    return "is not a video that can be read: expected MP4, MKV, WebM, MOV or AVI"


def _duration(text: str) -> float | None:
    found = _DURATION.search(text)
    if found is None:
        return None
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


def _created_at(text: str) -> datetime | None:
    found = _CREATED.search(text)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1])
    except ValueError:
        return None  # a recorder's own idea of a date
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if moment.year >= _EARLIEST_YEAR else None
