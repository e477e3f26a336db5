"""Recordings know which gap they answer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("answers_gap", sa.String(), nullable=True))
    op.create_index(op.f("ix_recordings_answers_gap"), "recordings", ["answers_gap"])
