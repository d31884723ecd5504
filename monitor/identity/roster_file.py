"""A CSV file as Excel writes it: which encoding, which separator, which columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UsageError
from monitor.identity.spelling import folded, tidy

_LARGEST = 4 << 20
"""Bytes; ten thousand students take a tenth of it."""

_SEPARATORS = (",", ";", "\t")

_NONE = "\x1f"
"""Parts no cells: for a file of one column, whose names may hold commas."""

_HEADERS = {
    "name": "name fullname student studentname students learner participant",
    "first name": "firstname first givenname forename",
    "last name": "lastname last surname familyname",
    "aliases": "alias aliases alsoknownas aka nickname nicknames preferredname "
    "othernames othername displayname callname",
    "id": "id studentid idnumber studentnumber sisid matriculationnumber",
    "consent": "consent consents agreed agrees permission optin",
    "course": "course courses coursename class section group",
}
_COLUMNS = {
    word: column for column, words in _HEADERS.items() for word in words.split()
}

_SEVERAL = frozenset({"aliases"})
"""Columns that may be there more than once; of the others the first counts."""

_PACKED, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file.

    Attributes:
        columns: where each known column stands, from 0.
        width: how many columns the first line names.
        lines: below it, each with the number of the line that it begins on, from 1.
    """

    columns: dict[str, list[int]]
    width: int
    lines: list[tuple[int, list[str]]]


def read_table(path: Path) -> Table:
    """The cells of a CSV file whose first line names the columns.

    Raises:
        UsageError: no such file, no text, no table, or no column of names.
    """
    text = _text(path)
    told = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    tables = [
        table
        for separator in (*([told[1]] if told else _SEPARATORS), _NONE)
        if (table := _table(path, text, separator, skip=1 if told else 0))
    ]
    if not tables:
        first = tidy(next((line for line in text.splitlines() if line.strip()), ""))
        raise UsageError(
            f"roster {path}: no column of names; expected a first line such as "
            f"name,aliases,id,consent, got {first[:60]!r}"
        )
    return max(tables, key=lambda table: len(table.columns))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as exc:
        raise UsageError(
            f"roster {path} cannot be read: {exc.strerror or exc}"
        ) from exc
    if not data.strip():
        raise UsageError(
            f"roster {path} is empty; expected a CSV file with a line for each student"
        )
    if data.startswith((_PACKED, _OLD_EXCEL)):
        raise UsageError(
            f"roster {path} is a workbook, not a CSV file; open it and choose Save as, "
            "CSV UTF-8"
        )
    if len(data) > _LARGEST:
        raise UsageError(
            f"roster {path} is larger than {_LARGEST >> 20} MiB; expected a CSV file "
            "with a line for each student"
        )
    text = _decoded(data)
    if text is None or "\0" in text:
        raise UsageError(
            f"roster {path} is no text; expected a CSV file with a line for each "
            "student"
        )
    return text


def _decoded(data: bytes) -> str | None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: Sequence[str] = ("utf-16",)
    else:
        # What is no UTF-8 was written by an Excel for Windows in western Europe.
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _table(path: Path, text: str, separator: str, *, skip: int) -> Table | None:
    """The cells when parted so; None when no column of names comes of it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[tuple[int, list[str]]] = []
    columns: dict[str, list[int]] | None = None
    width = 0
    begins = 1
    try:
        for cells in reader:
            if reader.line_num > skip and any(tidy(cell) for cell in cells):
                if columns is None:
                    columns, width = _columns(cells), len(cells)
                    one = width == 1 and separator != _NONE
                    if one or not _names_people(columns):
                        return None
                else:
                    lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as exc:
        if columns is None:
            return None
        raise UsageError(
            f"roster {path}: line {begins}: quotes that do not match ({exc}); put a "
            'pair of them around the cell, and write "" for one inside it'
        ) from exc
    return None if columns is None else Table(columns, width, lines)


def _columns(cells: Sequence[str]) -> dict[str, list[int]]:
    """Where the known columns stand in the first line."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        words = re.sub(r"\(.*?\)", "", folded(tidy(cell)))
        column = _COLUMNS.get(re.sub(r"\W|_", "", words))
        if column is not None and (column in _SEVERAL or column not in found):
            found.setdefault(column, []).append(place)
    return found


def _names_people(columns: dict[str, list[int]]) -> bool:
    return "name" in columns or "first name" in columns or "last name" in columns
