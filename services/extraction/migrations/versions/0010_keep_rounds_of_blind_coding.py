"""Keep rounds of blind coding, and which fragments were coded in one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "coding_rounds",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("coders", JSON, nullable=False),
        sa.Column("done", JSON, nullable=False),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("drawn_from", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "round_id", name=op.f("pk_coding_rounds")),
    )
    op.create_table(
        "coding_round_documents",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("agreed", JSON, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("curated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("curated_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "review_id", "round_id", "document_id", name=op.f("pk_coding_round_documents")
        ),
    )
    op.create_index(
        op.f("ix_coding_round_documents_review_id_document_id"),
        "coding_round_documents",
        ["review_id", "document_id"],
        unique=False,
    )
    op.create_table(
        "coding_round_notes",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "review_id", "round_id", "note_id", name=op.f("pk_coding_round_notes")
        ),
    )
    op.add_column("fragments", sa.Column("round_id", sa.Text(), nullable=True))
    op.add_column(
        "fragments", sa.Column("blind", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(op.f("ix_fragments_review_id_round_id"), "fragments", ["review_id", "round_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_fragments_review_id_round_id"), table_name="fragments")
    op.drop_column("fragments", "blind")
    op.drop_column("fragments", "round_id")
    op.drop_table("coding_round_notes")
    op.drop_index(
        op.f("ix_coding_round_documents_review_id_document_id"),
        table_name="coding_round_documents",
    )
    op.drop_table("coding_round_documents")
    op.drop_table("coding_rounds")
