"""Proposals for cards; what a re-run begins with; how fast each model is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = ("wording", "content", "unsupported", "evidence", "contradicts")
STATES = ("open", "accepted", "rejected")


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="proposalkind", native_enum=False, length=20), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="proposalstate", native_enum=False, length=20), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_proposals_card_id_cards")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_proposals_recording_id_recordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_card_id"), "proposals", ["card_id"])
    op.create_index(op.f("ix_proposals_recording_id"), "proposals", ["recording_id"])
    op.create_index(
        "ix_proposals_open", "proposals", ["card_id", "kind"], unique=True, sqlite_where=sa.text("state = 'open'")
    )
    op.add_column("recordings", sa.Column("rerun_from", sa.String(), nullable=True))
    op.add_column("stage_runs", sa.Column("model", sa.String(), nullable=True))
    op.add_column("stage_runs", sa.Column("units", sa.Double(), nullable=True))
    op.add_column("stage_runs", sa.Column("busy_s", sa.Double(), nullable=True))
