"""Let silent receivers of webhooks rest."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "webhooks", sa.Column("silences", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("webhooks", sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("webhooks", "rests_until")
    op.drop_column("webhooks", "silences")
