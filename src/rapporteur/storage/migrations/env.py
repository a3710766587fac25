"""Run by Alembic: migrate over the connection that migrating.py hands in."""

from __future__ import annotations

from alembic import context

from rapporteur.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table in place: batch mode copies it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
