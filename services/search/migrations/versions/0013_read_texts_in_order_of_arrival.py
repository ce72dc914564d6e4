"""Read the texts of a review in order of arrival."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_texts_number", "texts", ["review_id", "number"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_texts_number", table_name="texts")
