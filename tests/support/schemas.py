"""Tables that are made once in a process and emptied, not made again, for the next test.

`kept_prefix` and `put_file` are for tests of what services do; tests of migrations and
of the kernel's own tables make theirs afresh. A service finds its subscriptions there, as if it
had been started before: otherwise each would ask every other for its history, in two dozen jobs.
"""

import asyncio
import os
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import create_engine, insert

from runtime.catalogue import services
from shared.kernel import migrations
from shared.kernel.inbox import subscriptions
from shared.ops.settings import SERVICES, Settings
from tests.support import servers

EMPTY = """
DO $$
DECLARE it record;
BEGIN
  FOR it IN
    SELECT c.oid::regclass AS name, pg_relation_size(c.oid) AS octets
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE starts_with(n.nspname, '{prefix}') AND c.relkind = 'r'
      AND c.relname NOT IN ('alembic_version', 'subscriptions') AND pg_relation_size(c.oid) > 0
  LOOP
    EXECUTE CASE WHEN it.octets > 262144 THEN 'TRUNCATE ' ELSE 'DELETE FROM ' END || it.name;
  END LOOP;
  PERFORM setval(c.oid, s.seqstart, false)
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE starts_with(n.nspname, '{prefix}');
END $$
"""

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
"""Where a service is tested: on SQLite, and among the slow tests once more on PostgreSQL.

What the kernel promises on both databases is in `tests/contract`, on both every time.
"""

_free: list[str] = []
_all: set[str] = set()


def kept_prefix() -> str:
    """A prefix whose schemas, if they are there, are migrated and hold no row."""
    if _free:
        return _free.pop()
    prefix = f"k{uuid4().hex[:10]}_"
    _all.add(prefix)
    return prefix


async def give_back(url: str, prefix: str) -> None:
    """Empty every table of a kept prefix for the next test; removed if it cannot be had soon."""
    connection = await asyncpg.connect(url, timeout=30)
    try:
        await connection.execute("SET lock_timeout = '5s'")
        await connection.execute(EMPTY.format(prefix=prefix))
    except asyncpg.LockNotAvailableError:
        return
    finally:
        await connection.close()
    _free.append(prefix)


def remove_kept() -> None:
    """Drop what this process kept; to be called once, at its end."""
    url = servers.database_url() if _all else None
    for prefix in _all if url else ():
        asyncio.run(servers.drop_schemas(url, prefix))
    _free.clear()
    _all.clear()


def on_sqlite(home: Path) -> Settings:
    """Settings of a system under `home`, whose tables are made already."""
    put_files(home)
    said = frozenset((k, v) for k, v in os.environ.items() if k.startswith("RETRODUCT_"))
    return _settings_of(said).model_copy(update={"home": home})


@cache
def _settings_of(_said: frozenset[tuple[str, str]]) -> Settings:
    """Settings under this environment; to look for each of its names takes ten milliseconds."""
    return Settings(sqlite_synchronous="NORMAL", local_owner=True)


def put_files(home: Path) -> None:
    """Lay files without rows where the services will look for their own."""
    for service in SERVICES:
        put_file(home, service)


def put_file(home: Path, service: str) -> None:
    """Lay a migrated SQLite file without rows where a service will look for its own."""
    path = home / f"{service}.sqlite"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated(service))


@cache
def _migrated(name: str) -> bytes:
    service = services()[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.sqlite"
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with engine.begin() as connection:
            migrations.upgrade_connection(connection, service.tables, service.migrations, None)
            since = datetime(2026, 1, 1, tzinfo=UTC)
            rows = [{"type": one, "since": since} for one in sorted(service.subscriptions())]
            connection.execute(insert(subscriptions), rows)
        engine.dispose()
        return path.read_bytes()
