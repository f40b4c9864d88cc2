"""Run by Alembic, always with the connection that `storage.migrate` passes."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from storage import tables  # noqa: F401  fills the metadata
from storage.migrate import types_as_stored

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    render_item=types_as_stored,
    compare_type=True,
)
context.run_migrations()
