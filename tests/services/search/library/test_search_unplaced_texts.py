"""Texts that wait for their place in the index are found without reading the whole review."""

import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite

from services.search.app import SERVICE
from services.search.library.store import fulltext
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


async def test_sqlite_reads_the_index_of_texts_without_a_place(empty):
    statement = select(texts.c.number, texts.c.record_id).where(fulltext.unplaced_in("rev"))
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    rows = await empty.read(lambda tx: tx.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    told = " ".join(str(row[3]) for row in rows)
    assert "ix_texts_unplaced" in told, told
