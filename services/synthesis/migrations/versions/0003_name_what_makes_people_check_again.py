"""Name what makes people check again"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("causes", schema=None) as batch_op:
        batch_op.alter_column("weighty", new_column_name="needs_recheck")


def downgrade() -> None:
    with op.batch_alter_table("causes", schema=None) as batch_op:
        batch_op.alter_column("needs_recheck", new_column_name="weighty")
