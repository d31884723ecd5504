"""Pixels of a set's pictures: held in memory, or decoded when they are asked for."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from models.training.readers.data import Images, Rows
from monitor.errors import UsageError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
"""What is read, whatever a file's name ends in."""

_NAMED = ", ".join(each.lower() for each in FORMATS)

# Pillow has no error of its own for a damaged file: its parts raise what they stumble
# over.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Grey pictures of one size in memory.

    Attributes:
        images: (n, h, w) uint8.
    """

    images: Images

    def grey(self, rows: Rows, side: int) -> Images:
        """(k, side, side) uint8."""
        if self.images.shape[1:] == (side, side):
            return self.images[rows]
        fitted = np.empty((len(rows), side, side), np.uint8)
        for picture, row in zip(fitted, rows, strict=True):
            picture[:] = fit(self.images[row], side)
        return fitted

    def colour(self, rows: Rows, side: int) -> Images:
        """(k, side, side, 3) uint8, three equal channels."""
        return np.repeat(self.grey(rows, side)[..., None], 3, axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Files:
    """Pictures of any size in files; each is decoded when it is asked for.

    Attributes:
        paths: n files.
    """

    paths: Sequence[Path]

    def grey(self, rows: Rows, side: int) -> Images:
        """(k, side, side) uint8.

        Raises:
            UsageError: a file is gone or was damaged since it was checked.
        """
        return self._decoded(rows, np.empty((len(rows), side, side), np.uint8), grey)

    def colour(self, rows: Rows, side: int) -> Images:
        """(k, side, side, 3) uint8, RGB.

        Raises:
            UsageError: as `grey`.
        """
        return self._decoded(rows, np.empty((len(rows), side, side, 3), np.uint8), rgb)

    def _decoded(
        self, rows: Rows, out: Images, decode: Callable[[bytes], Images]
    ) -> Images:
        def one(place: int) -> None:
            path = self.paths[rows[place]]
            try:
                picture = decode(path.read_bytes())
            except _DAMAGED as exc:
                raise UsageError(
                    f"{path} can no longer be read: put it back, or start again."
                ) from exc
            out[place] = fit(picture, out.shape[1])

        with decoders() as pool:
            for _ in pool.map(one, range(len(rows))):
                pass
        return out


def fit(picture: Images, side: int) -> Images:
    """A picture (h, w[, 3]) stretched or shrunk to (side, side[, 3])."""
    if picture.shape[:2] == (side, side):
        return picture
    shrinks = min(picture.shape[:2]) >= side
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    fitted = cv2.resize(np.ascontiguousarray(picture), (side, side), interpolation=how)
    return np.asarray(fitted, dtype=np.uint8)


def grey(data: bytes) -> Images:
    """(h, w) uint8 of a picture file's bytes; colour is greyed as in a live class."""
    values = _values(data)
    if values.ndim == 2:
        return values
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def rgb(data: bytes) -> Images:
    """(h, w, 3) uint8, RGB, of a picture file's bytes."""
    values = _values(data)
    return np.repeat(values[..., None], 3, axis=-1) if values.ndim == 2 else values


def fault(data: bytes) -> str | None:
    """Why a file's bytes are no picture; None where they are.

    A JPEG is decoded at an eighth of its size: quick, and still read to its end.
    """
    if not data:
        return "an empty file, expected a picture"
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        return f"no picture: expected one of {_NAMED}"
    except _DAMAGED as exc:
        return f"a picture that cannot be read ({one_line(exc)})"
    try:
        with picture:
            picture.draft("L", (1, 1))
            _upright(picture)
    except _DAMAGED as exc:
        return f"a damaged picture ({one_line(exc)})"
    return None


@contextmanager
def decoders() -> Iterator[ThreadPoolExecutor]:
    """Threads to decode in; what Pillow warns of (odd tags) is not for users."""
    with warnings.catch_warnings(), ThreadPoolExecutor() as pool:
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield pool


def _values(data: bytes) -> Images:
    with Image.open(BytesIO(data), formats=FORMATS) as picture:
        return _upright(picture)


def _upright(picture: Image.Image) -> Images:
    """(h, w) or (h, w, 3) uint8, turned as the file says, transparency dropped."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in {"L", "1"}:
        return np.asarray(upright.convert("L"))
    if upright.mode[0] in "IF":
        return _eight_bit(upright)
    return np.asarray(upright.convert("RGB"))


def _eight_bit(deep: Image.Image) -> Images:
    # Pillow's own conversion cuts 16 bits off at 255 instead of scaling them.
    values = np.nan_to_num(np.asarray(deep, dtype=np.float64))
    if values.max() > 255:
        values = values / 257
    return np.clip(values.round(), 0, 255).astype(np.uint8)


def one_line(error: BaseException) -> str:
    """What a foreign error says, as part of one line."""
    return " ".join(str(error).split())[:100] or type(error).__name__
