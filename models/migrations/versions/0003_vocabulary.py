"""What an engine is told before it hears a part, kept with the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transcript_parts", sa.Column("vocabulary", sa.String(), nullable=True))
    op.execute(
        "UPDATE transcript_parts SET vocabulary = (SELECT vocabulary FROM recordings WHERE id = recording_id) "
        "WHERE document IS NULL"
    )
