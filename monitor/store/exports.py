"""The files that a session has by itself, in ``exports/<id>/`` beside the database."""

from __future__ import annotations

import contextlib
from pathlib import Path

from monitor.errors import ExportError

_OURS = ("*.csv", "*.html", ".*.part")


_PSEUDONYMS = "pseudonyms"


def folder(database: Path, session_id: int, *, pseudonyms: bool = False) -> Path:
    """Where a session's files go; it may not be there.

    Those without names have a folder of their own: a correction writes the others anew
    under the same names, with the students' names in them.
    """
    own = database.parent / "exports" / str(session_id)
    return own / _PSEUDONYMS if pseudonyms else own


def remove(database: Path, session_id: int) -> int:
    """Remove a session's files, and the folder when nothing else is in it; how many.

    Raises:
        ExportError: a file cannot be removed.
    """
    apart = _remove(folder(database, session_id, pseudonyms=True))
    return apart + _remove(folder(database, session_id))


def _remove(where: Path) -> int:
    removed = 0
    for pattern in _OURS:
        for file in where.glob(pattern):
            try:
                file.unlink(missing_ok=True)
            except OSError as exc:
                raise ExportError(
                    f"cannot remove {file} ({exc.strerror}), which holds what was "
                    "erased: close it where it is open, and remove it"
                ) from exc
            removed += 1
    with contextlib.suppress(OSError):
        where.rmdir()
    return removed
