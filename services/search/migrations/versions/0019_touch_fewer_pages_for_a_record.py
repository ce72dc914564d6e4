"""Touch fewer pages for a record.

Blocking keys name their source record by its number and pass through `recent_keys`; a record and
a bundle are indexed only where they are named otherwise than the source record; texts are kept in
the order of arrival; rows of `sightings` lie in the order in which they came.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_UNPLACED, _PLACED = "place IS NULL", "place IS NOT NULL"


def upgrade() -> None:
    _set_keys_aside()
    for name in ("keys", "recent_keys"):
        _create_keys(name, sa.Column("number", sa.BigInteger(), autoincrement=False))
    op.execute(
        "INSERT INTO keys SELECT k.review_id, k.key, s.arrived FROM old_keys AS k "
        "JOIN source_records AS s ON s.review_id = k.review_id AND s.id = k.source_record_id "
        "ORDER BY 1, 2, 3"
    )
    op.drop_table("old_keys")
    for column in ("record", "bundle"):
        name = "record_id" if column == "record" else column
        op.drop_index(f"ix_source_records_{column}", table_name="source_records")
        _index(f"ix_source_records_{column}", "source_records", name, where=f"{name} <> id")
    op.drop_index("ix_texts_number", table_name="texts")
    _key_texts_by(["review_id", "number", "record_id"])
    _write_sightings_anew()


def downgrade() -> None:
    _write_sightings_anew(sqlite_with_rowid=False)
    _key_texts_by(["review_id", "record_id"])
    op.create_index("ix_texts_number", "texts", ["review_id", "number"])
    for column in ("bundle", "record"):
        name = "record_id" if column == "record" else column
        op.drop_index(f"ix_source_records_{column}", table_name="source_records")
        op.create_index(f"ix_source_records_{column}", "source_records", ["review_id", name])
    _set_keys_aside()
    _create_keys("keys", sa.Column("source_record_id", sa.Text()))
    op.execute(
        "INSERT INTO keys SELECT k.review_id, k.key, s.id FROM "
        "(SELECT * FROM old_keys UNION SELECT * FROM recent_keys) AS k "
        "JOIN source_records AS s ON s.review_id = k.review_id AND s.arrived = k.number"
    )
    op.drop_table("old_keys")
    op.drop_table("recent_keys")


def _set_keys_aside() -> None:
    op.rename_table("keys", "old_keys")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE old_keys RENAME CONSTRAINT pk_keys TO pk_old_keys")


def _create_keys(name: str, holder: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        holder,
        sa.PrimaryKeyConstraint("review_id", "key", holder.name, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(
        name,
        table,
        ["review_id", column],
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )


def _key_texts_by(columns: list[str]) -> None:
    """On SQLite the table is written anew, in the order of its numbers."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("pk_texts", "texts")
        op.create_primary_key("pk_texts", "texts", columns)
        return
    for name in ("ix_texts_place", "ix_texts_unplaced"):
        op.drop_index(name, table_name="texts")
    op.rename_table("texts", "old_texts")
    op.create_table(
        "texts",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(*columns, name=op.f("pk_texts")),
    )
    op.execute(
        "INSERT INTO texts SELECT review_id, record_id, number, folded, place "
        "FROM old_texts ORDER BY review_id, number"
    )
    op.drop_table("old_texts")
    op.create_index("ix_texts_place", "texts", ["place"], sqlite_where=sa.text(_PLACED))
    _index("ix_texts_unplaced", "texts", "number", where=_UNPLACED)


def _write_sightings_anew(**options: bool) -> None:
    """SQLite cannot change how the rows of a table lie."""
    if op.get_bind().dialect.name == "postgresql":
        return
    op.drop_index("ix_sightings_origin", table_name="sightings")
    op.rename_table("sightings", "old_sightings")
    op.create_table(
        "sightings",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=True),
        sa.Column("search_id", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "review_id", "source_record_id", "origin", name=op.f("pk_sightings")
        ),
        **options,
    )
    op.execute(
        "INSERT INTO sightings SELECT review_id, source_record_id, origin, arm, import_id, "
        "search_id, line, how, found_at FROM old_sightings"
    )
    op.drop_table("old_sightings")
    op.create_index("ix_sightings_origin", "sightings", ["review_id", "origin"])
