"""What a page hands to the browser to be saved as a file."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.records import SessionRow
from monitor.reports import formatting
from monitor.reports.csv_files import write_session
from monitor.store.store import Store


def csv_download(store: Store, session: SessionRow) -> dict[str, Any]:
    """A class's three CSV files in one archive, for `dash.dcc.Download`.

    Raises:
        StoreError: the database cannot be read.
        ExportError: there is no room for the files.
    """
    held = io.BytesIO()
    with TemporaryDirectory(prefix="classpulse-") as folder:
        weights = store.settings().weights
        files = write_session(store.load(session.id), Path(folder), weights=weights)
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
    store.note_export(session.id, "csv", pseudonyms=False)
    name = f"classpulse-{formatting.day(session.started_at)}-{session.id}.zip"
    return _sent(name, held.getvalue())


def person_download(
    store: Store, session_id: int, name: str, course: str | None
) -> dict[str, Any]:
    """All that is kept of one person, as a text that people and programs can read.

    Args:
        store: where it is kept.
        session_id: the class in which the person is called ``name``.
        name: as it is shown.
        course: every class of this course; None: this class alone.

    Raises:
        StoreError: the database cannot be read.
        UsageError: nobody is called so.
    """
    kept = (
        store.export_student(session_id, name)
        if course is None
        else store.export_person(course, name)
    )
    return {
        "filename": f"classpulse-person-{session_id}.json",
        "content": json.dumps(kept, ensure_ascii=False, indent=1),
        "type": "application/json",
    }


def _sent(name: str, archive: bytes) -> dict[str, Any]:
    """What `dash.dcc.Download` takes for a file of bytes."""
    return {
        "filename": name,
        "content": base64.b64encode(archive).decode("ascii"),
        "type": "application/zip",
        "base64": True,
    }
