"""`classpulse report`: a session as one file that opens anywhere and prints well."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DbOption, open_store
from monitor.errors import ExportError

if TYPE_CHECKING:
    from monitor.engagement import IndexWeights
    from monitor.records import SessionData

REPORT = "report.html"
"""Its name in a session's own folder, beside the CSV files."""

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def report(
    session: Annotated[str, typer.Argument(help="A session's id, or `last`.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.html",
            help="The file. Default: report.html beside the session's CSV files.",
        ),
    ] = None,
    pseudonyms: Annotated[
        bool,
        typer.Option(
            "--pseudonyms", help="Write numbers instead of names, everywhere in it."
        ),
    ] = False,
    db_url: DbOption = None,
) -> None:
    """Write the report on a class: one page that opens offline and prints well."""
    with open_store(db_url) as store:
        row = store.session(session)
        folder = store.exports_folder(row.id)
        data, weights = store.load(row.id), store.settings().weights
    file = write_report(data, folder, out, pseudonyms=pseudonyms, weights=weights)
    typer.echo(str(file))


def write_report(
    data: SessionData,
    folder: Path,
    out: Path | None = None,
    *,
    pseudonyms: bool = False,
    weights: IndexWeights,
) -> Path:
    """Write a session's report; a file of that name is replaced when all is written.

    Args:
        data: the whole session.
        folder: of its own files.
        out: the file; None: `REPORT` in the session's own folder.
        pseudonyms: "P1", "P2" ... in place of names.
        weights: of the engagement index.

    Returns:
        The file.

    Raises:
        ExportError: it cannot be written.
    """
    from dashboard.document.build import report_html

    file = out or folder / REPORT
    if file.is_dir():
        raise ExportError(
            f"{file} is a folder, expected a file: write --out {file / REPORT}, for "
            "example"
        )
    _write(file, report_html(data, pseudonyms=pseudonyms, weights=weights))
    return file


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Names with half a character (a broken file name, say) must not stop it.
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
