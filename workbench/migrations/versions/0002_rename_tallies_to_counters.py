"""Rename tallies to counters."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("tallies", "counters")
    with op.batch_alter_table("counters") as table:
        table.drop_constraint("uq_tallies", type_="unique")
        table.create_unique_constraint("uq_counters_kind_name", ["kind", "name"])


def downgrade() -> None:
    with op.batch_alter_table("counters") as table:
        table.drop_constraint("uq_counters_kind_name", type_="unique")
        table.create_unique_constraint("uq_tallies", ["kind", "name"])
    op.rename_table("counters", "tallies")
