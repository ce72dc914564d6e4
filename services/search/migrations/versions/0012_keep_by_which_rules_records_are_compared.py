"""Keep by which rules a review's records were read for comparison."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feature_versions",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_feature_versions")),
    )


def downgrade() -> None:
    op.drop_table("feature_versions")
