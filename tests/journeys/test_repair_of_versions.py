"""Rows that an older program stored with a survivor's version are right after one upgrade.

Until events of merges and splits carried versions of their own (v2), readers stored the alias
and the restored record at the survivor's counter, and never heard what the record said later.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import create_engine

from runtime.catalogue import services
from runtime.loading.client import Api
from shared.kernel import migrations
from shared.ops.settings import Settings
from tests.journeys.test_merge_and_split import Library, a_library
from tests.support.apps import open_system
from tests.support.projected import READERS, Projected, projected

BEFORE = {"screening": "0004", "extraction": "0003", "synthesis": "0007", "workbench": "0005"}
"""The revision of each reader that stored the survivor's version."""
VERSION = {"screening": "version", "workbench": "version"}
WRONG = 11


def _store_wrong_versions(home: Path, reader: str, absorbed: str) -> None:
    """What was left in a reader after a merge and a split by a survivor at version 11."""
    column = VERSION.get(reader, "subject_version")
    with closing(sqlite3.connect(home / f"{reader}.sqlite")) as db, db:
        given = (WRONG, absorbed)
        changed = [db.execute(f"UPDATE records SET {column} = ? WHERE record_id = ?", given)]
        alias = f"UPDATE aliases SET {column} = ? WHERE record_id = ?"
        changed.append(db.execute(alias, given))
        assert [one.rowcount for one in changed] == [1, 1]
        if reader == "screening":
            db.execute("UPDATE library_sums SET versions = (SELECT sum(version) FROM records)")


def _back_to(home: Path, reader: str, revision: str) -> None:
    """Take a reader's tables back to a revision."""
    service = services()[reader]
    assert service.migrations is not None
    script = migrations.script_directory(service.migrations)
    engine = create_engine(f"sqlite:///{home / f'{reader}.sqlite'}")
    with engine.begin() as connection:

        def steps(current, _context):
            return script._downgrade_revs(revision, current)

        with EnvironmentContext(Config(), script, fn=steps) as env:
            env.configure(connection=connection, target_metadata=service.tables)
            env.run_migrations()
    engine.dispose()


def _history_as_version_1(home: Path) -> int:
    """Take the versions of aliases and restored records out of search's history."""
    with closing(sqlite3.connect(home / "search.sqlite")) as db, db:
        asked = "SELECT position, envelope FROM outbox WHERE type IN (?, ?)"
        rows = db.execute(asked, ("search.record_merged", "search.record_split")).fetchall()
        for position, envelope in rows:
            said = msgspec.json.decode(envelope)
            said["type"] = said["type"].replace(".v2", ".v1")
            del said["data"]["alias_version"]
            said["data"].pop("restored_version", None)
            given = (msgspec.json.encode(said), position)
            db.execute("UPDATE outbox SET version = 1, envelope = ? WHERE position = ?", given)
        return len(rows)


async def _flagged(settings: Settings, record_id: str) -> dict[str, Projected]:
    async with open_system(settings) as system, system.client() as http:
        library = Library(system, Api(http, quiet=lambda: system.drain(60)))
        library.ids = {"two": record_id}
        await library.flag("two")
        return await library.kept()


async def test_rows_of_an_older_program_are_right_after_one_replay(
    sqlite_settings: Settings,
) -> None:
    home = sqlite_settings.home
    async with a_library(sqlite_settings, "one", "two", "three") as library:
        await library.amend("one", 8)
        await library.merge("one", "two")
        await library.split("one", "two")
        await library.merge("one", "three")
        two, before = library.ids["two"], await library.kept()
    for reader in READERS:
        _store_wrong_versions(home, reader, two)
    deaf = await _flagged(sqlite_settings, two)
    assert {kept.records[two] for kept in deaf.values()} == {(WRONG, False, False)}
    for reader, revision in BEFORE.items():
        _back_to(home, reader, revision)
    assert _history_as_version_1(home) == 3

    async with open_system(sqlite_settings) as system:
        await system.drain(60)
        for reader in READERS:
            kept = await projected(system.services[reader].db, reader, "rev")
            version, retracted, _ = kept.records[two]
            assert (reader, version < WRONG, retracted) == (reader, True, True)
            assert (reader, kept.stands) == (reader, before[reader].stands)
            others = before[reader].records.keys() - {two}
            assert {r: kept.records[r][1:] for r in others} == {
                r: before[reader].records[r][1:] for r in others
            }
        backlogs = [await running.backlog() for running in system.services.values()]
        assert [one.dead for one in backlogs] == [0] * len(backlogs)
