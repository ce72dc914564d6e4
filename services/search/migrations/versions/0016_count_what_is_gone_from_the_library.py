"""Count what is gone from the library."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_records_gone",
        "records",
        ["review_id", "state"],
        postgresql_where=sa.text("state <> 'active'"),
        sqlite_where=sa.text("state <> 'active'"),
    )
    op.create_index(
        "ix_source_records_withdrawn",
        "source_records",
        ["review_id", "id"],
        postgresql_where=sa.text("withdrawn"),
        sqlite_where=sa.text("withdrawn"),
    )


def downgrade() -> None:
    op.drop_index("ix_source_records_withdrawn", "source_records")
    op.drop_index("ix_records_gone", "records")
