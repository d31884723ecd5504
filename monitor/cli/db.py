"""`classpulse db`: the database's schema and health."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import DbOption, open_store
from monitor.errors import ExportError

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command()
def upgrade(db_url: DbOption = None) -> None:
    """Bring a database of an older version up to this one; its data is kept."""
    from monitor.store.schema import upgrade as upgrade_schema

    before, after = upgrade_schema(db_url)
    if before == after:
        typer.echo(f"The database is up to date ({after}).")
    else:
        typer.echo(f"The database was brought from {before or 'empty'} to {after}.")


@app.command()
def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go.")
    ] = False,
    db_url: DbOption = None,
) -> None:
    """Let students' data go that were kept as long as the settings say."""
    from monitor.cli.retention import kept_by, told
    from monitor.reports.formatting import count, day

    with open_store(db_url, make_new=False) as store:
        days = store.settings().retention_days
        if dry_run:
            due = store.expiring(days=0)
            for row in due:
                stored = day(row.stored_at)
                typer.echo(f"session {row.id}, {row.title}, stored {stored}")
            typer.echo(
                f"Students' data of {count(len(due), 'class', 'classes')} would go, "
                f"after {count(days, 'day')}."
            )
            return
        purged = store.purge()
    if purged.sessions:
        typer.echo(told(purged, days))
    elif not purged.left:
        typer.echo(f"Nothing is due: students' data are kept for {count(days, 'day')}.")
    if purged.left:
        raise ExportError(kept_by(purged))


@app.command()
def check(db_url: DbOption = None) -> None:
    """Check the database's integrity and version."""
    from monitor.store.schema import check as check_database

    typer.echo(check_database(db_url))
