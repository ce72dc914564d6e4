"""Name the reasons to exclude."""

import sqlalchemy as sa
from alembic import op

from shared.db import JsonB
from shared.review.prisma import reason_words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "words",
            JsonB,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("review_id", "stage", name=op.f("pk_criteria")),
    )
    _fill()


def _fill() -> None:
    """Name the reasons of stages whose criteria are in the feed already."""
    feed = _table("feed", "data", "review_id", "position", "type", "subject_version")
    criteria = _table("criteria", "words", "review_id", "stage", "version")
    of_criteria = feed.c.type == "screening.criteria_changed"
    said = sa.select(feed).where(of_criteria).order_by(feed.c.position)
    newest = {(row.review_id, row.data["stage"]): row for row in op.get_bind().execute(said)}
    rows = [
        {
            "review_id": review_id,
            "stage": stage,
            "version": row.subject_version,
            "words": {
                c["criterion_id"]: reason_words(c.get("kind", "exclude"), c["text"])
                for c in row.data["criteria"]
            },
        }
        for (review_id, stage), row in newest.items()
    ]
    if rows:
        op.bulk_insert(criteria, rows)


def _table(name: str, json: str, *others: str) -> sa.TableClause:
    return sa.table(name, sa.column(json, JsonB), *(sa.column(other) for other in others))


def downgrade() -> None:
    op.drop_table("criteria")
