"""Count how often entries of a stage change."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "entry_changes",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("changes", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("review_id", "stage", name=op.f("pk_entry_changes")),
    )


def downgrade() -> None:
    op.drop_table("entry_changes")
