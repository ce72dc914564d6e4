"""Keep of which cases fragments tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    lists = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )
    op.add_column("cluster_fragments", sa.Column("cases", lists, nullable=True))


def downgrade() -> None:
    op.drop_column("cluster_fragments", "cases")
