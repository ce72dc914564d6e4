"""Tell undesired outcomes from their labels, which said "prevention of" them."""

import sqlalchemy as sa
from alembic import op

from shared.db import JsonB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
PREVENTION = "prevention of "


def upgrade() -> None:
    with op.batch_alter_table("groups") as table:
        table.add_column(sa.Column("undesired", JsonB, server_default="[]", nullable=False))
    with op.batch_alter_table("groups") as table:
        table.alter_column("undesired", server_default=None)
    for row in _rows():
        undesired = [name for name, said in row.labels.items() if said.startswith(PREVENTION)]
        if undesired:
            said = {name: one.removeprefix(PREVENTION) for name, one in row.labels.items()}
            _keep(row, labels=said, undesired=undesired)


def downgrade() -> None:
    for row in _rows():
        if row.undesired:
            said = {
                name: f"{PREVENTION}{one}" if name in row.undesired else one
                for name, one in row.labels.items()
            }
            _keep(row, labels=said)
    with op.batch_alter_table("groups") as table:
        table.drop_column("undesired")


GROUPS = sa.table(
    "groups",
    sa.column("review_id"),
    sa.column("theory_id"),
    sa.column("labels", JsonB),
    sa.column("undesired", JsonB),
)


def _rows() -> list[sa.Row[tuple[object, ...]]]:
    return list(op.get_bind().execute(sa.select(GROUPS)))


def _keep(row: sa.Row[tuple[object, ...]], **values: object) -> None:
    here = (GROUPS.c.review_id == row.review_id) & (GROUPS.c.theory_id == row.theory_id)
    op.get_bind().execute(sa.update(GROUPS).where(here).values(**values))
