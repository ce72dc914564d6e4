"""Name the sources of what rounds found."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )


def upgrade() -> None:
    op.add_column("cluster_hits", sa.Column("sources", _json(), nullable=True))
    op.add_column("cluster_hits", sa.Column("said", _json(), nullable=True))


def downgrade() -> None:
    op.drop_column("cluster_hits", "said")
    op.drop_column("cluster_hits", "sources")
