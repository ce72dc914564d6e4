"""One relay per service, wherever it runs: an advisory lock on a connection of its own."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import asyncpg

from shared.db import Database
from shared.db.postgres import PostgresDatabase, signed_crc
from shared.kernel.cancellation import raise_if_cancelled
from shared.kernel.failures import Unreachable, describe
from shared.ops.telemetry import log

ANSWER_SECONDS = 5.0
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last: a session that the server has just ended, before the driver knows its socket closed."""

_HELD = """
SELECT EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = $1::bigint & 4294967295 AND objid::bigint = $2::bigint & 4294967295
)
"""
"""The parts of the key are signed; `pg_locks` shows them as unsigned numbers."""


class Leadership(Protocol):
    """Who may relay."""

    async def acquire(self, wake: Callable[[], None]) -> None:
        """Wait until this process leads; `wake` is called when others have written."""
        ...

    def holds(self) -> bool:
        """Whether this process still leads."""
        ...

    async def still_holds(self) -> bool:
        """Whether the database, asked now, says so too."""
        ...

    async def announce(self) -> None:
        """Tell the leader, if it is elsewhere, that there is something to relay."""
        ...

    async def release(self) -> None:
        """Let another lead."""
        ...


class OnlyProcess:
    """SQLite: the process that holds the home folder leads."""

    async def acquire(self, wake: Callable[[], None]) -> None:
        """Lead at once."""
        return None

    def holds(self) -> bool:
        """Always true."""
        return True

    async def still_holds(self) -> bool:
        """Always."""
        return True

    async def announce(self) -> None:
        """Nobody else has to be told."""
        return None

    async def release(self) -> None:
        """Nothing to release."""
        return None


class AdvisoryLock:
    """PostgreSQL: the lock lives as long as its connection; NOTIFY wakes the leader.

    NOTIFY stays outside the business transaction, where it would serialise all
    commits of the database, and is sent at most every few milliseconds.
    """

    COALESCE = 0.005

    def __init__(self, db: PostgresDatabase) -> None:
        self._dsn = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = f"relay_{db.schema}"
        self._key = (signed_crc(f"{db.schema}relay"), signed_crc(db.schema))
        self._connection: asyncpg.Connection[Any] | None = None
        self._leads = False
        self._released = False
        self._turn = asyncio.Lock()
        self._announcing: asyncio.Task[None] | None = None

    async def acquire(self, wake: Callable[[], None]) -> None:
        """Wait until this process holds the lock; notifications call `wake` meanwhile."""
        while True:
            raise_if_cancelled()
            async with self._turn:
                if await self._try(wake):
                    return
            await asyncio.sleep(1.0)

    async def _try(self, wake: Callable[[], None]) -> bool:
        connection = await self._connected()
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", *self._key):
            return False
        await connection.add_listener(self._channel, lambda *_: wake())
        self._leads = True
        return True

    def holds(self) -> bool:
        """Whether this process holds the lock on a connection that is open."""
        alive = self._connection is not None and not self._connection.is_closed()
        self._leads = self._leads and alive
        return self._leads

    async def still_holds(self) -> bool:
        """Whether the server, asked now, finds the lock with this connection.

        The lock ends with its session, of which a process that was stopped for a while,
        or whose network was cut, hears nothing by itself. Without an answer it is lost.
        """
        async with self._turn:
            if not self.holds() or self._connection is None:
                return False
            try:
                held = await self._connection.fetchval(_HELD, *self._key, timeout=ANSWER_SECONDS)
            except _LOST as error:
                log.warning("leadership_unknown", channel=self._channel, reason=describe(error))
                held = False
            if not held:
                self._leads = False
                self._connection.terminate()
            return bool(held)

    async def announce(self) -> None:
        """Notify the leader, in another process, that events wait."""
        if self._leads or self._released or self._announcing is not None:
            return
        self._announcing = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        try:
            await asyncio.sleep(self.COALESCE)
            async with self._turn:
                connection = await self._connected()
                await connection.execute(f'NOTIFY "{self._channel}"')
        except _LOST:
            pass  # the leader's safety poll finds the rows a second later
        finally:
            self._announcing = None

    async def release(self) -> None:
        """Close the connection, and the lock with it."""
        # Whoever still notifies must not open the connection again.
        self._leads, self._released = False, True
        if self._announcing is not None:
            self._announcing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._announcing
        if self._connection is not None:
            with contextlib.suppress(*_LOST):
                await self._connection.close(timeout=2)
            self._connection = None

    async def _connected(self) -> "asyncpg.Connection[Any]":
        if self._connection is None or self._connection.is_closed():
            try:
                self._connection = await asyncpg.connect(self._dsn, timeout=10)
            except _LOST as error:
                raise Unreachable(f"no connection for the relay's lock: {error}") from error
        return self._connection


def leadership(db: Database) -> Leadership:
    """The way to lead that fits the database."""
    return AdvisoryLock(db) if isinstance(db, PostgresDatabase) else OnlyProcess()
