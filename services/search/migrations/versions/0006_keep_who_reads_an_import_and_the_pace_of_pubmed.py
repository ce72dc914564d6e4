"""Keep who reads an import and the pace of PubMed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pacing",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("free_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pacing")),
    )
    op.add_column("imports", sa.Column("reader", sa.Text(), nullable=True))
    op.add_column("imports", sa.Column("read_until", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("imports", "read_until")
    op.drop_column("imports", "reader")
    op.drop_table("pacing")
