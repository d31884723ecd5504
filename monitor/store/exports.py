"""The files that a session has by itself, in ``exports/<id>/`` beside the database."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

_OURS = ("*.csv", "*.html", ".*.part")


_PSEUDONYMS = "pseudonyms"


def folder(database: Path, session_id: int, *, pseudonyms: bool = False) -> Path:
    """Where a session's files go; it may not be there.

    Those without names have a folder of their own: a correction writes the others anew
    under the same names, with the students' names in them.
    """
    own = database.parent / "exports" / str(session_id)
    return own / _PSEUDONYMS if pseudonyms else own


def remove(database: Path, session_id: int) -> tuple[Path, ...]:
    """Remove a session's files, and the folder when nothing else is in it.

    Returns:
        The files that could not be removed: one that is open elsewhere keeps no other
        from going.
    """
    apart = _remove(folder(database, session_id, pseudonyms=True))
    return (*apart, *_remove(folder(database, session_id)))


def told(left: Sequence[Path]) -> str:
    """A line on files that could not be removed, and what to do about them."""
    what, be, them = "these files remain and hold", "they are", "them"
    if len(left) == 1:
        what, be, them = "this file remains and holds", "it is", "it"
    return (
        f"{what} what was erased: {listed(left)}; close {them} where {be} open, and "
        f"delete {them}"
    )


def listed(files: Sequence[Path]) -> str:
    """Files in a line: "a.csv, b.csv"."""
    return ", ".join(map(str, files))


def _remove(where: Path) -> list[Path]:
    left = []
    for pattern in _OURS:
        for file in sorted(where.glob(pattern)):
            try:
                file.unlink(missing_ok=True)
            except OSError:
                left.append(file)
    with contextlib.suppress(OSError):
        where.rmdir()
    return left
