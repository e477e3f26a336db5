"""Recordings know which words of theirs are hidden."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("hidden", sa.JSON(), nullable=False, server_default="[]"))
