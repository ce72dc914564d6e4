"""Keep who recorded a vote for another person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("votes", sa.Column("recorded_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("votes", "recorded_by")
