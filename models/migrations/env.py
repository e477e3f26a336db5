"""How Alembic runs our migrations: on the connection that `models.db.upgrade` hands over."""

from alembic import context

from models.migrations.names import include_name
from models.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=include_name,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
