"""Name repairs that are not listed."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE imports RENAME COLUMN untold TO unlisted")


def downgrade() -> None:
    op.execute("ALTER TABLE imports RENAME COLUMN unlisted TO untold")
