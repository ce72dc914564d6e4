"""Versions of aliases and of restored records, by counters of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECORDS = ("record_added", "record_amended", "record_flagged", "record_merged", "record_split")


def upgrade() -> None:
    op.execute(
        "DELETE FROM aliases WHERE EXISTS (SELECT 1 FROM aliases AS other"
        " WHERE other.review_id = aliases.review_id AND other.record_id = aliases.record_id"
        " AND other.survivor <> aliases.survivor AND (other.subject_version, other.survivor)"
        " > (aliases.subject_version, aliases.survivor))"
    )
    _key_of("review_id", "record_id")
    repair()


def downgrade() -> None:
    _key_of("review_id", "record_id", "survivor")


def _key_of(*columns: str) -> None:
    """Make the table anew, its rows unique by these columns."""
    op.execute("CREATE TABLE aliases_kept AS SELECT * FROM aliases")
    op.drop_table("aliases")
    op.create_table(
        "aliases",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("survivor", sa.Text(), nullable=False),
        sa.Column("subject_version", WIDE, nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(*columns, name="pk_aliases"),
    )
    names = "review_id, record_id, survivor, subject_version, merged"
    op.execute(f"INSERT INTO aliases ({names}) SELECT {names} FROM aliases_kept")  # noqa: S608
    op.drop_table("aliases_kept")
    op.create_index("ix_aliases_survivor", "aliases", ["review_id", "survivor"])


def repair() -> None:
    """Forget wrong versions, and the subscriptions, so that the service asks for a replay.

    Aliases and restored records were stored with their survivor's version. No version of an
    alias is lower than the one given here.
    """
    op.execute("UPDATE aliases SET subject_version = -9007199254740992")
    op.execute(
        "UPDATE records SET subject_version = 1 WHERE subject_version > 1"
        " AND EXISTS (SELECT 1 FROM aliases WHERE aliases.review_id = records.review_id"
        " AND aliases.record_id = records.record_id)"
    )
    types = ", ".join(f"'search.{name}'" for name in RECORDS)
    op.execute(
        f"DELETE FROM subscriptions WHERE type IN ({types}) AND EXISTS (SELECT 1 FROM aliases)"  # noqa: S608
    )
