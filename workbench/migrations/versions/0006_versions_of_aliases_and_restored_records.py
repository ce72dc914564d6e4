"""Versions of aliases and of restored records, by counters of their own."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RECORDS = ("record_added", "record_amended", "record_flagged", "record_merged", "record_split")


def upgrade() -> None:
    """Forget wrong versions, and the subscriptions, so that workbench asks for a replay.

    Aliases and restored records were stored with their survivor's version. No version of an
    alias is lower than the one given here.
    """
    op.execute("UPDATE records SET version = 1 WHERE version > 1 AND alias_version IS NOT NULL")
    op.execute(
        "UPDATE records SET alias_version = -9007199254740992 WHERE alias_version IS NOT NULL"
    )
    types = ", ".join(f"'search.{name}'" for name in RECORDS)
    op.execute(
        f"DELETE FROM subscriptions WHERE type IN ({types})"  # noqa: S608
        " AND EXISTS (SELECT 1 FROM records WHERE alias_version IS NOT NULL)"
    )


def downgrade() -> None:
    """The versions are right for older programs too."""
