"""Students' rows that are due go at the start of whatever looks or shows."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import typer

from monitor.errors import ExportError, StoreBusy

if TYPE_CHECKING:
    from monitor.store.store import Purged, Store


def let_go(store: Store) -> None:
    """Let go what is due, and say so; another program's turn is waited for next time.

    Raises:
        SettingsError: how long it is to be kept cannot be read.
        StoreError: the database cannot be written.
    """
    with contextlib.suppress(StoreBusy):
        try:
            purged = store.purge()
        except ExportError as error:
            # The rows are gone, and the class is not to wait for a file.
            typer.echo(f"classpulse: {error}", err=True)
            return
        if purged.sessions:
            typer.echo(told(purged, store.settings().retention_days))


def told(purged: Purged, days: int) -> str:
    """What went, in a sentence."""
    from monitor.reports.formatting import count

    classes = count(len(purged.sessions), "class", "classes")
    return (
        f"Students' data of {classes} stored more than {count(days, 'day')} ago were "
        "deleted; totals by the minute stay."
    )
