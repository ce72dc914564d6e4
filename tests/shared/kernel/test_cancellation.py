"""A loop that is told to end ends, whatever has swallowed the telling."""

import asyncio

import pytest

from shared.bus import Message
from shared.bus.memory import MemoryBus
from shared.bus.rabbit import _store
from shared.kernel.worker import Wakeup, forever, supervise


async def answers_with_an_outage(started):
    """A driver that is interrupted, and raises an error of its own."""
    try:
        started.set()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise ConnectionError("closed in the middle of operation") from None


async def answers_as_if_nothing_were(started):
    """`asyncio.wait_for` of Python 3.11, when the answer comes at the same moment."""
    try:
        started.set()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return True


async def end(loop, started):
    """Cancel a loop in the middle of a round; gives its task."""
    task = asyncio.ensure_future(loop)
    async with asyncio.timeout(20):
        await started.wait()
    started.clear()
    task.cancel()
    await asyncio.wait({task}, timeout=20)
    return task


@pytest.mark.parametrize("answer", [answers_with_an_outage, answers_as_if_nothing_were])
async def test_a_loop_ends_though_its_round_swallowed_the_cancellation(answer):
    started = asyncio.Event()
    task = await end(forever("relay", lambda: answer(started), Wakeup()), started)
    assert task.cancelled()
    assert not started.is_set(), "no further round"


async def test_a_loop_that_dies_of_being_cancelled_is_not_started_again():
    started, health = asyncio.Event(), {}

    async def dies():
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            raise LookupError("broken in the clean-up")

    task = await end(supervise("x.inbox", dies, restarts=5, health=health), started)
    assert task.cancelled()
    assert not started.is_set()
    assert health == {}


async def test_receiving_ends_though_the_database_took_the_cancellation_for_an_outage():
    started = asyncio.Event()
    task = await end(_store(lambda _: answers_with_an_outage(started), [b"{}"]), started)
    assert task.cancelled()


async def test_a_relay_goes_on_after_a_reader_could_not_store_in_one_process():
    stored = []

    async def receive(bodies):
        if not stored:
            stored.append(None)
            await asyncio.sleep(0)
            raise ConnectionResetError("the reader's database is away")
        stored.extend(bodies)

    bus = MemoryBus()
    await bus.declare({"screening": frozenset({"search.record_added"})})
    await bus.subscribe("screening", receive)
    message = Message(id="1", type="search.record_added", routing_key="x", body=b"{}")

    async def round_():
        await bus.publish([message])
        return False

    relaying = asyncio.create_task(forever("relay", round_, Wakeup()))
    async with asyncio.timeout(5):
        while len(stored) < 2 and not relaying.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    ended = relaying.done()
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)
    assert not ended
    assert stored == [None, b"{}"]
