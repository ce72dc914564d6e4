"""Count around one part of a mechanism.

Judgements go to the part that counted: the response, or the resource where there was none.
What was keyed by a pair lapses when its theory is computed anew, which `marks.algorithm` asks for.
"""

import sqlalchemy as sa
from alembic import op

from shared.db import JsonB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTS = (
    "role = CASE WHEN response IS NULL OR response = '' THEN 'resource' ELSE 'response' END, "
    "mechanism = CASE WHEN response IS NULL OR response = '' THEN COALESCE(resource, '') "
    "ELSE response END"
)
PAIRS = (
    "response = CASE WHEN role = 'response' THEN mechanism END, "
    "resource = CASE WHEN role = 'resource' THEN mechanism END"
)


def upgrade() -> None:
    for table in ("ccmocs", "judgements"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("role", sa.Text(), nullable=True))
            batch_op.add_column(sa.Column("mechanism", sa.Text(), nullable=True))
        op.execute(f"UPDATE {table} SET {PARTS}")  # noqa: S608
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("role", nullable=False)
            batch_op.alter_column("mechanism", nullable=False)
            batch_op.drop_column("resource")
            batch_op.drop_column("response")
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("algorithm", sa.Integer(), nullable=False, server_default="1")
        )
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.alter_column("algorithm", server_default=None)
    with op.batch_alter_table("fragments", schema=None) as batch_op:
        for name in ("paraphrase", "locator"):
            batch_op.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_table(
        "fragment_versions",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("fragment_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Text(), nullable=True),
        sa.Column("theories", JsonB, nullable=False),
        sa.Column("elements", JsonB, nullable=False),
        sa.Column("sources", JsonB, nullable=False),
        sa.PrimaryKeyConstraint("review_id", "fragment_id", "version"),
    )
    columns = "review_id, fragment_id, version, status, duplicate_of, theories, elements, sources"
    op.execute(f"INSERT INTO fragment_versions ({columns}) SELECT {columns} FROM fragments")  # noqa: S608


def downgrade() -> None:
    op.drop_table("fragment_versions")
    with op.batch_alter_table("fragments", schema=None) as batch_op:
        batch_op.drop_column("locator")
        batch_op.drop_column("paraphrase")
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.drop_column("algorithm")
    for table in ("ccmocs", "judgements"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("resource", sa.Text(), nullable=True))
            batch_op.add_column(sa.Column("response", sa.Text(), nullable=True))
        op.execute(f"UPDATE {table} SET {PAIRS}")  # noqa: S608
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("mechanism")
            batch_op.drop_column("role")
