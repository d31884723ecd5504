"""The files that a session keeps beside the database, written anew when it changed."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from monitor.records import ALIVE, SessionData, SessionRow
from monitor.reports.csv_files import write_session
from monitor.settings import Settings


class Sessions(Protocol):
    """Where sessions are, and where their files go: a `monitor.store.store.Store`."""

    def load(self, session_id: int) -> SessionData:
        """All of a session."""

    def settings(self) -> Settings:
        """What the teacher has set."""

    def exports_folder(self, session_id: int) -> Path:
        """Where a session's files go by themselves."""


def write_again(sessions: Sessions, session: SessionRow) -> Path | None:
    """Write a session's own CSV files as they are after a correction or an erasure.

    Returns:
        Their folder; None while the class goes on: they are written when it ends.

    Raises:
        ExportError: the folder or a file cannot be written.
        SettingsError: the settings cannot be read.
        StoreError: the database cannot be read.
    """
    if session.status in ALIVE:
        return None
    folder = sessions.exports_folder(session.id)
    weights = sessions.settings().weights
    write_session(sessions.load(session.id), folder, weights=weights)
    return folder
