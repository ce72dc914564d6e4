"""Give jobs a lease token and their cause."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RUNNING_TWICE = """
DELETE FROM jobs WHERE state = 'running' AND slot IS NULL AND EXISTS (
  SELECT 1 FROM jobs AS other WHERE other.state = 'running' AND other.name = jobs.name
  AND other.key = jobs.key AND other.position < jobs.position)
"""


def upgrade() -> None:
    op.add_column("jobs", sa.Column("lease", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("causation_id", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("correlation_id", sa.Text(), nullable=True))
    op.execute(RUNNING_TWICE)
    op.create_index(
        "uq_jobs_running",
        "jobs",
        ["name", "key"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_jobs_running",
        table_name="jobs",
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )
    op.drop_column("jobs", "correlation_id")
    op.drop_column("jobs", "causation_id")
    op.drop_column("jobs", "lease")
