"""FER+'s votes on FER2013 (Barsoum et al. 2016): ``fer2013new.csv``, a row a face."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training.readers.data import OTHER_VOTES
from monitor.errors import UsageError
from monitor.records import EMOTIONS

NAME = "fer2013new.csv"
_WORDS = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
"""What FER+ calls each of the seven."""
COLUMNS = (*(_WORDS[emotion] for emotion in EMOTIONS), *OTHER_VOTES)
"""FER+'s own words: the seven in the order of `EMOTIONS`, then the others."""

AGREEMENT = (0.68, 0.76)
"""Share of faces with a clear vote whose vote is the label: 0.718 in the true join."""
CLEAR_VOTES = 6
AGREEMENT_NEEDS = 200
"""A made file of a few faces says nothing about the join; FER2013 always does."""

Votes = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The votes that belong to a file.

    Attributes:
        votes: (m, 10) float32, a row for each of the file's, columns as `COLUMNS`;
            None where there are none.
        sha256: of the file of votes.
        notes: why a file that merely lay there was passed over.
    """

    votes: Votes | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()


def join(path: Path, given: Path | None, rows: int) -> Joined:
    """Finds and reads the votes on a file's rows.

    Args:
        path: the file of faces.
        given: the file of votes; None looks for `NAME` beside ``path``.
        rows: how many rows ``path`` has, bad ones included: the two are joined by
            the row's number.

    Raises:
        UsageError: the file of votes that was given is missing or broken, or has
            another number of rows.
    """
    file = given or path.with_name(NAME)
    if given is None and not file.is_file():
        return Joined()
    try:
        votes, sha256 = _read(file)
    except UsageError as exc:
        if given is not None:
            raise
        said = str(exc).removesuffix(".")
        return Joined(notes=(f"{said}; its votes were left out",))
    if len(votes) == rows:
        return Joined(votes, sha256)
    differ = f"{file} has {len(votes):,} rows, {path.name} has {rows:,}"
    if given is None:
        return Joined(notes=(f"{differ}: its votes were left out",))
    raise UsageError(f"{differ}: expected a vote for each row; leave the votes out.")


def _read(file: Path) -> tuple[Votes, str]:
    """The (m, 10) votes in a file, and its SHA-256."""
    if not file.is_file():
        raise UsageError(f"No votes at {file}: expected FER+'s {NAME}.")
    try:
        data = file.read_bytes()
    except OSError as exc:
        raise UsageError(f"{file} cannot be read: {exc.strerror or exc}.") from exc
    return _parsed(file, data), hashlib.sha256(data).hexdigest()


def check(path: Path, labels: npt.NDArray[np.int64], votes: Votes) -> None:
    """Refuses votes that were cast on other faces.

    Args:
        path: what to name.
        labels: (n,) positions in `EMOTIONS`.
        votes: (n, 7 or more), the first seven in the order of `EMOTIONS`.

    Raises:
        UsageError: clear votes agree with too few labels, or with too many.
    """
    if said := disagreement(labels, votes):
        raise UsageError(f"{path}: {said}: labels and votes were joined wrongly.")


def disagreement(labels: npt.NDArray[np.int64], votes: Votes) -> str:
    """What tells that votes were cast on other faces; empty where nothing does.

    Args:
        labels: (n,) positions in `EMOTIONS`.
        votes: (n, 7 or more), the first seven in the order of `EMOTIONS`.
    """
    cast = votes[:, : len(EMOTIONS)]
    clear = cast.max(1) >= CLEAR_VOTES
    if clear.sum() < AGREEMENT_NEEDS:
        return ""
    agreed = float((cast.argmax(1) == labels)[clear].mean())
    low, high = AGREEMENT
    if low <= agreed <= high:
        return ""
    return f"clear votes agree with {agreed:.1%} of the labels, expected about 72%"


def _parsed(file: Path, data: bytes) -> Votes:
    """(m, 10) float32, columns as `COLUMNS`."""
    # NUL is what the csv module of older Pythons breaks off at.
    text = data.decode("utf-8-sig", errors="replace").replace("\0", "\ufffd")
    try:
        header, *lines = list(csv.reader(StringIO(text, newline=""))) or [[]]
    except csv.Error as exc:
        raise UsageError(f"{file} is not FER+'s {NAME} ({exc}).") from exc
    names = [name.strip() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise UsageError(
            f"{file} is not FER+'s {NAME}: it lacks the columns {', '.join(missing)}."
        )
    places = [names.index(name) for name in COLUMNS]
    while lines and not lines[-1]:
        lines.pop()
    votes = np.zeros((len(lines), len(COLUMNS)), np.float32)
    for number, (row, line) in enumerate(zip(votes, lines, strict=True), 2):
        cells = [line[place].strip() if place < len(line) else "" for place in places]
        if not all(cell.isascii() and cell.isdigit() for cell in cells):
            raise UsageError(
                f"{file}:{number}: expected ten whole numbers of votes, got "
                f"{' '.join(cells)[:60]!r}."
            )
        row[:] = [float(cell) for cell in cells]
    return votes
