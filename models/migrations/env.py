"""How Alembic runs our migrations: on the connection that `models.db.upgrade` hands over."""

from typing import Any

from alembic import context

from models.tables import Base


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Our own tables only: the durable engine keeps others in the same file."""
    return kind != "table" or name in Base.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=include_name,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
