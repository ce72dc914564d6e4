"""Keep whom documents are given to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_assignments",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("review_id", "document_id", name=op.f("pk_document_assignments")),
    )
    op.create_index(
        op.f("ix_document_assignments_review_id_person_id"),
        "document_assignments",
        ["review_id", "person_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_document_assignments_review_id_person_id"), table_name="document_assignments"
    )
    op.drop_table("document_assignments")
