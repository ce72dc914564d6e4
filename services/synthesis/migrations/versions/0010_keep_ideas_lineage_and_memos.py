"""Keep ideas, lineage, substantive theories and memos of the review, and what moved a wording.

Ideas and substantive theories were notes on one theory; they become the review's, linked to it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.db import JsonB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RATED = ("name", "level", "fit", "simplicity", "compatibility", "decision", "phase")
MOVED = ("idea", "substantive_theory")


def upgrade() -> None:
    op.create_table(
        "inference_history",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", JsonB, nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "review_id", "kind", "item_id", "version", name=op.f("pk_inference_history")
        ),
    )
    op.create_table(
        "inference_items",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", JsonB, nullable=False),
        sa.PrimaryKeyConstraint("review_id", "kind", "item_id", name=op.f("pk_inference_items")),
    )
    op.add_column("theory_history", sa.Column("moved_by", JsonB, nullable=True))
    _move_notes()


def _move_notes() -> None:
    """From notes on a theory to items of the review, keyed `theory/note`."""

    def typed(*names: str) -> list[sa.ColumnClause[Any]]:
        types: dict[str, Any] = {"content": JsonB, "state": JsonB, "at": sa.DateTime(timezone=True)}
        return [sa.column(name, types.get(name)) for name in names]

    words = ("review_id", "theory_id", "kind", "note_id", "person", "content", "at")
    notes = sa.table("theory_notes", *typed(*words))
    chosen = sa.select(notes).where(notes.c.kind.in_(MOVED))
    rows = [dict(row) for row in op.get_bind().execute(chosen).mappings()]
    keys = ("review_id", "kind", "item_id", "version", "state")
    items = sa.table("inference_items", *typed(*keys))
    history = sa.table("inference_history", *typed(*keys, "person", "at"))
    for row in rows:
        key = f"{row['theory_id']}/{row['note_id']}"
        item = {"review_id": row["review_id"], "kind": row["kind"], "item_id": key, "version": 1}
        item["state"] = _state(row, key)
        op.get_bind().execute(items.insert(), item)
        past = {**item, "person": row["person"], "at": row["at"]}
        op.get_bind().execute(history.insert(), past)
    op.get_bind().execute(sa.delete(notes).where(notes.c.kind.in_(MOVED)))


def _state(row: dict[str, Any], key: str) -> dict[str, Any]:
    said = row["content"]
    if row["kind"] == "idea":
        because = f", because {said['because']}" if said.get("because") else ""
        text = f"If {said['if']}, then {said['then']}{because}"
        return {"idea_id": key, "version": 1, "text": text, "theories": [row["theory_id"]]}
    rated = {name: said[name] for name in RATED if said.get(name)}
    summary = {"summary": said.get("comment") or ""}
    return {
        "substantive_theory_id": key,
        "version": 1,
        **rated,
        **summary,
        "theories": [row["theory_id"]],
    }


def downgrade() -> None:
    op.drop_column("theory_history", "moved_by")
    op.drop_table("inference_items")
    op.drop_table("inference_history")
