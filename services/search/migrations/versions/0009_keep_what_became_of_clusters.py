"""Keep what records of a cluster became: documents, fragments, and what these changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "cluster_documents",
        _text("review_id"),
        _text("document_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _text("record_id", nullable=True),
        _text("study_id"),
        _text("case_id", nullable=True),
        sa.PrimaryKeyConstraint("review_id", "document_id", name=op.f("pk_cluster_documents")),
    )
    op.create_index("ix_cluster_documents_record", "cluster_documents", ["review_id", "record_id"])
    op.create_table(
        "cluster_fragments",
        _text("review_id"),
        _text("fragment_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _text("document_id"),
        _text("status"),
        sa.Column("theories", JSON, nullable=False),
        sa.PrimaryKeyConstraint("review_id", "fragment_id", name=op.f("pk_cluster_fragments")),
    )
    op.create_index(
        "ix_cluster_fragments_document", "cluster_fragments", ["review_id", "document_id"]
    )
    op.create_table(
        "cluster_causes",
        _text("review_id"),
        _text("event_id"),
        _text("fragment_id"),
        sa.PrimaryKeyConstraint("review_id", "event_id", name=op.f("pk_cluster_causes")),
    )
    op.create_index("ix_cluster_causes_fragment", "cluster_causes", ["review_id", "fragment_id"])
    op.create_table(
        "cluster_changes",
        _text("review_id"),
        _text("event_id"),
        _text("kind"),
        _text("subject"),
        sa.PrimaryKeyConstraint(
            "review_id", "event_id", "kind", "subject", name=op.f("pk_cluster_changes")
        ),
    )
    op.create_table(
        "cluster_appraisals",
        _text("review_id"),
        _text("appraisal_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _text("fragment_id"),
        _text("richness", nullable=True),
        sa.PrimaryKeyConstraint("review_id", "appraisal_id", name=op.f("pk_cluster_appraisals")),
    )


def downgrade() -> None:
    for name in ("appraisals", "changes", "causes", "fragments", "documents"):
        op.drop_table(f"cluster_{name}")
