"""A class's files as a browser saves them: plain addresses, the command's own bytes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import flask

from dashboard.data import find_session
from dashboard.document.build import report_html
from dashboard.stores import current_store
from monitor.errors import ClassPulseError, UnknownSession
from monitor.reports.csv_files import write_session

CSV_FILES = ("students.csv", "timeline.csv", "observations.csv")
HTML_FILE = "report.html"

_NOT_FOUND, _NOT_NOW = 404, 503


def address_of(session_id: int, name: str) -> str:
    """Where one of a class's files can be had."""
    return f"/files/{session_id}/{name}"


def add_files(server: flask.Flask) -> None:
    """Answer for the addresses that `address_of` gives."""

    @server.get("/files/<ref>/<name>")
    def _file(ref: str, name: str) -> flask.Response:
        if flask.request.headers.get("Sec-Fetch-Site") == "cross-site":
            return _refused("Files are given to ClassPulse's own pages only.", 403)
        names = (*CSV_FILES, HTML_FILE)
        if name not in names:
            told = f"There is no file {name[:40]!r}: expected {', '.join(names)}."
            return _refused(told, _NOT_FOUND)
        try:
            make = _html if name == HTML_FILE else _csv
            return _saved(make(ref, name), name)
        except UnknownSession as error:
            return _refused(f"{error}.", _NOT_FOUND)
        except ClassPulseError as error:
            return _refused(f"{error}.", _NOT_NOW)


def _csv(ref: str, name: str) -> bytes:
    """One of the three files, as `classpulse export` writes it.

    Raises:
        SettingsError: the engagement index's weights cannot be read.
        StoreError: the class is not there, or the database cannot be used.
        ExportError: there is no room for a file.
    """
    store = current_store()
    session = find_session(store, ref)
    with TemporaryDirectory(prefix="classpulse-") as folder:
        weights = store.settings().weights
        write_session(store.load(session.id), Path(folder), weights=weights)
        store.note_export(session.id, "csv", pseudonyms=False)
        return (Path(folder) / name).read_bytes()


def _html(ref: str, _name: str) -> bytes:
    """The report as one file, as `classpulse report` writes it.

    Raises:
        SettingsError: the engagement index's weights cannot be read.
        StoreError: the class is not there, or the database cannot be read.
    """
    store = current_store()
    session = find_session(store, ref)
    text = report_html(store.load(session.id), weights=store.settings().weights)
    store.note_export(session.id, "html", pseudonyms=False)
    return text.encode("utf-8", errors="replace")


def _saved(content: bytes, name: str) -> flask.Response:
    return flask.Response(
        content,
        mimetype="text/html" if name == HTML_FILE else "text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _refused(text: str, status: int) -> flask.Response:
    return flask.Response(text, status, mimetype="text/plain")
