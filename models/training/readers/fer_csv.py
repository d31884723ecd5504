"""FER2013 as its authors gave it: ``fer2013.csv`` with emotion, pixels and Usage.

The columns may stand in any order (Kaggle's ``icml_face_data.csv`` has another), and
the header and Usage may be missing. 300 MB of digits are read in a few seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training.datasets import SIDE
from models.training.readers import votes as fer_plus
from models.training.readers.data import BadRows, Data, part_array
from models.training.readers.pixels import Stack
from monitor.errors import UsageError
from monitor.records import EMOTIONS

COLUMNS = ("emotion", "pixels", "usage")
"""Usage may be missing."""

LONGEST = 1 << 20
"""Bytes looked at for a header; a row of 48 x 48 pixels has under 10,000."""

LONGEST_PART = 60
"""Characters of Usage: NumPy gives every row as much room as the longest takes."""

_PIXELS = SIDE * SIDE
_AROUND = b" \t\r\n\"'"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class _UnusableError(ValueError):
    """A row cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each column stands, of how many, and whether the first line names them."""

    places: dict[str, int]
    width: int
    header: bool

    def part(self, line: bytes) -> str:
        """What a line says of Usage; "" without, or where columns are missing."""
        cells = line.split(b",")
        if "usage" not in self.places or len(cells) != self.width:
            return ""
        part = _usage(cells[self.places["usage"]])
        return part if len(part) <= LONGEST_PART else ""


@dataclass(slots=True)
class _Found:
    """What was read so far; ``count`` is of all rows up to the last, bad ones too."""

    pixels: bytearray = field(default_factory=bytearray)
    labels: list[int] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    count: int = 0

    def take(self, layout: _Layout, line: bytes, index: int) -> None:
        """Adds one line, or raises `_UnusableError` and adds nothing."""
        self.count = index + 1
        cells = line.split(b",")
        if len(cells) != layout.width:
            raise _UnusableError(f"{len(cells)} columns, expected {layout.width}")
        cell = {
            name: cells[place].strip(_AROUND) for name, place in layout.places.items()
        }
        label, row = _label(cell["emotion"]), _row(cell["pixels"])
        part = _usage(cell.get("usage", b""))
        if len(part) > LONGEST_PART:
            raise _UnusableError(
                f"Usage of {len(part):,} characters, expected {LONGEST_PART} at most"
            )
        self.pixels += row.tobytes()
        self.labels.append(label)
        self.parts.append(part)
        self.index.append(index)


def read(path: Path, bad: BadRows, votes: Path | None) -> Data:
    """Reads the file, and the votes of FER+ given or found beside it.

    Args:
        path: the ``.csv`` file.
        bad: takes the rows that cannot be used.
        votes: FER+'s file; None takes ``fer2013new.csv`` in the same folder, if any.

    Raises:
        UsageError: other columns, no usable row, or votes that do not belong to it.
    """
    try:
        found, digest = _read(path, bad)
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}.") from exc
    bad.check_some_left(path, len(found.labels))
    labels, index = np.array(found.labels, np.int64), np.array(found.index, np.int64)
    joined = fer_plus.join(path, votes, found.count)
    cast = None if joined.votes is None else joined.votes[index]
    notes = joined.notes
    if cast is not None and (said := fer_plus.disagreement(labels, cast)):
        if votes is not None:
            raise UsageError(
                f"{votes}: {said}: labels and votes were joined wrongly; leave the "
                "votes out."
            )
        beside = path.with_name(fer_plus.NAME)
        notes = (f"{beside}: {said}; its votes were left out",)
        cast = None
    if cast is not None:
        digest = hashlib.sha256(f"{digest}{joined.sha256}".encode()).hexdigest()
    images = np.frombuffer(found.pixels, np.uint8).reshape(-1, SIDE, SIDE)
    return Data(
        path=path,
        classes=EMOTIONS,
        labels=labels,
        parts=part_array(found.parts),
        index=index,
        sha256=digest,
        bad=bad.found,
        pictures=Stack(images),
        votes=None if cast is None else cast[:, : len(EMOTIONS)],
        other_votes=None if cast is None else cast[:, len(EMOTIONS) :],
        notes=notes,
    )


def _read(path: Path, bad: BadRows) -> tuple[_Found, str]:
    """The rows, and the file's SHA-256."""
    found = _Found()
    with path.open("rb") as file:
        layout = _layout(path, file.readline(LONGEST))
        if not layout.header:
            file.seek(0)
        first = 1 + layout.header
        for number, line in _rows(file, first, bad, path.name):
            try:
                found.take(layout, line, number - first)
            except _UnusableError as exc:
                bad.add(f"{path.name}:{number}", str(exc), layout.part(line))
        file.seek(0)
        return found, hashlib.file_digest(file, "sha256").hexdigest()


def _rows(
    file: Iterable[bytes], first: int, bad: BadRows, name: str
) -> Iterator[tuple[int, bytes]]:
    """Numbers and lines of the rows; empty lines are bad, at the very end nothing."""
    empty: list[int] = []
    for number, line in enumerate(file, first):
        if not line.strip():
            empty.append(number)
            continue
        for before in empty:
            bad.add(f"{name}:{before}", "an empty line")
        empty.clear()
        yield number, line


def _layout(path: Path, first: bytes) -> _Layout:
    """Reads the header, or takes the columns' usual order where there is none."""
    if first.startswith(_UTF_16):
        raise UsageError(f"{path} is written in UTF-16: save it as CSV in UTF-8.")
    before, broken, _ = first.rstrip(b"\r\n").partition(b"\r")
    cells = [
        cell.strip(_AROUND).decode(errors="replace")
        for cell in before.removeprefix(b"\xef\xbb\xbf").split(b",")
    ]
    if broken and (cells[0].isdigit() or "emotion" in map(str.casefold, cells)):
        raise UsageError(
            f"{path} ends its lines with a carriage return alone: save it with the "
            "line ends of today (LF, or CRLF)."
        )
    if cells[0].removeprefix("-").isdigit() and len(cells) in {2, 3}:
        usual = {name: place for place, name in enumerate(COLUMNS[: len(cells)])}
        return _Layout(usual, len(cells), header=False)
    names = [cell.casefold() for cell in cells]
    if "emotion" not in names or "pixels" not in names:
        there = ", ".join(cells)[:60]
        got = f"got {there!r}" if first.strip() else "its first line is empty"
        raise UsageError(
            f"{path} is not FER2013: expected the columns emotion, pixels and Usage, "
            f"with commas between, {got}."
        )
    places = {name: names.index(name) for name in COLUMNS if name in names}
    return _Layout(places, len(cells), header=True)


def _usage(cell: bytes) -> str:
    return cell.strip(_AROUND).decode(errors="replace")


def _label(text: bytes) -> int:
    number = int(text) if text.isdigit() and len(text) <= 3 else -1
    if not 0 <= number < len(EMOTIONS):
        raise _UnusableError(
            f"emotion {_shown(text)}, expected 0 to {len(EMOTIONS) - 1}"
        )
    return number


def _row(text: bytes) -> npt.NDArray[np.uint8]:
    """(2304,) pixels of numbers with spaces between."""
    if text.translate(None, b"0123456789 "):
        # Something else stands there: which one is wrong, if any?
        words = text.split()
        for place, word in enumerate(words):
            if not word.isdigit():
                raise _wrong(place, word)
        text = b" ".join(words)
    # Only digits and spaces are left, which numpy reads ten times faster than Python.
    values = np.fromstring(text, np.int64, sep=" ") if text else np.empty(0, np.int64)
    if len(values) != _PIXELS:
        raise _UnusableError(
            f"{len(values):,} pixels, expected {_PIXELS:,} ({SIDE}x{SIDE})"
        )
    if values.max() > 255:
        place = int(values.argmax())
        raise _wrong(place, text.split()[place])
    return values.astype(np.uint8)


def _wrong(place: int, word: bytes) -> _UnusableError:
    return _UnusableError(
        f"pixel {place + 1} is {_shown(word)}, expected a whole number from 0 to 255"
    )


def _shown(text: bytes) -> str:
    return repr(text[:20].decode(errors="replace"))
