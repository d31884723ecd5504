"""The virtual class as a video, with the truth about it beside."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from monitor.errors import ExportError, UsageError
from monitor.records import Image
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass

FPS = 10.0
"""Pictures a second: enough for heads that move slowly, and written faster than it
plays."""


def write_video(
    options: SourceOptions,
    video: Path,
    truth: Path | None = None,
    *,
    fps: float = FPS,
    look: Look | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write the class as H.264 in MP4, stamped with the time that it began.

    Nothing stands at ``video`` or ``truth`` until the whole class is written.

    Args:
        options: of the class; every ``every_s`` a line is written to the truth file.
        video: the file to make.
        truth: a JSON lines file to make, one line a sample.
        fps: pictures a second.
        look: size and skin of the gallery.
        progress: told the share that is done, in [0, 1].

    Raises:
        ExportError: a file cannot be written.
        UsageError: options that no class can have, or no pictures a second.
    """
    if not 0 < fps <= 60:
        raise UsageError(f"{fps:g} pictures a second: expected above 0, at most 60")
    if options.every_s <= 0:
        raise UsageError(f"--every {options.every_s:g}: expected seconds above 0")
    with VirtualClass(options, look) as source, contextlib.ExitStack() as files:
        part = files.enter_context(_replacing(video))
        noted = None if truth is None else files.enter_context(_replacing(truth))
        if noted is not None and truth is not None:
            _note_truth(source, options.every_s, noted, truth)
        encoder = files.enter_context(_Encoder(source, video, part, fps))
        seconds = source.duration_s or 0.0
        count = max(round(seconds * fps), 1)
        for number in range(count):
            encoder.add(source.picture(number / fps))
            if progress is not None:
                progress((number + 1) / count)
        encoder.finish()


def _note_truth(source: VirtualClass, every_s: float, part: Path, named: Path) -> None:
    seconds = source.duration_s or 0.0
    try:
        with part.open("w", encoding="utf-8", newline="\n") as lines:
            number = 0
            while number * every_s < seconds:
                line = source.truth(number * every_s)
                lines.write(json.dumps(line, ensure_ascii=False) + "\n")
                number += 1
    except OSError as exc:
        raise _cannot_write(named, exc.strerror or "not writable") from exc


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A new file beside ``path`` that takes its place when all went well."""
    # Not Path.is_dir, which raises at a name that is too long.
    if os.path.isdir(path):  # noqa: PTH112
        raise _cannot_write(path, "it is a folder")
    # The suffix stays last: ffmpeg knows the format by it.
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        part.open("wb").close()
    except OSError as exc:
        raise _cannot_write(path, exc.strerror or "not writable") from exc
    try:
        yield part
        part.replace(path)
    except OSError as exc:
        raise _cannot_write(path, exc.strerror or "not writable") from exc
    finally:
        part.unlink(missing_ok=True)


class _Encoder:
    """ffmpeg, taking raw pictures; the one that imageio-ffmpeg brings."""

    def __init__(
        self, source: VirtualClass, named: Path, part: Path, fps: float
    ) -> None:
        import imageio_ffmpeg

        begun = source.started_at
        stamp = begun.isoformat().replace("+00:00", "Z") if begun else ""
        look = source.look
        self._named = named
        try:
            program = imageio_ffmpeg.get_ffmpeg_exe()
        except RuntimeError as exc:
            raise ExportError(f"Cannot write {named}: {exc}") from exc
        raw = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-r", f"{fps:g}"]
        raw += ["-s", f"{look.width}x{look.height}", "-i", "-"]
        # H.264 wants even sides. A key frame every 5 s keeps jumping cheap.
        coded = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264"]
        coded += ["-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p"]
        coded += ["-g", str(max(round(5 * fps), 1)), "-movflags", "+faststart"]
        coded += ["-metadata", f"creation_time={stamp}", "-f", "mp4"]
        self._command = [program, "-v", "error", "-y", *raw, *coded, str(part)]
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
            )
        except OSError as exc:
            self._said.close()
            raise _cannot_write(self._named, f"ffmpeg does not start ({exc})") from exc
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        self._close()
        self._said.close()

    def add(self, picture: Image) -> None:
        """Hand over the next picture."""
        if self._process is None or self._process.stdin is None:
            raise self._failure()
        try:
            self._process.stdin.write(picture.tobytes())
        except OSError as exc:
            raise self._failure() from exc

    def finish(self) -> None:
        """Wait until the file is whole."""
        if self._process is None or self._process.stdin is None:
            raise self._failure()
        try:
            self._process.stdin.close()
        except OSError as exc:
            raise self._failure() from exc
        if self._process.wait() != 0:
            raise self._failure()

    def _close(self) -> None:
        if self._process is not None:
            if self._process.stdin is not None:
                # What ffmpeg did not take any more cannot be flushed either.
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
            self._process.wait()

    def _failure(self) -> ExportError:
        self._close()
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        for line in lines:
            if "No space left" in line or "File too large" in line:
                return _cannot_write(self._named, line.rpartition(": ")[2])
        said = lines[-1] if lines else "ffmpeg ended before the video was whole"
        return _cannot_write(self._named, said)


def _cannot_write(path: Path, reason: str) -> ExportError:
    return ExportError(
        f"Cannot write {path}: {reason}; name a file in a folder that you may write "
        "to, with room for the video"
    )
