"""Give every alias a version of its own, and keep what was split."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_aliases_record", table_name="aliases")
    with op.batch_alter_table("aliases") as table:
        table.alter_column("record_id", new_column_name="survivor")
        table.alter_column("alias", new_column_name="record_id")
        table.add_column(sa.Column("merged", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("version", sa.BigInteger(), nullable=True))
    op.execute(sa.text("UPDATE aliases SET merged = :yes, version = 0").bindparams(yes=True))
    with op.batch_alter_table("aliases") as table:
        table.alter_column("merged", existing_type=sa.Boolean(), nullable=False)
        table.alter_column("version", existing_type=sa.BigInteger(), nullable=False)
    op.create_index("ix_aliases_survivor", "aliases", ["review_id", "survivor"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM aliases WHERE merged = :no").bindparams(no=False))
    op.drop_index("ix_aliases_survivor", table_name="aliases")
    with op.batch_alter_table("aliases") as table:
        table.drop_column("version")
        table.drop_column("merged")
        table.alter_column("record_id", new_column_name="alias")
        table.alter_column("survivor", new_column_name="record_id")
    op.create_index("ix_aliases_record", "aliases", ["review_id", "record_id"])
