"""Texts that wait for their place in the index are found without reading the whole review."""

import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite

from services.search.app import SERVICE
from services.search.library.store import fulltext, text_index
from services.search.tables import texts
from shared.kernel import migrations
from tests.support.kernel import Storage


@pytest_asyncio.fixture
async def empty(tmp_path):
    """A search database on SQLite without rows, and so without figures about them."""
    storage = Storage("sqlite", tmp_path)
    db = storage.connect("search")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    yield db
    await db.close()
    await storage.clean()


async def plan_of(db, statement):
    """How SQLite would carry a query out, in its words."""
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    rows = await db.read(lambda tx: tx.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    return " ".join(str(row[3]) for row in rows)


async def test_sqlite_reads_the_index_of_texts_without_a_place(empty):
    statement = select(texts.c.number, texts.c.record_id).where(fulltext.unplaced_in("rev"))
    told = await plan_of(empty, statement)
    assert "ix_texts_unplaced" in told, told


async def test_the_next_texts_are_found_without_sorting_all_that_wait(empty):
    told = await plan_of(empty, text_index.next_unplaced())
    assert "ix_texts_unplaced" in told, told
    assert "TEMP B-TREE" not in told, told
