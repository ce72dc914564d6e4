"""All services' databases as they stand at one moment, read while work goes on.

An event that one service has and its publisher has not would be a lie after a restore: the
publisher would use the same version of its subject for something else. So no event may arrive
anywhere between the first snapshot and the last. For that moment every inbox is held (on SQLite
the file's one writer), every snapshot is begun, and all are let go; then there is time to read.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.db.postgres import asyncpg_url
from shared.http.problems import Unavailable
from shared.ops.settings import Settings

PAGE = 1000
HOLD_SECONDS = 30


class Snapshot(Protocol):
    """One service's database at the moment."""

    async def hold(self) -> None:
        """Let no event arrive until `release`."""
        ...

    async def begin(self) -> None:
        """From here on everything is read as it stands now."""
        ...

    async def release(self) -> None:
        """Let events arrive again."""
        ...

    async def close(self) -> None:
        """End the snapshot."""
        ...

    async def revision(self) -> str | None:
        """The Alembic revision of its tables; None where there are none."""
        ...

    async def count(self, table: Table) -> int:
        """How many rows the table has."""
        ...

    def pages(self, table: Table) -> AsyncIterator[list[Any]]:
        """The table's rows, some at a time."""
        ...


@asynccontextmanager
async def one_moment(settings: Settings, names: Iterator[str]) -> AsyncIterator[dict[str, Any]]:
    """The snapshots of these services, by name.

    Raises `Unavailable` where a database cannot be read, or is held by others for too long.
    """
    async with AsyncExitStack() as stack:
        found: dict[str, Snapshot] = {}
        for name in names:
            found[name] = _snapshot(settings, name)
            stack.push_async_callback(found[name].close)
        try:
            await _all_at_once(found)
        except DBAPIError as error:
            raise Unavailable(
                f"A database cannot be read ({str(error.orig).splitlines()[0]}); bring it to this "
                "version's form with 'retroduct migrate', or try again."
            ) from error
        yield found


async def _all_at_once(found: Mapping[str, Snapshot]) -> None:
    held: list[Snapshot] = []
    try:
        for snapshot in found.values():
            held.append(snapshot)
            await snapshot.hold()
        for snapshot in found.values():
            await snapshot.begin()
    finally:
        for snapshot in held:
            await snapshot.release()


def _snapshot(settings: Settings, name: str) -> Snapshot:
    url = settings.url_of(name)
    if url.startswith("sqlite"):
        return _OfSqlite(url)
    return _OfPostgres(url, settings.schema_of(name))


class _OfSqlite:
    """A file in its write-ahead-log: readers see the moment in which they began."""

    def __init__(self, url: str) -> None:
        self._path = Path(make_url(url).database or "")
        if not self._path.exists():
            raise Unavailable(f"There is no '{self._path}'; nothing to copy. Set RETRODUCT_HOME.")
        self._engine = _sqlite_engine(url)
        self._holding: Connection | None = None
        self._reading: Connection | None = None

    async def hold(self) -> None:
        self._holding = self._engine.connect()
        self._holding.exec_driver_sql("BEGIN IMMEDIATE")

    async def begin(self) -> None:
        self._reading = self._engine.connect()
        self._reading.exec_driver_sql("BEGIN")
        self._reading.exec_driver_sql("SELECT count(*) FROM sqlite_master")

    async def release(self) -> None:
        if self._holding is not None:
            self._holding.exec_driver_sql("ROLLBACK")
            self._holding.close()
            self._holding = None

    async def close(self) -> None:
        await self.release()
        if self._reading is not None:
            self._reading.close()
        self._engine.dispose()

    @property
    def _open(self) -> Connection:
        assert self._reading is not None
        return self._reading

    async def revision(self) -> str | None:
        found = self._open.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return None if found is None else str(found)

    async def count(self, table: Table) -> int:
        return int(self._open.execute(select(func.count()).select_from(table)).scalar_one())

    async def pages(self, table: Table) -> AsyncIterator[list[Any]]:
        rows = self._open.execution_options(yield_per=PAGE).execute(select(*table.columns))
        for part in rows.partitions(PAGE):
            yield list(part)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url, poolclass=NullPool, json_deserializer=msgspec.json.decode, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None
        dbapi.execute(f"PRAGMA busy_timeout={HOLD_SECONDS * 1000}")

    @event.listens_for(engine, "begin")
    def _begin(_connection: Connection) -> None:
        """Transactions are begun where it is said how."""

    return engine


class _OfPostgres:
    """A schema: one connection holds the inbox, another reads in one repeatable snapshot."""

    def __init__(self, url: str, schema: str) -> None:
        self._engine: AsyncEngine = create_async_engine(
            asyncpg_url(url),
            poolclass=NullPool,
            json_deserializer=msgspec.json.decode,
            hide_parameters=True,
            connect_args={"server_settings": {"search_path": schema}, "timeout": 10},
        )
        self._holding: AsyncConnection | None = None
        self._reading: AsyncConnection | None = None

    async def hold(self) -> None:
        self._holding = await self._engine.connect()
        await self._holding.execute(text(f"SET LOCAL lock_timeout = '{HOLD_SECONDS}s'"))
        await self._holding.execute(text("LOCK TABLE inbox IN SHARE MODE"))

    async def begin(self) -> None:
        self._reading = await self._engine.connect()
        await self._reading.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        await self._reading.execute(text("SELECT count(*) FROM alembic_version"))

    async def release(self) -> None:
        if self._holding is not None:
            await self._holding.close()
            self._holding = None

    async def close(self) -> None:
        await self.release()
        if self._reading is not None:
            await self._reading.close()
        await self._engine.dispose()

    @property
    def _open(self) -> AsyncConnection:
        assert self._reading is not None
        return self._reading

    async def revision(self) -> str | None:
        found = await self._open.execute(text("SELECT version_num FROM alembic_version"))
        known = found.scalar()
        return None if known is None else str(known)

    async def count(self, table: Table) -> int:
        rows = await self._open.execute(select(func.count()).select_from(table))
        return int(rows.scalar_one())

    async def pages(self, table: Table) -> AsyncIterator[list[Any]]:
        options = {"yield_per": PAGE}
        rows = await self._open.stream(select(*table.columns), execution_options=options)
        async for part in rows.partitions(PAGE):
            yield list(part)
