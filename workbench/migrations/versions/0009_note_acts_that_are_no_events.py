"""Note acts that are no events, for the audit log."""

import sqlalchemy as sa
from alembic import op

from shared.db import BigKey

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("position", BigKey, autoincrement=True, nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_acts")),
    )
    op.create_index("ix_acts_review_id", "acts", ["review_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_acts_review_id", table_name="acts")
    op.drop_table("acts")
