"""Students' rows that are due go at the start of whatever looks or shows."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import typer

from monitor.errors import StoreBusy

if TYPE_CHECKING:
    from monitor.store.store import Purged, Store


def let_go(store: Store) -> None:
    """Let go what is due, and say so; another program's turn is waited for next time.

    Raises:
        SettingsError: how long it is to be kept cannot be read.
        StoreError: the database cannot be written.
    """
    with contextlib.suppress(StoreBusy):
        purged = store.purge()
        if purged.sessions:
            typer.echo(told(purged, store.settings().retention_days))
        if purged.left:  # the class is not to wait for a file
            typer.echo(f"classpulse: {kept_by(purged)}", err=True)


def told(purged: Purged, days: int) -> str:
    """What went, in a sentence."""
    from monitor.reports.formatting import count

    classes = count(len(purged.sessions), "class", "classes")
    return (
        f"Students' data of {classes} stored more than {count(days, 'day')} ago were "
        "deleted; totals by the minute stay."
    )


def kept_by(purged: Purged) -> str:
    """A line on the files that keep students' data from going."""
    from monitor.store import exports

    return (
        "students' data that are due stay until these files can be removed: "
        f"{exports.listed(purged.left)}; close them where they are open, and run "
        "`classpulse db purge`"
    )
