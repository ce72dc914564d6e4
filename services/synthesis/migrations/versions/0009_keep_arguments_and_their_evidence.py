"""Keep arguments and their evidence."""

import sqlalchemy as sa
from alembic import op

from shared.db import JsonB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "argument_evidence",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("argument_id", sa.Text(), nullable=False),
        sa.Column("theory_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column(
            "body",
            JsonB,
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "argument_id", name=op.f("pk_argument_evidence")),
    )
    op.create_index(
        "ix_argument_evidence_theory", "argument_evidence", ["review_id", "theory_id"], unique=False
    )
    op.create_table(
        "argument_history",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("argument_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            JsonB,
            nullable=False,
        ),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "review_id", "argument_id", "version", name=op.f("pk_argument_history")
        ),
    )
    op.create_table(
        "argument_revisions",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("argument_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("argument_version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column(
            "body",
            JsonB,
            nullable=False,
        ),
        sa.Column(
            "words",
            JsonB,
            nullable=False,
        ),
        sa.Column(
            "caused_by",
            JsonB,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "review_id", "argument_id", "revision", name=op.f("pk_argument_revisions")
        ),
    )
    op.create_table(
        "arguments",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("argument_id", sa.Text(), nullable=False),
        sa.Column("theory_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "state",
            JsonB,
            nullable=False,
        ),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "argument_id", name=op.f("pk_arguments")),
    )
    op.create_index("ix_arguments_theory", "arguments", ["review_id", "theory_id"], unique=False)
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("argument_id", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.drop_column("argument_id")
    op.drop_index("ix_arguments_theory", table_name="arguments")
    op.drop_table("arguments")
    op.drop_table("argument_revisions")
    op.drop_table("argument_history")
    op.drop_index("ix_argument_evidence_theory", table_name="argument_evidence")
    op.drop_table("argument_evidence")
