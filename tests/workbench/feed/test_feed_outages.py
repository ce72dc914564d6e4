"""The live feed goes on after an outage as fast as before it."""

import asyncio

from workbench.feed import broadcast
from workbench.feed.broadcast import Pulse


async def listen(failures):
    """How long a listener waits for news while the heads fail with these errors first."""
    left = list(failures)

    async def heads(ids):
        if left:
            raise left.pop(0)
        return dict.fromkeys(ids, 7)

    pulse = Pulse()
    pulse.heads = heads
    with pulse.listening("rev") as beat:
        heard = await beat.wait(0, 5)
    await pulse.close()
    return heard, left


async def test_an_outage_is_waited_out_by_the_live_feed():
    assert await listen([ConnectionRefusedError("down")] * 2) == (True, [])


async def test_a_failure_of_another_kind_is_logged_and_tried_again(monkeypatch, capsys):
    monkeypatch.setattr(broadcast, "LONGEST_PAUSE", 0.01)
    assert await listen([LookupError("broken")] * 2) == (True, [])
    assert "feed_failed" in capsys.readouterr().err


async def test_the_pulse_ends_when_it_is_closed_in_an_outage():
    async def heads(_ids):
        raise ConnectionRefusedError("down")

    pulse = Pulse()
    pulse.heads = heads
    with pulse.listening("rev"):
        await asyncio.sleep(0.05)
        async with asyncio.timeout(2):
            await pulse.close()
