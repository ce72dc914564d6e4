"""The loops of a running service: how they rest, wait outages out, and are kept alive."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from shared.db import Database
from shared.kernel import inbox
from shared.kernel.cancellation import raise_if_cancelled
from shared.kernel.failures import describe, is_outage, wait_out
from shared.kernel.inbox import Handlers
from shared.ops.telemetry import log

POLL = 1.0
SOONEST = 0.01
BATCH = 400


class Wakeup:
    """Wakes a loop; a notification while nobody waits is remembered."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake whoever waits, or the next who will."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until the next notification, at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()


async def a_second() -> float:
    """How long a loop rests that nothing but its wakeup calls."""
    return POLL


async def an_hour() -> float:
    """How long housekeeping rests."""
    return 3600.0


async def forever(
    name: str,
    round_: Callable[[], Awaitable[bool]],
    wakeup: Wakeup,
    rest: Callable[[], Awaitable[float]] = a_second,
) -> None:
    """Do rounds while there is work, else wait for the wakeup, at most `rest()` seconds.

    Outages are waited out.
    """

    async def once() -> float:
        return 0.0 if await round_() else await rest()

    while True:
        raise_if_cancelled()
        if seconds := await wait_out(name, once):
            await wakeup.wait(seconds)


async def receive(db: Database, bodies: Sequence[bytes], handlers: Handlers | None = None) -> bool:
    """Store what the bus delivers; if the batch fails, one by one. Returns whether any may wait.

    With `handlers` it is handled in the transaction that stores it, which writes each row once
    and without its bytes; what fails so is stored to wait, as it is without.
    A message whose row the database refuses becomes a dead row with the reason: it
    blocks nothing, and the bus has it stored.
    """
    if handlers is not None and await _handled_at_once(db, bodies, handlers):
        return False
    try:
        await db.write(lambda tx: inbox.receive(tx, bodies))
    except Exception as error:
        if is_outage(error):
            raise
        log.warning("receive_failed", service=db.service, reason=describe(error)[:200])
        for body in bodies:
            await _receive_one(db, body)
    return True


async def _handled_at_once(db: Database, bodies: Sequence[bytes], handlers: Handlers) -> bool:
    try:
        await db.write(lambda tx: inbox.receive_and_handle(tx, bodies, handlers))
    except Exception as error:
        if is_outage(error):
            raise
        log.info("batch_failed", service=db.service, reason=str(error)[:200])
        return False
    return True


async def _receive_one(db: Database, body: bytes) -> None:
    try:
        await db.write(lambda tx: inbox.receive(tx, [body]))
    except Exception as error:
        if is_outage(error):
            raise
        failure = error
        log.warning("event_refused", service=db.service, reason=describe(error)[:300])
        await db.write(lambda tx: inbox.receive_dead(tx, body, failure))


async def work(db: Database, handlers: Handlers, *, batch: int = BATCH) -> int:
    """Handle what waits in the inbox; if a batch fails, one by one.

    Returns how many rows were looked at. One bad event never blocks its neighbours.
    """
    try:
        return await db.write(lambda tx: inbox.handle(tx, handlers, batch=batch))
    except Exception as error:
        if is_outage(error):
            raise
        log.info("batch_failed", service=db.service, reason=str(error)[:200])
        return await _one_by_one(db, handlers, batch)


async def _one_by_one(db: Database, handlers: Handlers, batch: int) -> int:
    rows = await db.read(lambda tx: inbox.due_positions(tx, batch))
    for row in rows:
        await _handle_one(db, handlers, row.position, row.attempts)
    return len(rows)


async def _handle_one(db: Database, handlers: Handlers, position: int, attempts: int) -> None:
    try:
        await db.write(lambda tx: inbox.handle(tx, handlers, batch=1, only=[position]))
    except Exception as error:
        if is_outage(error):
            raise
        failure = error
        log.warning(
            "event_failed",
            service=db.service,
            position=position,
            attempts=attempts + 1,
            reason=describe(error)[:300],
        )
        await db.write(lambda tx: inbox.note_failure(tx, position, attempts, failure))


async def supervise(
    name: str, loop: Callable[[], Awaitable[None]], *, restarts: int, health: dict[str, str]
) -> None:
    """Keep a loop alive: after a death restart with back-off; after `restarts`, give up.

    While a loop is down `health[name]` says why, and `/ready` is red.
    """
    for attempt in range(restarts + 1):
        try:
            health.pop(name, None)
            await loop()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            raise_if_cancelled()
            health[name] = f"{type(error).__name__}: {error}"[:300]
            log.exception("loop_died", loop=name, attempt=attempt + 1)
            if attempt == restarts:
                raise
            await asyncio.sleep(min(0.5 * 2**attempt, 8.0))
