"""The entries of one record are found by the primary key, stage by stage."""

from sqlalchemy import insert, text
from sqlalchemy.dialects import sqlite

from services.screening import tables
from services.screening.app import SERVICE
from services.screening.decisions.domain.entries import Entry
from services.screening.decisions.store.entries import entries_of_record, reached_by
from services.screening.decisions.store.rows import entry_row
from shared.kernel import migrations

STAGES = ("full_text", "mapping", "title_abstract")


async def test_they_are_those_of_every_stage_and_of_no_other_review_or_record(storage):
    db = storage.connect("screening")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    rows = [
        entry_row(review_id, Entry(stage=stage, record_id=record_id))
        for review_id in ("rev", "other")
        for stage in (*STAGES, f"only in {review_id}")
        for record_id in ("r1", "r2")
        if (stage, record_id) != ("mapping", "r1")
    ]
    await db.write(lambda tx: tx.execute(insert(tables.entries), rows))
    found = await db.read(lambda tx: entries_of_record(tx, "rev", "r1"))
    none = await db.read(lambda tx: entries_of_record(tx, "unheard of", "r1"))
    await db.close()
    assert [e.stage for e in found] == ["full_text", "only in rev", "title_abstract"]
    assert {e.record_id for e in found} == {"r1"}
    assert not none


async def test_sqlite_searches_the_key_and_scans_no_review(sqlite_storage):
    db = sqlite_storage.connect("screening")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    asked = reached_by("rev", "r1").compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    rows = await db.read(lambda tx: tx.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    told = [str(row[3]) for row in rows]
    await db.close()
    assert any("(review_id=? AND stage=? AND record_id=?)" in step for step in told), told
    assert any("(review_id=? AND stage>?)" in step for step in told), told
    assert not any(step.startswith("SCAN entries") for step in told), told
