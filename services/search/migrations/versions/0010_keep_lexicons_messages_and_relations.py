"""Keep the words of theories, messages to authors, and siblings and kin of pearls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def upgrade() -> None:
    op.add_column(
        "cluster_fragments", sa.Column("said", sa.Text(), nullable=False, server_default="")
    )
    op.create_table(
        "cluster_lexicons",
        _text("review_id"),
        _text("theory_id"),
        _number("version"),
        sa.Column("words", JSON, nullable=False),
        _text("reason"),
        _at("changed_at"),
        _text("changed_by", nullable=True),
        sa.PrimaryKeyConstraint(
            "review_id", "theory_id", "version", name=op.f("pk_cluster_lexicons")
        ),
    )
    _add_contacts()
    op.create_table(
        "cluster_relations",
        *map(_text, ("review_id", "a", "b", "kind", "why")),
        sa.Column("score", JSON, nullable=False),
        *map(_text, ("state", "step_id", "reason")),
        _at("decided_at", nullable=True),
        _text("decided_by", nullable=True),
        sa.PrimaryKeyConstraint("review_id", "a", "b", name=op.f("pk_cluster_relations")),
    )
    op.create_index("ix_cluster_relations_b", "cluster_relations", ["review_id", "b"])


def _add_contacts() -> None:
    texts = ("review_id", "id", "step_id", "record_id", "author", "address", "subject", "message")
    op.create_table(
        "cluster_contacts",
        *map(_text, (*texts, "state")),
        _at("drafted_at"),
        sa.PrimaryKeyConstraint("review_id", "id", name=op.f("pk_cluster_contacts")),
    )
    op.create_index("ix_cluster_contacts_step", "cluster_contacts", ["review_id", "step_id"])
    op.create_table(
        "cluster_contact_log",
        _text("review_id"),
        _text("contact_id"),
        _number("number"),
        _text("state"),
        _text("note"),
        _at("at"),
        _text("by", nullable=True),
        sa.PrimaryKeyConstraint(
            "review_id", "contact_id", "number", name=op.f("pk_cluster_contact_log")
        ),
    )


def downgrade() -> None:
    for name in ("relations", "contact_log", "contacts", "lexicons"):
        op.drop_table(f"cluster_{name}")
    op.drop_column("cluster_fragments", "said")
