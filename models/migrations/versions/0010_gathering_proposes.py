"""Proposals name the card that occasioned them, passages the model that placed them; cards keep their place in line."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
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
    _refer_to_a_card("proposals", "other_id")
    op.drop_index("ix_proposals_open", "proposals")
    for name, columns, others in (
        ("ix_proposals_open", ["card_id", "kind"], "IS NULL"),
        ("ix_proposals_open_other", ["card_id", "kind", "other_id"], "IS NOT NULL"),
    ):
        where = sa.text(f"state = 'open' AND other_id {others}")
        op.create_index(name, "proposals", columns, unique=True, sqlite_where=where)
    op.add_column("passages", sa.Column("model", sa.String(), nullable=False, server_default=""))
    op.execute(MODEL)
    _places_in_line()


def _places_in_line() -> None:
    """Until something happens to them, cards that were drafted before stand in line by their rank."""
    for name, kind, default in (
        ("nearest", sa.Double(), "0"),
        ("voices", sa.Integer(), "1"),
        ("closes", sa.Integer(), "0"),
        ("reading_s", sa.Double(), "0"),
        ("worth", sa.Double(), "0"),
    ):
        op.add_column("cards", sa.Column(name, kind, nullable=False, server_default=default))
    _refer_to_a_card("cards", "nearest_id")
    _refer_to_a_card("cards", "twin_id")
    op.execute("UPDATE cards SET worth = rank")
    op.drop_index("ix_cards_queue", "cards")
    op.create_index("ix_cards_queue", "cards", ["state", "first", "worth"])


def _refer_to_a_card(table: str, column: str) -> None:
    """A new column that may name a card. Alembic would make the table anew, which others refer to."""
    name = op.f(f"fk_{table}_{column}_cards")
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR CONSTRAINT {name} REFERENCES cards (id)")
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
