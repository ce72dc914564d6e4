"""Keep how many records a review has and the sum of their versions, as they are stored."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "library_sums",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("records", WIDE, nullable=False),
        sa.Column("versions", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_library_sums")),
    )
    op.execute(
        "INSERT INTO library_sums (review_id, records, versions)"
        " SELECT review_id, count(*), sum(version) FROM records GROUP BY review_id"
    )
    op.drop_index("ix_records_version", table_name="records")


def downgrade() -> None:
    op.create_index("ix_records_version", "records", ["review_id", "version"], unique=False)
    op.drop_table("library_sums")
