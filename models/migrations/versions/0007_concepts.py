"""Concepts: what each recording says of them, what people say of them, and what they were merged into."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.columns import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concept_mentions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("concept_id", sa.String(), sa.ForeignKey("concepts.id"), nullable=False),
        sa.Column("recording_id", sa.String(), sa.ForeignKey("recordings.id"), nullable=False),
        sa.Column("transcript_sha256", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.UniqueConstraint("concept_id", "recording_id"),
    )
    op.create_index("ix_concept_mentions_recording_id", "concept_mentions", ["recording_id"])
    op.create_table(
        "concept_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("concept_id", sa.String(), sa.ForeignKey("concepts.id"), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_index("ix_concept_events_concept_id", "concept_events", ["concept_id"])
    keep_mentions()
    widen_concepts()


def keep_mentions() -> None:
    """What the recordings say of their concepts stands in their minings."""
    connection = op.get_bind()
    known = {row[0] for row in connection.execute(sa.text("SELECT id FROM concepts"))}
    minings = connection.execute(sa.text("SELECT recording_id, transcript_sha256, document FROM minings")).all()
    for recording_id, sha256, document in minings:
        for concept in json.loads(document)["concepts"]:
            if concept["id"] in known:
                row = {"c": concept["id"], "r": recording_id, "s": sha256, "d": json.dumps(concept)}
                insert = "INSERT INTO concept_mentions (concept_id, recording_id, transcript_sha256, document)"
                connection.execute(sa.text(f"{insert} VALUES (:c, :r, :s, :d)"), row)


def widen_concepts() -> None:
    """Each label stands with the recording in which it was said; a search still finds all of them."""
    connection = op.get_bind()
    added: tuple[sa.Column[Any], ...] = (
        sa.Column("words", sa.String(), nullable=False, server_default=""),
        sa.Column("related", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("weight", sa.Double(), nullable=False, server_default="0"),
        sa.Column("edits", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False, server_default="2026-01-01 00:00:00.000000"),
    )
    for column in added:
        op.add_column("concepts", column)
    op.execute("ALTER TABLE concepts ADD COLUMN heir_id VARCHAR REFERENCES concepts (id)")
    for name, label, others in connection.execute(sa.text("SELECT id, pref_label, alt_labels FROM concepts")).all():
        words = "\n".join([label, *json.loads(others)]).casefold()
        connection.execute(sa.text("UPDATE concepts SET words = :w WHERE id = :i"), {"w": words, "i": name})
    op.drop_column("concepts", "alt_labels")
    op.create_index("ix_concepts_pref_label", "concepts", ["pref_label"])
    op.create_index("ix_concepts_heir_id", "concepts", ["heir_id"])
