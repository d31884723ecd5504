"""A session as three CSV files that a spreadsheet opens by a double click.

UTF-8 with the mark that Excel needs, RFC 4180, times in ISO 8601 with their offset,
four decimals, empty cells for what is not known, and no cell that runs as a formula.
`class` mode tells of no student; `presence` of no expression.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import math
import os
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.errors import ExportError, UsageError
from monitor.minutes import spread
from monitor.records import EMOTIONS, Mode, SessionData, SessionRow, Status
from monitor.reports.formatting import (
    by_name,
    csv_number,
    csv_shares,
    csv_text,
    csv_time,
)
from monitor.reports.pseudonyms import with_pseudonyms
from monitor.summaries import summarise_minutes, summarise_students

STUDENT_COLUMNS = (
    "session_id",
    "student",
    "samples",
    "readings",
    "coverage",
    "present_minutes",
    "first_seen",
    "last_seen",
    "dominant",
    *EMOTIONS,
    "valence",
    "facing",
    "engagement",
)

TIMELINE_COLUMNS = (
    "minute",
    "starts_at",
    "students_seen",
    "readings",
    "coverage",
    *EMOTIONS,
    "valence",
    "facing",
    "engagement",
    "marker",
)

OBSERVATION_COLUMNS = (
    "captured_at",
    "offset_s",
    "student",
    "status",
    "emotion",
    "confidence",
    *EMOTIONS,
    "facing",
    "x",
    "y",
    "width",
    "height",
)

_NOT_KNOWN = ""
_NO_SHARES = (_NOT_KNOWN,) * len(EMOTIONS)
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Row = Iterable[str | int]
Files = Mapping[str, tuple[Sequence[str], Iterable[Row]]]
"""Columns and rows by the file's name."""


def write_session(
    data: SessionData,
    folder: Path,
    *,
    delimiter: str = ",",
    pseudonyms: bool = False,
    weights: IndexWeights = INDEX_WEIGHTS,
) -> list[Path]:
    """Write ``students.csv``, ``timeline.csv`` and ``observations.csv``.

    Files of an earlier export are replaced only when all three are written.

    Args:
        data: the whole session.
        folder: where to; it is made when missing.
        delimiter: one character between cells.
        pseudonyms: "P1", "P2" ... in place of names.
        weights: of the engagement index.

    Returns:
        The three files.

    Raises:
        ExportError: the folder is a file or not writable, or the disk is full.
        UsageError: the delimiter is none.
    """
    if pseudonyms:
        data = with_pseudonyms(data)
    files: Files = {
        "students.csv": (STUDENT_COLUMNS, _student_rows(data, weights)),
        "timeline.csv": (TIMELINE_COLUMNS, _timeline_rows(data, weights)),
        "observations.csv": (OBSERVATION_COLUMNS, _observation_rows(data)),
    }
    return write_files(files, folder, delimiter=delimiter)


def write_files(files: Files, folder: Path, *, delimiter: str = ",") -> list[Path]:
    """Write CSV files, all of them or none.

    Args:
        files: by name, the columns and the rows.
        folder: where to; it is made when missing.
        delimiter: one character between cells.

    Raises:
        ExportError, UsageError: as in `write_session`.
    """
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in "\"'\r\n.+-":
        raise UsageError(
            f"{delimiter!r} cannot stand between cells: expected one character such "
            'as "," or ";"'
        )
    _make_folder(folder)
    with contextlib.ExitStack() as unfinished:
        drafts: dict[Path, Path] = {}
        for name, (columns, rows) in files.items():
            draft = folder / f".{name}.{os.getpid()}.part"
            unfinished.callback(_remove, draft)
            with _told(folder / name):
                _write(draft, [columns, *rows], delimiter)
            drafts[folder / name] = draft
        for target, draft in drafts.items():
            with _told(target):
                draft.replace(target)
    return list(drafts)


def _student_rows(data: SessionData, weights: IndexWeights) -> Iterator[Row]:
    session = data.session
    if session.mode is Mode.CLASS:
        return
    summaries = summarise_students(data, weights)
    for student in sorted(summaries, key=lambda row: (by_name(row.name), row.id)):
        yield (
            session.id,
            csv_text(student.name),
            student.samples,
            student.readings,
            _coverage(session, student.coverage),
            csv_number(student.present_minutes),
            _time(session, student.first_seen_s),
            _time(session, student.last_seen_s),
            student.dominant or _NOT_KNOWN,
            *csv_shares(student.shares, session.expressions),
            csv_number(student.valence),
            csv_number(student.facing),
            csv_number(student.engagement),
        )


def _timeline_rows(data: SessionData, weights: IndexWeights) -> Iterator[Row]:
    minutes = summarise_minutes(data, weights)
    told = list(range(len(minutes)))
    if data.minutes is not None:
        # Of the others nothing was kept, which is not the same as nothing seen.
        told = np.flatnonzero(spread(data.minutes).kept).tolist()
    notes: dict[int, list[str]] = {}
    for marker in data.markers:
        # One made before the first or after the last sample is not lost.
        place = bisect_right(told, marker.offset_s // 60) - 1
        notes.setdefault(told[max(place, 0)] if told else 0, []).append(marker.text)
    for minute in told:
        yield (
            minute,
            _time(data.session, float(minutes.starts_s[minute])),
            int(minutes.students_seen[minute]),
            int(minutes.readings[minute]),
            _coverage(data.session, float(minutes.coverage[minute])),
            *csv_shares(minutes.shares[minute].tolist(), data.session.expressions),
            csv_number(float(minutes.valence[minute])),
            csv_number(float(minutes.facing[minute])),
            csv_number(float(minutes.engagement[minute])),
            csv_text("; ".join(notes.get(minute, ()))),
        )


def _observation_rows(data: SessionData) -> Iterator[Row]:
    if data.session.mode is Mode.CLASS:
        return
    seen = data.observations
    names = {row.id: csv_text(row.name) for row in data.students}
    words = tuple(Status)
    times = [
        (_time(data.session, offset_s), csv_number(offset_s))
        for offset_s in data.samples.offset_s.tolist()
    ]
    columns = zip(
        seen.sample.tolist(),
        seen.student.tolist(),
        seen.status.tolist(),
        seen.probabilities.tolist(),
        seen.facing.tolist(),
        seen.xyxy.tolist(),
        strict=True,
    )
    for sample, student, status, shares, facing, (x1, y1, x2, y2) in columns:
        yield (
            *times[sample],
            names[student],
            words[status],
            *_expression(shares, data.session.expressions),
            _NOT_KNOWN if math.isnan(facing) else int(facing),
            x1,
            y1,
            x2 - x1,
            y2 - y1,
        )


def _expression(shares: list[float], expressions: Container[str]) -> tuple[str, ...]:
    """Emotion, confidence and the seven probabilities of one face."""
    confidence = max(shares)
    if math.isnan(confidence):
        return (_NOT_KNOWN, _NOT_KNOWN, *_NO_SHARES)
    emotion = EMOTIONS[shares.index(confidence)]
    return (emotion, csv_number(confidence), *csv_shares(shares, expressions))


def _coverage(session: SessionRow, value: float) -> str:
    """Empty where nobody tried to read an expression."""
    return _NOT_KNOWN if session.mode is Mode.PRESENCE else csv_number(value)


def _time(session: SessionRow, offset_s: float) -> str:
    if math.isnan(offset_s):
        return _NOT_KNOWN
    moment: datetime = session.started_at + timedelta(seconds=offset_s)
    return csv_time(moment)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as exc:
        raise ExportError(
            f"{folder} is a file, expected a folder for the three CSV files: name "
            "another with --out"
        ) from exc
    except OSError as exc:
        raise ExportError(
            f"cannot make the folder {folder} ({exc.strerror}): name another with --out"
        ) from exc


def _write(file: Path, rows: Iterable[Row], delimiter: str) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as text:
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)


def _remove(draft: Path) -> None:
    with contextlib.suppress(OSError):
        draft.unlink()


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno in _DISK_FULL:
            raise ExportError(
                f"cannot write {target}: the disk is full; free some space or name "
                "another folder with --out"
            ) from exc
        raise ExportError(
            f"cannot write {target} ({exc.strerror}): close it where it is open, or "
            "name another folder with --out"
        ) from exc
