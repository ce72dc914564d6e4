"""Accounts with passwords, links to join, and the feed by subject."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("everywhere", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "join_links",
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_join_links")),
    )
    op.create_index("ix_join_links_person_id", "join_links", ["person_id"])
    op.create_index("ix_feed_subject", "feed", ["review_id", "subject"])


def downgrade() -> None:
    op.drop_index("ix_feed_subject", "feed")
    op.drop_index("ix_join_links_person_id", "join_links")
    op.drop_table("join_links")
    op.drop_table("accounts")
