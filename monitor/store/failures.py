"""What SQLite says, in words that tell a teacher what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreBusy, StoreError, StoreUnusable

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_UNUSABLE = {
    sqlite3.SQLITE_NOTADB: "{path} is no ClassPulse database (no SQLite file at all): "
    "name another file with --db",
    sqlite3.SQLITE_CORRUPT: "the database {path} is damaged: put a copy back or name "
    "another file with --db",
    sqlite3.SQLITE_CANTOPEN: "the database {path} cannot be opened: its folder must "
    "exist and be writable, or name another file with --db",
    sqlite3.SQLITE_READONLY: "the database {path} is not writable: allow writing to "
    "the file and its folder, or name another file with --db",
    sqlite3.SQLITE_PERM: "the database {path} is not writable: allow writing to "
    "the file and its folder, or name another file with --db",
    sqlite3.SQLITE_FULL: "the disk of the database {path} is full: free some space; "
    "what was stored until now is safe",
    sqlite3.SQLITE_IOERR: "the disk of the database {path} refuses reading or writing "
    "(full, a quota, or failing): make room or name another file with --db",
}


@contextmanager
def translated(path: Path, busy_timeout_s: float) -> Iterator[None]:
    """Turn the driver's errors into ours.

    Raises:
        StoreBusy: another program held the database for ``busy_timeout_s``.
        StoreUnusable: it cannot be opened, read or written.
        StoreError: it refused a row.
    """
    try:
        yield
    except DBAPIError as exc:
        if not isinstance(exc.orig, sqlite3.Error):
            raise
        raise _ours(exc.orig, path, busy_timeout_s) from exc
    except sqlite3.Error as exc:
        raise _ours(exc, path, busy_timeout_s) from exc


def _ours(exc: sqlite3.Error, path: Path, busy_timeout_s: float) -> Exception:
    # The low byte is the kind, the rest a detail: https://sqlite.org/rescode.html
    code = getattr(exc, "sqlite_errorcode", None)
    if code is None:
        return exc  # the driver was used wrongly: not for a teacher to mend
    kind = code & 0xFF
    if kind in _BUSY:
        return StoreBusy(
            f"the database {path} is locked by another program (waited "
            f"{busy_timeout_s:g} s): close that program and try again"
        )
    if kind in _UNUSABLE:
        return StoreUnusable(_UNUSABLE[kind].format(path=path))
    if kind == sqlite3.SQLITE_CONSTRAINT:
        return StoreError(f"the database {path} refused a row: {exc}")
    return StoreUnusable(
        f"the database {path} is damaged or not ClassPulse's ({exc}): put a copy back "
        "or name another file with --db"
    )
