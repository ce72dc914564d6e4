"""Processes that stop at checkpoints, and what they work on."""

from collections.abc import Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import MetaData

from shared.bus import Message
from shared.clock import Clock
from shared.db import Tx, UseCase, Who, transaction
from shared.db.sqlite import SqliteDatabase, _Session, step
from shared.kernel.failures import Unreachable, is_outage

T = TypeVar("T")


class Checkpoint:
    """Where a schedule may let another process go on, or end this one."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class SteppedDatabase(SqliteDatabase):
    """The kernel's transactions, run where they are called, between two checkpoints."""

    def __init__(self, folder: Path, service: str, tables: MetaData, clock: Clock) -> None:
        url = f"sqlite:///{folder / service}.sqlite"
        super().__init__(url, service=service, clock=clock, synchronous="OFF")
        self._tables = tables
        self._connection = self._engine.connect()
        self.changed = True
        with self._connection.begin():
            tables.create_all(self._connection)

    async def write(self, use_case: UseCase[T]) -> T:
        """One transaction; a crash at the second checkpoint loses the answer only."""
        await Checkpoint()
        result = self.write_now(use_case)
        await Checkpoint()
        return result

    async def read(self, query: UseCase[T]) -> T:
        """One snapshot."""
        await Checkpoint()
        return self.read_now(query)

    def write_now(self, use_case: UseCase[T]) -> T:
        """One transaction, without checkpoints."""
        with self._connection.begin():
            tx = self._tx()
            result = step(use_case(tx))
            step(tx.flush_events())
        self.changed = True
        return cast("T", result)

    def read_now(self, query: UseCase[T]) -> T:
        """One snapshot, without checkpoints."""
        with self._connection.begin():
            return cast("T", step(query(self._tx())))

    def _tx(self) -> Tx:
        session = _Session(self._connection)
        return transaction(session, service=self.service, clock=self.clock, whom=Who())

    def empty(self) -> None:
        """Delete every row, for the next schedule."""
        with self._connection.begin():
            for table in self._tables.tables:
                self._connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
        self.changed = True

    def dispose(self) -> None:
        """Close the file."""
        self._connection.close()
        self._readers.shutdown()
        self._engine.dispose()
        self._looking.dispose()


@dataclass(slots=True, eq=False)
class Delivery:
    """One copy of an envelope in a reader's queue; it stays there until it is acknowledged."""

    body: bytes


@dataclass(slots=True)
class SteppedBus:
    """A broker with a queue per reader; a crash while publishing leaves some of the copies."""

    queues: dict[str, list[Delivery]]

    async def publish(self, messages: Sequence[Message], *, to: str | None = None) -> None:
        """Copy the messages into the queues, then confirm; a checkpoint before each."""
        for service in self.queues:
            if to in (None, service):
                await Checkpoint()
                # the queue of now: meanwhile a reader may have acknowledged, which makes a new list
                self.queues[service] += [Delivery(message.body) for message in messages]
        await Checkpoint()

    def acknowledge(self, service: str, deliveries: Sequence[Delivery]) -> None:
        """Remove what a reader has stored."""
        self.queues[service] = [d for d in self.queues[service] if d not in deliveries]


@dataclass(slots=True, eq=False)
class Process:
    """A coroutine on its way from checkpoint to checkpoint."""

    name: str
    coroutine: Coroutine[Any, Any, Any]
    number: int = field(default_factory=count(1).__next__)

    def proceed(self) -> bool:
        """Go on to the next checkpoint; False when the process has ended."""
        return self._until_checkpoint(lambda: self.coroutine.send(None))

    def meet_outage(self) -> bool:
        """Fail here as if database or broker were gone; the process may go on or end."""
        return self._until_checkpoint(lambda: self.coroutine.throw(Unreachable("simulated")))

    def crash(self) -> None:
        """End here, as a killed process does."""
        self.coroutine.close()

    def _until_checkpoint(self, go_on: Any) -> bool:
        try:
            go_on()
        except StopIteration:
            return False
        except Exception as error:
            if not is_outage(error):
                raise
            return False
        return True
