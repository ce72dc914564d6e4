"""PostgreSQL through asyncpg: a schema per service, a connection per transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from zlib import crc32

import msgspec
from asyncpg import InternalClientError
from sqlalchemy import CursorResult, Executable, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.clock import Clock
from shared.db import T, UseCase, transaction, who
from shared.db.types import to_json
from shared.http.problems import Unavailable
from shared.kernel.failures import Unreachable, is_outage
from shared.kernel.tx import Rows, Tx
from shared.ops.failpoints import reach

TRIES = 5
POOL, OVERFLOW = 8, 8
"""Five services on one server, and their leaders' connections, stay under its default of 100."""
_RETRY_STATES = {"40001", "40P01"}


class _Session:
    dialect = "postgresql"

    def __init__(self, connection: AsyncConnection, service: str) -> None:
        self._connection = connection
        self._service = service

    async def execute(self, statement: Executable, rows: Rows = None) -> CursorResult[Any]:
        return await self._connection.execute(statement, rows)

    async def execute_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        return (await self._connection.exec_driver_sql(sql, list(rows))).rowcount if rows else 0

    async def compute(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)

    async def lock(self, keys: Sequence[str]) -> None:
        space = signed_crc(f"{self._service}subject")
        for key in keys:
            await self._connection.execute(
                text("SELECT pg_advisory_xact_lock(:space, :key)"),
                {"space": space, "key": signed_crc(key)},
            )


class PostgresDatabase:
    """One schema of one database."""

    dialect = "postgresql"

    def __init__(self, url: str, *, service: str, schema: str, clock: Clock) -> None:
        self.service = service
        self.schema = schema
        self.clock = clock
        self.commit_hooks: list[Callable[[bool, bool], None]] = []
        self.keys: Any = None
        self.url = asyncpg_url(url)
        self._engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=POOL,
            max_overflow=OVERFLOW,
            json_serializer=to_json,
            json_deserializer=msgspec.json.decode,
            hide_parameters=True,
            connect_args={
                "server_settings": {
                    "search_path": schema,
                    "jit": "off",
                    "application_name": f"retroduct {schema}",
                },
                "timeout": 10,
                "command_timeout": 120,
            },
        )

    async def open(self) -> None:
        """Connect the pool and make the schema."""
        try:
            async with self._connected() as connection:
                await connection.execute(text("SELECT 1"))
        except (OSError, DBAPIError) as error:
            raise Unavailable(
                f"PostgreSQL at {self.url.render_as_string()} refuses the login of {self.service} "
                f"({_first_line(error)}); check RETRODUCT_DATABASE_URL"
            ) from error

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        """A connection from the pool; raises `Unreachable` if there is none to be had.

        A time-out means one thing here and another in a statement, by the same class; so
        what went wrong is said where it is known.
        """
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(self._engine.connect())
            except Exception as error:
                raise Unreachable(
                    f"PostgreSQL takes no connection of {self.service}: {_first_line(error)}"
                ) from error
            try:
                yield connection
            except InternalClientError as error:
                if not is_outage(error):
                    raise
                await connection.invalidate()
                raise Unreachable(f"PostgreSQL ended a session of {self.service}") from error

    async def write(self, use_case: UseCase[T]) -> T:
        """Run a use case in one transaction; a lost race is tried again."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._write_once(use_case)
            except _TryAgain as again:
                if attempt == TRIES:
                    raise again.reason from None
                await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    async def _write_once(self, use_case: UseCase[T]) -> T:
        async with self._connected() as connection:
            tx = transaction(
                _Session(connection, self.service),
                service=self.service,
                clock=self.clock,
                whom=who.get(),
                keys=self.keys,
            )
            try:
                result = await use_case(tx)
                await tx.flush_events()
            except DBAPIError as error:
                # Before the commit nothing has happened yet: a connection that the server
                # closed meanwhile, or a deadlock, is a reason to run the use case again.
                if error.connection_invalidated or _lost_a_race(error):
                    raise _TryAgain(error) from error
                raise
            reach("database.before_commit")
            await connection.commit()
            reach("database.after_commit")
        if tx.has_emitted or tx.enqueued:
            for notify in self.commit_hooks:
                notify(tx.has_emitted, tx.enqueued)
        return result

    async def read(self, query: UseCase[T]) -> T:
        """Run a query on one snapshot."""
        try:
            return await self._read_once(query)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self._read_once(query)

    async def _read_once(self, query: UseCase[T]) -> T:
        async with self._connected() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            session = _Session(connection, self.service)
            tx = transaction(
                session, service=self.service, clock=self.clock, whom=who.get(), keys=self.keys
            )
            result = await query(tx)
            await connection.rollback()
            return result

    async def scrub(self) -> None:
        """Nothing: no query shows what was deleted; pages and logs are the server's to clean."""

    async def run_sync(self, function: Callable[[Any], Any]) -> Any:
        """Run a function of a synchronous connection (migrations) in one transaction."""
        async with self._connected() as connection, connection.begin():
            await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"'))
            return await connection.run_sync(function)


def signed_crc(name: str) -> int:
    """crc32 as the signed 32-bit number that advisory locks take."""
    value = crc32(name.encode())
    return value - 2**32 if value >= 2**31 else value


def asyncpg_url(url: str) -> URL:
    """A `postgresql://` URL with the asyncpg driver named."""
    parsed = make_url(url)
    return parsed.set(drivername="postgresql+asyncpg")


class _TryAgain(Exception):
    def __init__(self, reason: DBAPIError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _lost_a_race(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return state in _RETRY_STATES


def _first_line(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return str(origin).splitlines()[0] if str(origin) else type(origin).__name__


__all__ = ["PostgresDatabase", "Tx", "asyncpg_url", "signed_crc"]
