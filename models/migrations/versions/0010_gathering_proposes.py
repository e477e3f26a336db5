"""Proposals name the card that occasioned them; passages name the model that placed them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None

# Of what was placed before, the card's first revision names the model.
MODEL = """
    UPDATE passages SET model = coalesce((
        SELECT coalesce(json_extract(stamp.value, '$.sha256'), '')
        FROM card_revisions AS said, json_each(said.content, '$.models') AS stamp
        WHERE said.card_id = passages.card_id AND said.number = 1
          AND json_extract(stamp.value, '$.stage') = 'embed'
    ), '')
"""


def upgrade() -> None:
    with op.batch_alter_table("proposals") as proposals:
        proposals.add_column(sa.Column("other_id", sa.String(), nullable=True))
        proposals.create_foreign_key(op.f("fk_proposals_other_id_cards"), "cards", ["other_id"], ["id"])
    op.create_index(op.f("ix_proposals_other_id"), "proposals", ["other_id"])
    op.drop_index("ix_proposals_open", "proposals")
    for name, columns, others in (
        ("ix_proposals_open", ["card_id", "kind"], "IS NULL"),
        ("ix_proposals_open_other", ["card_id", "kind", "other_id"], "IS NOT NULL"),
    ):
        where = sa.text(f"state = 'open' AND other_id {others}")
        op.create_index(name, "proposals", columns, unique=True, sqlite_where=where)
    op.add_column("passages", sa.Column("model", sa.String(), nullable=False, server_default=""))
    op.execute(MODEL)
