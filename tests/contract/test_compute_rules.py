"""Slow pure work of a use case never holds up the event loop, on either database."""

import asyncio
import threading
import time


async def test_the_event_loop_goes_on_while_a_use_case_computes(two):
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async def slow(tx):
        await tx.compute(time.sleep, 0.5)
        return await tx.compute(threading.get_ident)

    ticking = asyncio.create_task(tick())
    assert await two.reader.db.write(slow) != threading.get_ident()
    assert await two.reader.db.read(slow) != threading.get_ident()
    ticking.cancel()
    assert ticks >= 10
