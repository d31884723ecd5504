"""Run by Alembic, on the connection that `monitor.store.schema` hands over."""

from __future__ import annotations

from alembic import context

from monitor.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite alters tables by copying them: batch mode does that.
    render_as_batch=True,
    # One transaction for all steps: an upgrade that fails leaves the old database.
    transaction_per_migration=False,
)

with context.begin_transaction():
    context.run_migrations()
