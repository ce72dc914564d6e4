"""Keep aliases as every reader does."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aliases",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("survivor", sa.Text(), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "record_id", name=op.f("pk_aliases")),
    )
    op.create_index("ix_aliases_survivor", "aliases", ["review_id", "survivor"])
    # Of a record that was split off again only the version of its alias was kept.
    op.execute(
        "INSERT INTO aliases (review_id, record_id, survivor, merged, version)"
        " SELECT review_id, record_id, COALESCE(alias_of, record_id), alias_of IS NOT NULL,"
        " alias_version FROM records WHERE alias_version IS NOT NULL"
    )
    op.execute("DELETE FROM records WHERE version = 0 AND alias_version IS NOT NULL")
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.drop_index("ix_records_alias_of")
        batch_op.drop_column("alias_version")
        batch_op.drop_column("alias_of")


def downgrade() -> None:
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alias_of", sa.Text()))
        batch_op.add_column(sa.Column("alias_version", sa.BigInteger()))
        batch_op.create_index("ix_records_alias_of", ["review_id", "alias_of"])
    op.execute(
        "INSERT INTO records (review_id, record_id, version, sightings, retracted, removed)"
        " SELECT review_id, record_id, 0, '[]', FALSE, FALSE"
        " FROM aliases WHERE NOT EXISTS (SELECT 1 FROM records WHERE"
        " records.review_id = aliases.review_id AND records.record_id = aliases.record_id)"
    )
    for column, value in (
        ("alias_of", "CASE WHEN merged THEN survivor END"),
        ("alias_version", "version"),
    ):
        op.execute(
            f"UPDATE records SET {column} = (SELECT {value.replace('version', 'aliases.version')}"  # noqa: S608
            " FROM aliases WHERE aliases.review_id = records.review_id"
            " AND aliases.record_id = records.record_id)"
        )
    op.drop_table("aliases")
