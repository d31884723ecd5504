"""Writes the report: where it is asked for, or beside a session's CSV files."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from dashboard.document.build import report_html
from monitor.engagement import IndexWeights
from monitor.errors import ExportError, SettingsError, StoreError, UnknownSession
from monitor.records import ALIVE, SessionData, SessionRow
from monitor.reports.csv_files import write_session
from monitor.store.store import Store

REPORT = "report.html"
"""Its name in a session's own folder, beside the CSV files."""

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Rewritten(NamedTuple):
    """What became of the files of several sessions.

    Attributes:
        folders: where they were written.
        failed: a line on each session whose files were not.
    """

    folders: list[Path]
    failed: list[str]


def write_report(
    data: SessionData, file: Path, *, pseudonyms: bool = False, weights: IndexWeights
) -> None:
    """Write a session's report; a file of that name is replaced when all is written.

    Args:
        data: the whole session.
        file: where to; its folder is made when missing.
        pseudonyms: "P1", "P2" ... in place of names.
        weights: of the engagement index.

    Raises:
        ExportError: it cannot be written.
    """
    if file.is_dir():
        raise ExportError(
            f"{file} is a folder, expected a file: write --out {file / REPORT}, for "
            "example"
        )
    _write(file, report_html(data, pseudonyms=pseudonyms, weights=weights))


def write_again(store: Store, session: SessionRow) -> Path | None:
    """Write a session's own files as they are after a correction or an erasure.

    Returns:
        Their folder; None while the class goes on: they are written when it ends.

    Raises:
        ExportError: the folder or a file cannot be written.
        SettingsError: the settings cannot be read.
        StoreError: the database cannot be read.
    """
    # The old report tells what was corrected: rather none than that one.
    with contextlib.suppress(OSError):
        (store.exports_folder(session.id) / REPORT).unlink()
    if session.status in ALIVE:
        return None
    folder = store.exports_folder(session.id)
    data, weights = store.load(session.id), store.settings().weights
    write_session(data, folder, weights=weights)
    write_report(data, folder / REPORT, weights=weights)
    return folder


def write_all_again(store: Store, session_ids: Iterable[int]) -> Rewritten:
    """`write_again` of several sessions: what stops one stops no other.

    What was corrected or erased is so by now, so this tells of failures and has none.
    """
    folders, failed = list[Path](), list[str]()
    for id_ in session_ids:
        try:
            folder = write_again(store, store.session(id_))
        except UnknownSession:  # erased meanwhile
            continue
        except (ExportError, SettingsError, StoreError) as error:
            failed.append(f"the files of session {id_} were not written anew: {error}")
        else:
            folders += [] if folder is None else [folder]
    return Rewritten(folders, failed)


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Half a character in a name (of a broken file name, say) must not stop it.
        draft.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        draft.replace(file)
    except OSError as exc:
        if exc.errno in _DISK_FULL:
            raise ExportError(
                f"cannot write {file}: the disk is full; free some space or name "
                "another place with --out"
            ) from exc
        raise ExportError(
            f"cannot write {file} ({exc.strerror}): close it where it is open, or name "
            "another place with --out"
        ) from exc
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
