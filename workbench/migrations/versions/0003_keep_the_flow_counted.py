"""Keep the flow counted."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table("flow_kept", sa.Column("review_id", sa.Text(), primary_key=True))
    op.create_table(
        "flow_sources",
        sa.Column("review_id", sa.Text(), primary_key=True),
        sa.Column("arm", sa.Text(), primary_key=True),
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("source_records", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
    )
    op.create_table(
        "flow_paths",
        sa.Column("review_id", sa.Text(), primary_key=True),
        sa.Column("path_hash", sa.Text(), primary_key=True),
        sa.Column("path", JSON, nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
    )
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sightings", JSON, server_default="[]", nullable=False))
    _move_sources()
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.alter_column("sightings", server_default=None)
        for name in ("source_records", "arm", "source"):
            batch_op.drop_column(name)
        batch_op.create_index("ix_records_alias_of", ["review_id", "alias_of"])
    with op.batch_alter_table("settlements", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("automation", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index("ix_settlements_record", ["review_id", "record_id"])
    with op.batch_alter_table("retrievals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text()))


def _move_sources() -> None:
    """What a record was counted under stays, until search tells of the record again."""
    records = sa.table(
        "records",
        *(sa.column(name, sa.Text()) for name in ("arm", "source")),
        sa.column("source_records", sa.Integer()),
        sa.column("sightings", JSON),
    )
    connection = op.get_bind()
    found = sa.select(records.c.arm, records.c.source, records.c.source_records).distinct()
    for row in connection.execute(found.where(records.c.source_records > 0)).all():
        same = sa.and_(*(records.c[name] == row._mapping[name] for name in row._fields))
        connection.execute(sa.update(records).where(same).values(sightings=[list(row)]))


def downgrade() -> None:
    with op.batch_alter_table("retrievals", schema=None) as batch_op:
        batch_op.drop_column("reason")
    with op.batch_alter_table("settlements", schema=None) as batch_op:
        batch_op.drop_index("ix_settlements_record")
        batch_op.drop_column("automation")
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.drop_index("ix_records_alias_of")
        batch_op.add_column(sa.Column("source_records", sa.Integer(), server_default="0"))
        batch_op.add_column(sa.Column("arm", sa.Text(), server_default=""))
        batch_op.add_column(sa.Column("source", sa.Text(), server_default=""))
    _move_back()
    with op.batch_alter_table("records", schema=None) as batch_op:
        for name in ("source_records", "arm", "source"):
            batch_op.alter_column(name, server_default=None, nullable=False)
        batch_op.drop_column("sightings")
    for name in ("flow_paths", "flow_sources", "flow_kept"):
        op.drop_table(name)


def _move_back() -> None:
    """A record is counted under its first source again."""
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT review_id, record_id, sightings FROM records"))
    moved = sa.text(
        "UPDATE records SET arm = :arm, source = :source, source_records = :count"
        " WHERE review_id = :review_id AND record_id = :record_id"
    )
    for row in found.all():
        seen = json.loads(row.sightings) if isinstance(row.sightings, str) else row.sightings
        if seen:
            values = {"arm": seen[0][0], "source": seen[0][1], "count": sum(s[2] for s in seen)}
            connection.execute(
                moved, {**values, "review_id": row.review_id, "record_id": row.record_id}
            )
