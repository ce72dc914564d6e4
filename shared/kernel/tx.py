"""The unit of work that a use case is given. It cannot be committed from inside."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

from sqlalchemy import CursorResult, Executable

from shared.actors import ActorKind, kind_of_actor
from shared.clock import Clock
from shared.events import Event, Received
from shared.kernel import jobs, outbox

P = ParamSpec("P")
T = TypeVar("T")
Rows = Sequence[Mapping[str, Any]] | Mapping[str, Any] | None


class Session(Protocol):
    """What a database lends to a transaction: statements and locks."""

    dialect: str

    async def execute(self, statement: Executable, rows: Rows = None) -> CursorResult[Any]:
        """Run one statement; the result is buffered."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement in the driver's own words for every row; returns the rows stored."""
        ...

    async def lock(self, keys: Sequence[str]) -> None:
        """Hold these names until the transaction ends."""
        ...

    async def compute(self, work: Callable[[], T]) -> T:
        """Do slow pure work where it holds up no event loop."""
        ...


class Tx:
    """Rows and events of one use case: all of them, or none.

    Inside a use case only the methods of its `Tx` may be awaited. `keys` seal and open
    confidential words (`shared.keyring.Keyring`), where the service has any.
    """

    def __init__(
        self,
        session: Session,
        *,
        service: str,
        clock: Clock,
        actor: str | None = None,
        correlation_id: str | None = None,
        traceparent: str | None = None,
        causation_id: str | None = None,
        keys: Any = None,
    ) -> None:
        self.keys = keys
        self._session = session
        self._emitted: list[outbox.Emitted] = []
        self._correlation = correlation_id
        self._causation = causation_id
        self._cause: Received[Any] | None = None
        self._causes: Mapping[str, Received[Any]] = {}
        self._handles_several = False
        self._traceparent = traceparent
        self.service = service
        self.clock = clock
        self.actor = actor
        self.actor_kind: ActorKind = kind_of_actor(actor)
        self.enqueued = False

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._session.dialect

    @property
    def has_emitted(self) -> bool:
        """Whether the relay has something to do after the commit."""
        return bool(self._emitted)

    def now(self) -> datetime:
        """The injected clock's moment, in UTC."""
        return self.clock.now()

    async def execute(self, statement: Executable, rows: Rows = None) -> CursorResult[Any]:
        """Run one SQLAlchemy Core statement; the result is buffered."""
        return await self._session.execute(statement, rows)

    async def execute_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement in the driver's own words for every row; see `shared.db.bulk`."""
        return await self._session.execute_many(sql, rows)

    async def lock(self, *ids: str) -> None:
        """Hold the subjects `ids` before they are read to be changed.

        Sorted, so that two transactions never wait for each other in a circle.
        """
        await self._session.lock(sorted(set(ids)))

    async def compute(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """What a slow pure function returns, computed off the event loop.

        On PostgreSQL it runs in a thread; on SQLite a use case is in a thread already.
        """
        return await self._session.compute(partial(function, *args, **more))

    @contextmanager
    def handling(self, batch: Sequence[Received[Any]]) -> Iterator[None]:
        """Within this block every event that is said names one of the batch as its cause."""
        self._handles_several = len(batch) > 1
        try:
            with self.caused_by({} if self._handles_several else batch[0]):
                yield
        finally:
            self._handles_several = False

    @contextmanager
    def caused_by(self, cause: Received[Any] | Mapping[str, Received[Any]]) -> Iterator[None]:
        """Within this block, events and jobs name `cause` as what brought them about.

        Several causes are given by record id: each answers for events about its record.
        """
        before = self._cause, self._causes
        if isinstance(cause, Mapping):
            self._cause, self._causes = None, cause
        else:
            self._cause, self._causes = cause, {}
        try:
            yield
        finally:
            self._cause, self._causes = before

    def withhold_actor(self) -> None:
        """Events name nobody from now on; they still say whether a person acted."""
        self.actor = None

    def emit(
        self, event: Event, cause: Received[Any] | None = None, *, causation_id: str | None = None
    ) -> str:
        """Say an event in the transaction that makes it true; returns its id.

        Its cause is `cause` (or the event of that id), else that of the block (`caused_by`),
        else that of the job. A handler of several events has to say which of them it was.
        """
        if event.SERVICE not in (self.service, "kernel"):
            raise ValueError(
                f"{type(event).__name__} belongs to {event.SERVICE}, not to {self.service}"
            )
        found = cause or self._cause or self._causes.get(getattr(event, "record_id", ""))
        if found is None and causation_id is None and self._handles_several:
            raise ValueError(
                f"{type(event).__name__} names none of the events handled as its cause; "
                "emit it inside `tx.caused_by(...)`"
            )
        item = outbox.emitted(event, found, causation_id)
        self._emitted.append(item)
        return item.id

    async def next_versions(self, review_id: str, subjects: Collection[str]) -> dict[str, int]:
        """Give each of these subjects (`kind/id`) its next version, for an event of another.

        An event raises the counter of its own subject; one that holds the state of a further
        subject must carry that one's version too. What is emitted of it later is newer.
        """
        if not subjects:
            return {}
        wanted = {(review_id, subject): 1 for subject in subjects}
        raised = await outbox.raise_versions(self._session, wanted)
        return {subject: version for (_, subject), version in raised.items()}

    async def enqueue(
        self,
        job: str,
        *,
        key: str = "",
        payload: Mapping[str, Any] | None = None,
        not_before: datetime | None = None,
        slot: str | None = None,
    ) -> None:
        """Ask for slow work; see `shared.kernel.jobs.enqueue`."""
        self.enqueued = True
        cause = self._cause
        await jobs.enqueue(
            self,
            job,
            now=self.now(),
            key=key,
            payload=payload,
            not_before=not_before,
            slot=slot,
            causation_id=cause.id if cause else self._causation,
            correlation_id=cause.correlation_id if cause else self._correlation,
        )

    async def flush_events(self) -> None:
        """Write the events to the outbox; the database calls it before it commits."""
        origin = outbox.Origin(
            service=self.service,
            now=self.now(),
            actor_id=self.actor,
            actor_kind=self.actor_kind,
            correlation_id=self._correlation,
            traceparent=self._traceparent,
            causation_id=self._causation,
        )
        await outbox.append(self._session, self._emitted, origin)
