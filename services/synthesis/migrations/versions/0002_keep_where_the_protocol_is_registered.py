"""Keep where the protocol is registered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("registration", sa.Text(), server_default="", nullable=False)
    op.add_column("reviews", column)


def downgrade() -> None:
    op.drop_column("reviews", "registration")
