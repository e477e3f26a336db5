"""Passages keep their statements; links say what was compared, and by what it was seen; groups have tags."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("passages", sa.Column("statements", sa.JSON(), nullable=True))
    op.add_column("passages", sa.Column("statement_vectors", sa.LargeBinary(), nullable=True))
    op.add_column("card_links", sa.Column("why", sa.String(), nullable=False, server_default=""))
    op.add_column("card_links", sa.Column("statement", sa.Integer(), nullable=True))
    op.add_column("card_links", sa.Column("to_statement", sa.Integer(), nullable=True))
    op.add_column("clusters", sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
