"""Drop the index of entries by record: its only query searches the primary key by stage."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_entries_record", table_name="entries")


def downgrade() -> None:
    op.create_index("ix_entries_record", "entries", ["review_id", "record_id"], unique=False)
