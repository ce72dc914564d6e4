"""Hold judgements that were given blind until all three have judged.

Those that are there had their effect when they were given: it stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    blind: sa.Column[bool] = sa.Column(
        "blind", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("judgements", blind)


def downgrade() -> None:
    op.drop_column("judgements", "blind")
