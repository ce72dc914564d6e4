"""Versions of aliases and of restored records, by counters of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECORDS = ("record_added", "record_amended", "record_flagged", "record_merged", "record_split")


def upgrade() -> None:
    with op.batch_alter_table("aliases") as table:
        table.alter_column("absorbed", new_column_name="record_id")
        table.alter_column(
            "version", existing_type=sa.Integer(), type_=WIDE, existing_nullable=False
        )
    op.create_index("ix_aliases_survivor", "aliases", ["review_id", "survivor"])
    repair()


def downgrade() -> None:
    op.drop_index("ix_aliases_survivor", table_name="aliases")
    op.execute("UPDATE aliases SET version = 0 WHERE version < 0")
    with op.batch_alter_table("aliases") as table:
        table.alter_column("record_id", new_column_name="absorbed")
        table.alter_column(
            "version", existing_type=WIDE, type_=sa.Integer(), existing_nullable=False
        )


def repair() -> None:
    """Forget wrong versions, and the subscriptions, so that the service asks for a replay.

    Aliases and restored records were stored with their survivor's version. No version of an
    alias is lower than the one given here.
    """
    op.execute("UPDATE aliases SET version = -9007199254740992")
    op.execute(
        "UPDATE records SET version = 1 WHERE version > 1 AND EXISTS (SELECT 1 FROM aliases"
        " WHERE aliases.review_id = records.review_id AND aliases.record_id = records.record_id)"
    )
    types = ", ".join(f"'search.{name}'" for name in RECORDS)
    op.execute(
        f"DELETE FROM subscriptions WHERE type IN ({types}) AND EXISTS (SELECT 1 FROM aliases)"  # noqa: S608
    )
