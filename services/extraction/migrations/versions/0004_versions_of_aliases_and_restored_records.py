"""Versions of aliases and of restored records, by counters of their own."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RECORDS = ("record_added", "record_amended", "record_flagged", "record_merged", "record_split")


def upgrade() -> None:
    op.create_index("ix_aliases_survivor", "aliases", ["review_id", "survivor"])
    repair()


def downgrade() -> None:
    op.drop_index("ix_aliases_survivor", table_name="aliases")


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
