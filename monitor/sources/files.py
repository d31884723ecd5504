"""What a named file or folder is: pictures or a recording."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from monitor.errors import SourceUnavailable

PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".jp2"}
)
"""What is taken from a folder of pictures."""

FOREIGN_SUFFIXES = frozenset({".heic", ".heif", ".avif", ".jxl", ".svg", ".psd"})
"""Pictures to people, but nothing that can be read here on every system."""

_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*", b"GIF8")
_JPEG_2000 = b"\x00\x00\x00\x0cjP"
_STILL_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")


def kind_of(path: Path) -> str:
    """The kind of source that reads this file or folder: "pictures" or "video".

    A folder holds pictures. A file's first bytes decide, then its suffix; what is
    neither is called a video, whose opening then tells what is wrong with it.

    Raises:
        SourceUnavailable: nothing is there, or it may not be read.
    """
    # Until Python 3.13 `is_dir` raises where a folder on the way may not be read or a
    # name is too long; what cannot be asked is told by the reading below.
    with suppress(OSError):
        if path.is_dir():
            return "pictures"
    start = read_bytes(path, 16)
    suffix = path.suffix.lower()
    named = suffix in PICTURE_SUFFIXES or suffix in FOREIGN_SUFFIXES
    return "pictures" if named or starts_as_picture(start) else "video"


def as_typed(text: str) -> Path:
    """A path as somebody types it: "~" is their home, "~x" that of x if there is."""
    path = Path(text)
    with suppress(RuntimeError):
        path = path.expanduser()
    return path


def starts_as_picture(start: bytes) -> bool:
    """Whether a file's first 16 bytes are those of a still picture."""
    webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    still = start[4:8] == b"ftyp" and start[8:12] in _STILL_BRANDS
    return webp or still or start.startswith((*_STARTS, _JPEG_2000))


def read_bytes(path: Path, count: int = -1) -> bytes:
    """A file's first ``count`` bytes, or all of them.

    Raises:
        SourceUnavailable: missing, or not readable.
    """
    try:
        with path.open("rb") as file:
            return file.read(count)
    except FileNotFoundError as error:
        raise SourceUnavailable(
            f"{path} does not exist; check the name and the folder"
        ) from error
    except OSError as error:
        reason = error.strerror or "not readable"
        raise SourceUnavailable(f"{path} cannot be opened: {reason}") from error
