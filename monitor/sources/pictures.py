"""Pictures and folders of pictures: one session, with the interval between them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from monitor.errors import SourceLost, SourceUnavailable, UsageError
from monitor.records import Frame, Image, utc
from monitor.sources.files import (
    FOREIGN_SUFFIXES,
    PICTURE_SUFFIXES,
    read_bytes,
    starts_as_picture,
)
from monitor.sources.port import SourceOptions

_EXPORT = "export it as PNG or JPEG first"


def create(options: SourceOptions) -> Pictures:
    """Pictures in the order given, a folder's in the order of their names.

    Raises:
        UsageError: no path, or an interval that is not above 0.
        SourceUnavailable: a path does not exist, or a folder holds no picture.
    """
    if not options.paths:
        raise UsageError("no picture was named: expected files or a folder")
    if options.every_s <= 0:
        raise UsageError(
            f"--every {options.every_s:g} cannot be: expected seconds above 0"
        )
    files = [file for path in options.paths for file in _expand(path)]
    started_at = utc(options.started_at) if options.started_at else None
    return Pictures(options.paths, files, options.every_s, started_at)


class Pictures:
    """Still pictures, as if taken ``every_s`` seconds apart.

    Args:
        given: what the user named, for the description.
        files: the pictures in order.
        every_s: seconds from one picture to the next.
        started_at: time of the first picture; the first file's own time when None.
    """

    live = False

    def __init__(
        self,
        given: tuple[Path, ...],
        files: list[Path],
        every_s: float,
        started_at: datetime | None,
    ) -> None:
        names = ", ".join(path.name or str(path) for path in given[:3])
        more = f" and {len(given) - 3} more" if len(given) > 3 else ""
        count = f" ({len(files)})" if len(files) > len(given) else ""
        noun = "picture" if len(files) == 1 else "pictures"
        self.description = f"{noun} {names}{more}{count}"
        self.started_at: datetime | None = started_at
        self.duration_s: float | None = len(files) * every_s
        self._files = files
        self._every_s = every_s
        self._first: Image | None = None

    def __enter__(self) -> Self:
        for file in self._files[1:]:
            _check_start(file)
        # The first is decoded now: most sessions are one picture, and what is wrong
        # with it must be said before a session begins.
        self._first = load_picture(self._files[0])
        if self.started_at is None:
            changed = self._files[0].stat().st_mtime
            self.started_at = datetime.fromtimestamp(changed, UTC)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._first = None

    def read(self, offset_s: float) -> Frame | None:
        """The picture nearest to that offset; None after the last.

        Raises:
            SourceLost: this one is damaged or gone; the others can still be read.
        """
        number = round(offset_s / self._every_s)
        if not 0 <= number < len(self._files):
            return None
        if self.started_at is None:
            raise SourceLost("the pictures were not opened: enter the source first")
        image = self._first if number == 0 else None
        self._first = None
        if image is None:
            try:
                image = load_picture(self._files[number])
            except SourceUnavailable as error:
                raise SourceLost(str(error)) from error
        taken_at = self.started_at + timedelta(seconds=offset_s)
        return Frame(image, taken_at, offset_s)


def load_picture(file: Path) -> Image:
    """Read one picture: BGR, shape (H, W, 3), uint8, turned as its EXIF tag says.

    Grey becomes three equal channels, 16 bits become 8, transparency is dropped.

    Raises:
        SourceUnavailable: missing, empty, damaged, or nothing that can be read here.
    """
    _check_start(file)
    # Not cv2.imread: on Windows it knows no path outside the system's code page.
    data = read_bytes(file)
    # libpng would write its complaint about a torn file straight to the terminal.
    torn = data.startswith(b"\x89PNG") and b"IEND" not in data
    try:
        image = (
            None
            if torn
            else cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        )
    except cv2.error as error:  # larger than OpenCV's limit of 2^30 pixels
        reason = str(error.err or error).splitlines()[0]
        raise SourceUnavailable(
            f"{file} cannot be read as a picture ({reason}); {_EXPORT}"
        ) from error
    if image is None:
        raise SourceUnavailable(
            f"{file} is damaged: it begins as a picture but cannot be decoded; get a "
            "complete copy"
        )
    return np.asarray(image, np.uint8)


def name_order(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Sort key by name, numbers by value: img2 before img10."""
    parts = re.split(r"([0-9]+)", path.name.casefold())
    return tuple(
        (1, 0, p) if n % 2 == 0 else (0, int(p), p) for n, p in enumerate(parts)
    )


def _expand(path: Path) -> list[Path]:
    """The path itself, or the pictures of a folder in name order."""
    if not path.is_dir():
        if not path.exists():
            raise SourceUnavailable(
                f"{path} does not exist; check the name and the folder"
            )
        return [path]
    try:
        entries = sorted(path.iterdir(), key=name_order)
    except OSError as error:
        reason = error.strerror or "not readable"
        raise SourceUnavailable(f"{path} cannot be opened: {reason}") from error
    seen = [one for one in entries if one.is_file() and not one.name.startswith(".")]
    files = [one for one in seen if one.suffix.lower() in PICTURE_SUFFIXES]
    if not files:
        raise SourceUnavailable(
            f"folder {path} has no picture ({len(seen)} other files): expected PNG, "
            "JPEG, WebP, BMP or TIFF; give a recording by its own name"
        )
    return files


def _check_start(file: Path) -> None:
    """Refuse a file whose first bytes are no picture's.

    Raises:
        SourceUnavailable: missing, empty, or of another kind.
    """
    if file.is_dir():
        raise SourceUnavailable(f"{file} is a folder: name the pictures in it")
    start = read_bytes(file, 16)
    if not start:
        raise SourceUnavailable(f"{file} is empty: expected a picture")
    suffix = file.suffix.lower()
    if suffix in FOREIGN_SUFFIXES:
        raise SourceUnavailable(
            f"{file} is of a kind that cannot be read here ({suffix[1:].upper()}); "
            f"{_EXPORT}"
        )
    if not starts_as_picture(start):
        raise SourceUnavailable(
            f"{file} is not a picture: expected PNG, JPEG, WebP, BMP or TIFF"
        )
