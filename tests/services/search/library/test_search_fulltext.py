"""Full-text search finds what a scan finds, whether or not a text is in the index yet."""

import random

import pytest
from sqlalchemy import func, select, text

from services.search.library import jobs as library_jobs
from services.search.library.store import fulltext, text_index
from services.search.library.store import records as records_store
from services.search.tables import records, text_places, texts
from tests.services.search.conftest import REVIEW

WORDS = (
    "recovery Recovery: relapse self-help Ängste naïve housing-first 10.1000/abc.12 T1 of 95%",
    "café CAFÉ care \"quoted\" O'Brien l'hôpital % _ \\ a_b 100%ig ﬁnal Straße NCT01234567",
)
QUERIES = (
    "recov",
    "covery relapse",
    '"self-help angste"',
    '"help a"',
    "10.1000/abc",
    "NAÏVE",
    "of",
    "t1",
    "a_b",
    "%",
    "100%",
    "\\",
    "strasse final",
    "cafe care nct0123",
    "o'brien",
    '"care \\"',
    "nothing-like-this",
    "hopital zz",
    '"  "',
)


def _title(dice: random.Random) -> str:
    pool = " ".join(WORDS).split()
    return " ".join(dice.choice(pool) for _ in range(dice.randrange(1, 9)))


def _ris(number: int, seed: int = 1) -> str:
    dice = random.Random(seed)
    return "".join(
        f"TY  - JOUR\nTI  - {_title(dice)} {n}x{seed}\nAB  - {_title(dice)}\nAU  - Curie{n}, M.\n"
        f"PY  - {1950 + n % 70}\nJO  - Journal {n}\nVL  - {n}\nSP  - {n}\nER  - \n\n"
        for n in range(number)
    )


async def _scan(library, query: str) -> list[str]:
    """The control: every text is looked through, one word after the other."""

    async def look(tx):
        rows = await tx.execute(
            select(records.c.id, texts.c.folded)
            .join(
                texts,
                (texts.c.review_id == records.c.review_id) & (texts.c.record_id == records.c.id),
            )
            .where(records.c.review_id == REVIEW, records.c.state == "active")
            .order_by(records.c.number)
        )
        return rows.all()

    words = fulltext.words_of(query)
    return [row.id for row in await library.db.read(look) if all(w in row.folded for w in words)]


async def _found(library, query: str) -> list[str]:
    rows = await library.db.read(lambda tx: fulltext.page(tx, REVIEW, query=query, most=1000))
    return [row["id"] for row in rows]


async def _index(library) -> None:
    context = library.system.services["search"].context
    await library_jobs.index_texts(None, context)


async def _unplaced(library) -> int:
    query = select(func.count()).select_from(texts).where(texts.c.place.is_(None))

    async def count(tx):
        return (await tx.execute(query)).scalar_one()

    return await library.db.read(count)


async def _same(library, *, answered: int = len(QUERIES) // 2) -> None:
    found = {query: await _found(library, query) for query in QUERIES}
    control = {query: await _scan(library, query) for query in QUERIES}
    assert found == control
    assert sum(map(bool, control.values())) > answered


async def test_a_search_finds_what_a_scan_finds_before_during_and_after_indexing(library):
    await library.upload(_ris(120))
    assert await _unplaced(library) == 120
    await _same(library)

    await library.db.write(text_index.place_some)
    await library.upload(_ris(100, seed=2), filename="y.ris")
    assert 0 < await _unplaced(library) < 220
    await _same(library)

    await _index(library)
    assert await _unplaced(library) == 0
    await _same(library)


async def test_a_record_that_is_rewritten_is_found_by_its_new_words_only(library):
    await library.upload(_ris(5))
    await _index(library)
    one = (await library.records())[0]

    await library.call(
        "PATCH",
        f"/records/{one['record_id']}",
        json={"title": "Zebrafish", "reason": "wrong title"},
    )

    assert await _found(library, "zebraf") == [one["record_id"]]
    await _index(library)
    assert await _found(library, "zebraf") == [one["record_id"]]
    await _same(library, answered=3)


async def test_a_record_of_a_reversed_import_is_not_found(library):
    taken = await library.upload(_ris(5))
    await _index(library)
    assert await _found(library, "curie")

    await library.call("POST", f"/imports/{taken['import_id']}/reverse", json={"reason": "no"})

    assert await _found(library, "curie") == []


async def test_texts_are_not_indexed_while_an_import_is_read(library, monkeypatch):
    async def importing(_tx):
        return True

    monkeypatch.setattr(text_index, "is_importing", importing)
    await library.upload(_ris(5))
    await _index(library)
    assert await _unplaced(library) == 5

    monkeypatch.undo()
    await _index(library)
    assert await _unplaced(library) == 0


async def test_words_that_are_everywhere_and_libraries_just_imported_are_scanned(
    library, monkeypatch
):
    monkeypatch.setattr(fulltext, "_MOST_CANDIDATES", 10)
    monkeypatch.setattr(fulltext, "_MOST_UNPLACED", 20)
    await library.upload(_ris(60))
    await _same(library, answered=3)
    await _index(library)
    await _same(library, answered=3)


async def test_the_index_begins_anew_when_most_of_it_is_of_texts_that_were_rewritten(
    library, monkeypatch
):
    monkeypatch.setattr(text_index, "_ORPHANS", 3)
    await library.upload(_ris(4))
    await _index(library)

    async def rewrite(tx):
        rows = (await tx.execute(select(texts))).mappings().all()
        await records_store.keep_texts(
            tx, [dict(row) | {"folded": row["folded"] + " y"} for row in rows]
        )

    for _ in range(4):
        await library.db.write(rewrite)
        await _index(library)

    given = await library.db.read(lambda tx: tx.execute(select(text_places.c.given)))
    if library.db.dialect == "sqlite":
        assert given.scalar_one() < 4 * 5
    assert await _unplaced(library) == 0
    await _same(library, answered=3)


async def test_the_index_is_there_on_either_database(library):
    await library.upload(_ris(50))
    await _index(library)
    if library.db.dialect == "sqlite":
        ids = await library.db.read(lambda tx: fulltext._indexed(tx, REVIEW, ["curie12"]))
        assert len(ids) == 1
        return
    made = text(
        "SELECT indexdef FROM pg_indexes "
        "WHERE indexname = 'fts_texts' AND schemaname = current_schema()"
    )
    definition = (await library.db.read(lambda tx: tx.execute(made))).scalar_one()
    assert "gin_trgm_ops" in definition


@pytest.mark.parametrize(
    "query", ['"', '""', '"""', "'", "AND", "OR NOT", "fol*", "a:b", "(((", "^x"]
)
async def test_no_query_is_a_command_to_the_index(library, query):
    await library.upload(_ris(10))
    await _index(library)

    assert await _found(library, query) == await _scan(library, query)
