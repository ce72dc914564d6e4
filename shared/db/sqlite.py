"""SQLite: one writer thread per file, several use cases in one commit.

Measured reason: a thread hop per statement (aiosqlite) costs a factor of five,
and with `synchronous=FULL` the disk, not the processor, is the limit; so use
cases that wait together share one commit, each under a savepoint of its own.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.engine import make_url

from shared.clock import Clock
from shared.db import T, UseCase, WaitedForTheWorld, Who, transaction, who
from shared.db.sqlite_file import READERS, engine_of, keep_private, scrub
from shared.db.turns import writers
from shared.http.problems import Unavailable
from shared.kernel.tx import Rows, Tx
from shared.ops.failpoints import reach

GROUP = 64
_ROLLS_BACK = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
}
"""After these SQLite may end the transaction by itself (https://sqlite.org/lang_transaction.html)."""


class _Session:
    """Statements on a plain connection; nothing here ever suspends."""

    dialect = "sqlite"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, rows: Rows = None) -> CursorResult[Any]:
        return self._connection.execute(statement, rows)

    async def execute_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        return self._connection.exec_driver_sql(sql, list(rows)).rowcount if rows else 0

    async def lock(self, keys: Sequence[str]) -> None:
        """The one writer holds everything."""

    async def compute(self, work: Callable[[], T]) -> T:
        return work()


@dataclass(slots=True)
class _Call:
    use_case: UseCase[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    whom: Who
    result: Any = None
    error: BaseException | None = None
    notifies: tuple[bool, bool] = (False, False)


class SqliteDatabase:
    """One file, one writer, a few readers on write-ahead-log snapshots."""

    dialect = "sqlite"

    def __init__(self, url: str, *, service: str, clock: Clock, synchronous: str) -> None:
        self.service = service
        self.clock = clock
        self.commit_hooks: list[Callable[[bool, bool], None]] = []
        self.keys: Any = None
        self._path = make_url(url).database or ""
        self._engine = engine_of(url, synchronous)
        self._looking = engine_of(url, synchronous, readonly=True)
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix=f"{service}-read")

    async def open(self) -> None:
        """Open the file and start the writer thread."""
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        try:
            keep_private(Path(self._path))
            with self._engine.connect():
                pass
        except Exception as error:
            raise Unavailable(
                f"The SQLite file '{self._path}' cannot be opened ({error}); "
                "check RETRODUCT_HOME and its rights"
            ) from error
        self._writer = threading.Thread(
            target=self._write_forever, name=f"{self.service}-write", daemon=True
        )
        self._writer.start()

    async def close(self) -> None:
        """Finish what is queued, end the threads and close the file."""
        if self._writer is not None:
            self._calls.put(None)
            await asyncio.to_thread(self._writer.join)
            self._writer = None
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()
        self._looking.dispose()

    async def write(self, use_case: UseCase[T]) -> T:
        """Run a use case in one transaction of the writer thread."""
        loop = asyncio.get_running_loop()
        call = _Call(use_case, loop.create_future(), loop, who.get())
        self._calls.put(call)
        result: T = await call.future
        return result

    async def read(self, query: UseCase[T]) -> T:
        """Run a query on one snapshot, in a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, query, who.get())

    async def run_sync(self, function: Callable[[Any], Any]) -> Any:
        """Run a function of a synchronous connection (migrations) in one transaction."""

        def in_transaction() -> Any:
            with self._engine.begin() as connection:
                return function(connection)

        return await asyncio.to_thread(in_transaction)

    async def scrub(self) -> None:
        """Write the file anew without what was deleted, and empty the write-ahead log.

        Raises `Unavailable` while somebody still reads what was before.
        """
        await asyncio.to_thread(scrub, self._engine, self._path)

    def _read(self, query: UseCase[T], whom: Who) -> T:
        with self._looking.connect() as connection:
            session = _Session(connection)
            tx = transaction(
                session, service=self.service, clock=self.clock, whom=whom, keys=self.keys
            )
            result: T = step(query(tx))
            return result

    def _write_forever(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._calls.get()) is not None:
                calls = [first, *self._waiting()]
                self._commit_together(connection, calls)

    def _waiting(self) -> list[_Call]:
        calls: list[_Call] = []
        while len(calls) < GROUP - 1:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                break
            if call is None:
                self._calls.put(None)
                break
            calls.append(call)
        return calls

    def _commit_together(self, connection: Connection, calls: list[_Call]) -> None:
        try:
            # Waits while another process writes the file; meanwhile others have their turn.
            commit = connection.begin()
            with writers.take(), commit:
                for call in calls:
                    self._run(connection, call, alone=len(calls) == 1)
                reach("database.before_commit")
            reach("database.after_commit")
        except Exception as error:
            for call in calls:
                call.error = call.error or error
        self._answer(calls)

    def _run(self, connection: Connection, call: _Call, *, alone: bool) -> None:
        """Run a use case; `alone` in its commit it needs no savepoint, for which every page
        that it changes would be copied first.
        """
        if alone:
            self._step(connection, call)
            return
        savepoint = connection.begin_nested()
        try:
            self._step(connection, call)
            savepoint.commit()
        except Exception as error:
            # Then the savepoint is gone too; to roll back to it would hide the reason.
            if not connection.in_transaction() or _is_fatal(error):
                raise
            savepoint.rollback()
            call.error = error

    def _step(self, connection: Connection, call: _Call) -> None:
        session = _Session(connection)
        tx = transaction(
            session, service=self.service, clock=self.clock, whom=call.whom, keys=self.keys
        )
        call.result = step(call.use_case(tx))
        step(tx.flush_events())
        call.notifies = (tx.has_emitted, tx.enqueued)

    def _answer(self, calls: list[_Call]) -> None:
        events = any(call.notifies[0] and not call.error for call in calls)
        work = any(call.notifies[1] and not call.error for call in calls)
        for loop, group in _by_loop(calls):
            loop.call_soon_threadsafe(_settle, group, self.commit_hooks, events, work)


def step(awaitable: Any) -> Any:
    """Run a coroutine that never waits to its end, here and now.

    Raises `WaitedForTheWorld` if it awaits anything that suspends.
    """
    coroutine: Coroutine[Any, Any, Any] = awaitable
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise WaitedForTheWorld(
        "a use case awaited something other than its transaction; do that in a job"
    )


def _by_loop(
    calls: list[_Call],
) -> list[tuple[asyncio.AbstractEventLoop, list[_Call]]]:
    loops: dict[int, tuple[asyncio.AbstractEventLoop, list[_Call]]] = {}
    for call in calls:
        loops.setdefault(id(call.loop), (call.loop, []))[1].append(call)
    return [pair for pair in loops.values() if not pair[0].is_closed()]


def _settle(
    calls: list[_Call],
    commit_hooks: list[Callable[[bool, bool], None]],
    events: bool,
    work: bool,
) -> None:
    for call in calls:
        if call.future.done():
            continue
        if call.error is not None:
            call.future.set_exception(call.error)
        else:
            call.future.set_result(call.result)
    if events or work:
        for notify in commit_hooks:
            notify(events, work)


def _is_fatal(error: Exception) -> bool:
    """Whether the whole group is lost, because SQLite has rolled its transaction back."""
    origin = getattr(error, "orig", error)
    return getattr(origin, "sqlite_errorcode", 0) & 0xFF in _ROLLS_BACK


__all__ = ["SqliteDatabase", "Tx", "step"]
