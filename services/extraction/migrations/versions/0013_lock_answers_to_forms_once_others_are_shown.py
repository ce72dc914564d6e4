"""Lock answers to forms once others are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_looks",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "form_id", "person_id", name=op.f("pk_form_looks")),
    )
    op.add_column(
        "form_answers",
        sa.Column("seen_others", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("form_answers", "seen_others")
    op.drop_table("form_looks")
