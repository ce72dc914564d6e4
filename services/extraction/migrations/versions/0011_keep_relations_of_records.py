"""Keep what people said of two records: siblings, kin, or neither."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "record_relations",
        _text("review_id"),
        _text("relation_id"),
        sa.Column("subject_version", sa.BigInteger(), nullable=False),
        *map(_text, ("a", "b", "kind")),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        _text("why"),
        sa.PrimaryKeyConstraint("review_id", "relation_id", name=op.f("pk_record_relations")),
    )


def downgrade() -> None:
    op.drop_table("record_relations")
