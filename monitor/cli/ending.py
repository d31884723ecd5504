"""What a class leaves behind when it ends: CSV files, and a report beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from monitor.errors import ClassPulseError

if TYPE_CHECKING:
    from monitor.store.store import Store


class Left(NamedTuple):
    """What was written.

    Attributes:
        folder: where the CSV files are.
        report: the report; None when it could not be written.
        trouble: why not, in a line; "" when it could.
    """

    folder: Path
    report: Path | None
    trouble: str


def write_files(store: Store, session_id: int) -> Left:
    """Write the CSV files and then the report of a session that has ended.

    A report that cannot be written loses nothing: it can be made again at any time.

    Raises:
        ExportError: the CSV files could not be written.
        SettingsError: the settings cannot be read.
        StoreError: the database cannot be read.
    """
    from dashboard.document.write import REPORT, write_report
    from monitor.reports.csv_files import write_session

    folder = store.exports_folder(session_id)
    data, weights = store.load(session_id), store.settings().weights
    write_session(data, folder, weights=weights)
    report = folder / REPORT
    try:
        write_report(data, report, weights=weights)
    except ClassPulseError as error:
        trouble = (
            f"The report could not be written: {error}; `classpulse report "
            f"{session_id}` tries again."
        )
        return Left(folder, None, trouble)
    return Left(folder, report, "")
