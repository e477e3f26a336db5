"""What people say of single lines, and what is learnt from it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("accept", "edit", "reject")
SUBJECTS = ("score", "titles")


def upgrade() -> None:
    op.create_table(
        "line_verdicts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("verdict", sa.Enum(*KINDS, name="verdictkind", native_enum=False, length=20), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_line_verdicts_card_id_cards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_verdicts")),
        sa.UniqueConstraint("card_id", "by", "key", name=op.f("uq_line_verdicts_card_id")),
    )
    op.create_index(op.f("ix_line_verdicts_card_id"), "line_verdicts", ["card_id"])
    op.create_table(
        "learnt_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Enum(*SUBJECTS, name="subject", native_enum=False, length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnt_models")),
        sa.UniqueConstraint("subject", "version", name=op.f("uq_learnt_models_subject")),
    )
    op.create_index(
        "ix_learnt_models_active", "learnt_models", ["subject"], unique=True, sqlite_where=sa.text("active")
    )
