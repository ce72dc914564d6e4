"""Blocking keys: found wherever they lie, moved in slices, and the same after a migration."""

import random

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import func, select, text

from services.search.app import SERVICE
from services.search.library.domain.dedup import Features
from services.search.library.store import blocking_keys
from services.search.library.store.blocking_keys import add_keys
from services.search.tables import keys, metadata, recent_keys, sightings, texts
from shared.db.postgres import PostgresDatabase
from shared.kernel import migrations
from tests.services.search.conftest import REVIEW

FORMER = "0018"


def ris(numbers):
    """Records with a DOI and a title of their own."""
    return "\n".join(
        f"TY  - JOUR\nTI  - Mental practice after stroke, trial {n}\nAU  - Nilsen, D{n}\n"
        f"PY  - 2010\nDO  - 10.1000/{n}\nER  - \n"
        for n in numbers
    )


async def imported(library, numbers, name):
    await library.upload(ris(numbers), filename=name, source=name)
    await library.system.drain(60)


async def count(library, table):
    async def query(tx):
        return (await tx.execute(select(func.count()).select_from(table))).scalar_one()

    return await library.db.read(query)


async def everything(library):
    """Who holds which key, and the rows of texts and sightings."""

    async def query(tx):
        held = {}
        for table in (keys, recent_keys):
            found = (await tx.execute(select(table.c.key))).scalars().all()
            held |= await blocking_keys.lookup(tx, REVIEW, found)
        rows = [
            sorted(map(tuple, (await tx.execute(select(table))).all()), key=str)
            for table in (texts, sightings)
        ]
        return held, rows

    return await library.db.read(query)


async def test_a_key_is_found_before_and_after_it_is_moved(library, monkeypatch):
    monkeypatch.setattr(blocking_keys, "TURN", 1)
    await imported(library, range(4), "first")
    assert await count(library, recent_keys) > await count(library, keys) > 0
    before, _ = await everything(library)
    for turn in range(blocking_keys.SLICES):
        await library.db.write(lambda tx, turn=turn: blocking_keys._move_slice(tx, REVIEW, turn))
    assert await count(library, recent_keys) == 0
    assert (await everything(library))[0] == before
    await imported(library, range(4), "second")
    assert len(await library.records()) == 4


@pytest.mark.parametrize("seed", range(4))
async def test_keys_that_were_added_and_removed_in_any_order_are_those_that_are_left(
    library, monkeypatch, seed
):
    monkeypatch.setattr(blocking_keys, "TURN", 1)
    await imported(library, range(12), "first")

    async def named(tx):
        return await blocking_keys._named(tx, REVIEW, range(12))

    names = await library.db.read(named)
    dice = random.Random(seed)
    other = {n: Features(title=f"Something else of {name}") for n, name in names.items()}
    await library.db.write(lambda tx: tx.execute(text("DELETE FROM keys")))
    await library.db.write(lambda tx: tx.execute(text("DELETE FROM recent_keys")))
    standing = {}
    for _ in range(30):
        number = dice.choice(list(other))
        if number in standing:
            gone = {number: standing.pop(number)}
            await library.db.write(
                lambda tx, gone=gone: blocking_keys.remove_keys(tx, REVIEW, gone)
            )
        else:
            standing[number] = other[number]
            rows = [(key, number) for key in blocking_keys.hashes(other[number])]
            await library.db.write(lambda tx, rows=rows: add_keys(tx, REVIEW, rows))
    held, _ = await everything(library)
    expected = {}
    for number in sorted(standing):
        for key in blocking_keys.hashes(standing[number]):
            expected.setdefault(key, []).append(names[number])
    assert held == expected


async def test_the_library_is_the_same_after_a_migration(library):
    await imported(library, range(5), "first")
    await imported(library, range(3, 8), "second")
    before = await everything(library)
    await library.db.run_sync(lambda connection: _step_back(connection, library.db))
    await migrations.upgrade(library.db, metadata, SERVICE.migrations)
    assert await everything(library) == before
    assert await count(library, recent_keys) == 0
    await imported(library, range(5, 9), "third")
    assert len(await library.records()) == 9


def _step_back(connection, db):
    """The tables as they were before, with what they hold."""
    script = migrations.script_directory(SERVICE.migrations)

    def steps(revision, _context):
        return script._downgrade_revs(FORMER, revision)

    with EnvironmentContext(Config(), script, fn=steps) as env:
        env.configure(
            connection=connection,
            target_metadata=metadata,
            version_table_schema=db.schema if isinstance(db, PostgresDatabase) else None,
        )
        env.run_migrations()
