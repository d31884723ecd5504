"""`classpulse db`: the database's schema and health."""

from __future__ import annotations

import typer

from monitor.cli.options import DbOption

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
def check(db_url: DbOption = None) -> None:
    """Check the database's integrity and version."""
    from monitor.store.schema import check as check_database

    typer.echo(check_database(db_url))
