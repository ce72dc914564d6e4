"""Let open votes rest with the record on which they were cast."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take away copies of open votes that an earlier version carried to survivors."""
    op.execute(
        "DELETE FROM votes WHERE source LIKE 'record %' AND EXISTS (SELECT 1 FROM entries "
        "WHERE entries.review_id = votes.review_id AND entries.stage = votes.stage "
        "AND entries.record_id = votes.record_id "
        "AND ((entries.standing = 'open' AND entries.round = votes.round) "
        "OR (entries.standing = 'maybe' AND entries.round < votes.round)))"
    )


def downgrade() -> None:
    """Nothing to do: the votes themselves are on their records."""
