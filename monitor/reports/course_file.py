"""A course as one CSV file, a row a session, to compare a semester."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from monitor.engagement import INDEX_WEIGHTS, IndexWeights
from monitor.records import EMOTIONS, Mode, SessionData
from monitor.reports.csv_files import write_files
from monitor.reports.formatting import csv_number, csv_shares, csv_text, csv_time
from monitor.summaries import summarise_class

SESSION_COLUMNS = (
    "session_id",
    "title",
    "started_at",
    "ended_at",
    "mode",
    "status",
    "samples",
    "late",
    "lost",
    "students",
    "readings",
    "coverage",
    *EMOTIONS,
    "valence",
    "facing",
    "engagement",
)


def write_course(
    sessions: Iterable[SessionData],
    folder: Path,
    *,
    delimiter: str = ",",
    weights: IndexWeights = INDEX_WEIGHTS,
) -> list[Path]:
    """Write ``sessions.csv``.

    Args:
        sessions: in the order of the rows; read one at a time.
        folder: where to; it is made when missing.
        delimiter: one character between cells.
        weights: of the engagement index.

    Raises:
        ExportError: the folder is a file or not writable, or the disk is full.
        UsageError: the delimiter is none.
    """
    rows = [_row(data, weights) for data in sessions]
    files = {"sessions.csv": (SESSION_COLUMNS, rows)}
    return write_files(files, folder, delimiter=delimiter)


def _row(data: SessionData, weights: IndexWeights) -> tuple[str | int, ...]:
    session, whole = data.session, summarise_class(data, weights)
    seen = session.mode is not Mode.PRESENCE
    return (
        session.id,
        csv_text(session.title),
        csv_time(session.started_at),
        csv_time(session.ended_at) if session.ended_at else "",
        session.mode.value,
        session.status.value,
        session.samples,
        session.late,
        session.lost,
        session.students,
        whole.readings,
        csv_number(whole.coverage) if seen else "",
        *csv_shares(whole.shares, session.expressions),
        csv_number(whole.valence),
        csv_number(whole.facing),
        csv_number(whole.engagement),
    )
