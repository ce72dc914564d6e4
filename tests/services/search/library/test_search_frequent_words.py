"""Frequent words are met in the next few texts, in order of arrival, on PostgreSQL."""

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from benchmarks import fulltext as generated
from services.search.app import SERVICE
from services.search.library.store import fulltext
from shared.kernel import migrations
from tests.support.kernel import Storage

NUMBER = 1500
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(tmp_path_factory):
    """A library of generated texts, every one of which has the same word."""
    storage = Storage("postgres", tmp_path_factory.mktemp("frequent"))
    db = storage.connect("search")
    await db.open()
    await migrations.upgrade(db, SERVICE.tables, SERVICE.migrations)
    rows = generated.rows_of(0, NUMBER)
    rows = [row | {"folded": row["folded"] + " everywhere"} for row in rows]
    rows = [
        row | {"folded": row["folded"] + " tenth"} if number % 10 == 0 else row
        for number, row in enumerate(rows)
    ]

    async def keep(tx):
        await generated.records_store.keep(tx, [generated.record_of(row) for row in rows])
        await generated.records_store.keep_texts(tx, rows)

    await db.write(keep)
    await db.write(lambda tx: tx.execute(text("ANALYZE texts")))
    yield db
    await db.close()
    await storage.clean()


async def plan(db, query):
    statement = fulltext.soon_of(generated.REVIEW, fulltext.words_of(query), None)
    compiled = statement.compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    found = await db.read(lambda tx: tx.execute(text(f"EXPLAIN (COSTS OFF) {compiled}")))
    return "\n".join(row[0] for row in found)


async def test_frequent_words_are_looked_for_through_the_index_of_arrival(filled):
    told = await plan(filled, "everywhere")
    assert "pk_texts" in told, told
    assert "Seq Scan" not in told
    assert "Sort" not in told


async def test_what_frequent_words_find_is_what_a_scan_finds(filled):
    for query in (
        "everywhere",
        "everywhere us",
        '"everywhere"',
        "everywhere 1499x",
        "nowhere",
        "tenth",
    ):
        assert await generated.found(filled, query) == await generated.control(filled, query)


async def test_a_word_of_middling_frequency_fills_a_page_without_the_index(filled, monkeypatch):
    async def refused(*_):
        raise AssertionError("the index was asked")

    monkeypatch.setattr(fulltext, "_candidates", refused)

    found = await filled.read(
        lambda tx: fulltext.page(tx, generated.REVIEW, query="tenth", most=51)
    )

    assert [row["number"] for row in found] == list(range(0, 510, 10))
