"""The first schema: everything there is."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _accounts()
    _recordings()
    _stages()
    _cards()
    _life()
    _gathered()
    _answers()


def _people() -> None:
    """Who is recorded, and where it belongs."""
    op.create_table(
        "experts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experts")),
    )
    op.create_index(op.f("ix_experts_name"), "experts", ["name"])
    op.create_table(
        "collections",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("name", name=op.f("uq_collections_name")),
    )


def _accounts() -> None:
    """Who comes in."""
    op.create_table(
        "users",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("reader", "expert", "manager", "admin", name="role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("expert_id", sa.String(), nullable=True),
        sa.Column("collections", sa.JSON(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["experts.id"], name=op.f("fk_users_expert_id_experts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "tokens",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"])
    op.create_table(
        "keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("reader", "expert", "manager", "admin", name="role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("expert_id", sa.String(), nullable=True),
        sa.Column("collections", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["expert_id"], ["experts.id"], name=op.f("fk_keys_expert_id_experts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("sha256", name=op.f("uq_keys_sha256")),
    )


def _recordings() -> None:
    """Recordings, and what their experts agree to."""
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("collection_id", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("vocabulary", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_sha256", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("transcript_sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("transcript_name", sa.String(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "working",
                "ready",
                "failed",
                "cancelled",
                "withdrawn",
                name="recordingstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("eta_s", sa.Double(), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_recordings_collection_id_collections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_collection_id"), "recordings", ["collection_id"])
    op.create_index(op.f("ix_recordings_created_at"), "recordings", ["created_at"])
    op.create_index(op.f("ix_recordings_sha256"), "recordings", ["sha256"])
    op.create_index(op.f("ix_recordings_state"), "recordings", ["state"])
    op.create_table(
        "consents",
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("expert_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["expert_id"], ["experts.id"], name=op.f("fk_consents_expert_id_experts")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_consents_recording_id_recordings")),
        sa.PrimaryKeyConstraint("recording_id", "expert_id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_expert_id"), "consents", ["expert_id"])


def _stages() -> None:
    """What is made of a recording on the way."""
    op.create_table(
        "transcript_parts",
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_transcript_parts_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("recording_id", "number", name=op.f("pk_transcript_parts")),
    )
    op.create_table(
        "transcript_revisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_transcript_revisions_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_revisions")),
        sa.UniqueConstraint("recording_id", "number", name=op.f("uq_transcript_revisions_recording_id")),
    )
    op.create_index(op.f("ix_transcript_revisions_sha256"), "transcript_revisions", ["sha256"])
    op.create_table(
        "minings",
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("transcript_sha256", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_minings_recording_id_recordings")),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_minings")),
    )
    op.create_table(
        "stage_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_stage_runs_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_runs")),
    )
    op.create_index(op.f("ix_stage_runs_recording_id"), "stage_runs", ["recording_id"])


def _cards() -> None:
    """Cards, and what they say."""
    op.create_table(
        "cards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "in_review", "approved", "rejected", "retired", name="cardstate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("served_revision", sa.Integer(), nullable=True),
        sa.Column("collection_id", sa.String(), nullable=True),
        sa.Column("rank", sa.Double(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["collection_id"], ["collections.id"], name=op.f("fk_cards_collection_id_collections")),
        sa.ForeignKeyConstraint(["superseded_by"], ["cards.id"], name=op.f("fk_cards_superseded_by_cards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
    )
    op.create_index(op.f("ix_cards_collection_id"), "cards", ["collection_id"])
    op.create_index("ix_cards_queue", "cards", ["state", "first", "rank"])
    op.create_table(
        "card_revisions",
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_revisions_card_id_cards")),
        sa.PrimaryKeyConstraint("card_id", "number", name=op.f("pk_card_revisions")),
    )
    op.create_table(
        "card_sources",
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_sources_card_id_cards")),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_card_sources_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("card_id", "recording_id", name=op.f("pk_card_sources")),
    )
    op.create_index(op.f("ix_card_sources_recording_id"), "card_sources", ["recording_id"])


def _life() -> None:
    """What happens to cards, and who is told."""
    op.create_table(
        "card_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_events_card_id_cards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_events")),
    )
    op.create_index(op.f("ix_card_events_card_id"), "card_events", ["card_id"])
    op.create_table(
        "card_links",
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("to_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_links_card_id_cards")),
        sa.ForeignKeyConstraint(["to_id"], ["cards.id"], name=op.f("fk_card_links_to_id_cards")),
        sa.PrimaryKeyConstraint("card_id", "to_id", name=op.f("pk_card_links")),
    )
    op.create_index(op.f("ix_card_links_to_id"), "card_links", ["to_id"])
    op.create_table(
        "feed_items",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum("card.approved", "card.updated", "card.retired", name="feedtype", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_feed_items_card_id_cards")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_feed_items")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feed_items_card_id"), "feed_items", ["card_id"])


def _gathered() -> None:
    """What gathering knows."""
    op.create_table(
        "clusters",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
    )
    op.create_table(
        "concepts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pref_label", sa.String(), nullable=False),
        sa.Column("alt_labels", sa.JSON(), nullable=False),
        sa.Column("broader", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concepts")),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("cluster_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_passages_card_id_cards")),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_passages_cluster_id_clusters")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_passages_recording_id_recordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    op.create_index(op.f("ix_passages_card_id"), "passages", ["card_id"])
    op.create_index(op.f("ix_passages_cluster_id"), "passages", ["cluster_id"])
    op.create_index(op.f("ix_passages_recording_id"), "passages", ["recording_id"])


def _answers() -> None:
    """What was answered already."""
    op.create_table(
        "answers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
