"""Keep quotes of suggestions whose text is elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("quote", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("suggestions", "quote")
