"""One Alembic history per service serves both dialects, and says what the tables say."""

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import text

from runtime.catalogue import services
from runtime.revisions import difference
from shared.db.postgres import PostgresDatabase
from shared.kernel import migrations
from tests.support.kernel import Storage

NAMES = sorted(services())


def looking(service, schema):
    def compare(connection):
        return difference(connection, service.tables, schema)

    return compare


@pytest.mark.parametrize("name", NAMES)
async def test_the_history_leads_to_the_tables(name, storage):
    service = services()[name]
    db = storage.connect(name)
    await db.open()
    await migrations.upgrade(db, service.tables, service.migrations)
    schema = db.schema if isinstance(db, PostgresDatabase) else None
    found = await db.run_sync(looking(service, schema))
    await db.close()
    assert not found


@pytest.mark.parametrize("name", NAMES)
async def test_upgrading_twice_changes_nothing(name, storage):
    service = services()[name]
    db = storage.connect(name)
    await db.open()
    for _ in range(2):
        await migrations.upgrade(db, service.tables, service.migrations)

    async def version(tx):
        return (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()

    found = await db.read(version)
    await db.close()
    assert found == sorted(p.stem for p in (service.migrations / "versions").glob("0*"))[-1][:4]


@pytest.mark.parametrize("name", NAMES)
async def test_every_step_can_be_taken_back(name, tmp_path):
    storage = Storage("sqlite", tmp_path)
    service = services()[name]
    db = storage.connect(name)
    await db.open()
    await migrations.upgrade(db, service.tables, service.migrations)
    script = migrations.script_directory(service.migrations)

    def down(connection):
        def steps(revision, _context):
            return script._downgrade_revs("base", revision)

        with EnvironmentContext(Config(), script, fn=steps) as env:
            env.configure(connection=connection, target_metadata=service.tables)
            env.run_migrations()
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        return {row.name for row in rows} - {"alembic_version", "sqlite_sequence"}

    left = await db.run_sync(down)
    await db.close()
    assert not left
