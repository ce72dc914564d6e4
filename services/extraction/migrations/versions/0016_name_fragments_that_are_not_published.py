"""Name fragments that are not published."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE fragments RENAME COLUMN untold TO unpublished")


def downgrade() -> None:
    op.execute("ALTER TABLE fragments RENAME COLUMN unpublished TO untold")
