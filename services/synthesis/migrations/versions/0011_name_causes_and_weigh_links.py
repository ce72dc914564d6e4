"""Name what caused a revision, and keep what each link of a CCMOC carries."""

import sqlalchemy as sa
from alembic import op

from shared.db import JsonB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ccmoc_links",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("ccmoc_id", sa.Text(), nullable=False),
        sa.Column("theory_id", sa.Text(), nullable=False),
        sa.Column("links", JsonB, nullable=False),
        sa.PrimaryKeyConstraint("review_id", "ccmoc_id", name=op.f("pk_ccmoc_links")),
    )
    op.create_index(
        "ix_ccmoc_links_theory", "ccmoc_links", ["review_id", "theory_id"], unique=False
    )
    op.add_column("causes", sa.Column("named", JsonB, nullable=True))
    op.add_column("revisions", sa.Column("causes", JsonB, nullable=True))
    # Theories computed before have no weighed links: they are computed anew.
    op.execute(sa.text("UPDATE marks SET algorithm = 0"))


def downgrade() -> None:
    op.drop_column("revisions", "causes")
    op.drop_column("causes", "named")
    op.drop_index("ix_ccmoc_links_theory", table_name="ccmoc_links")
    op.drop_table("ccmoc_links")
