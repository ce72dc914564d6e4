"""What a ranking learns from is found without reading what waits."""

from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from services.screening.app import SERVICE
from services.screening.decisions.store.entries import settled_of
from shared.kernel import migrations


async def test_sqlite_looks_at_the_settled_records_of_a_stage_alone(sqlite_storage):
    db = sqlite_storage.connect("screening")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    asked = settled_of("rev", "title_abstract").compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    rows = await db.read(lambda tx: tx.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    told = " ".join(str(row[3]) for row in rows)
    await db.close()
    assert "standing=? AND active=?" in told, told
