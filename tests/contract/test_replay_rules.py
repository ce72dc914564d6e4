"""History can be sent again, and a latecomer catches up by itself."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from shared.bus import Message, UnknownService
from shared.http.application import ReplayWish
from shared.http.problems import Invalid
from shared.kernel import inbox, replay
from shared.kernel.jobs import jobs
from shared.kernel.relay import ReplayRange
from tests.support.kernel import a_record, pair, reader, say, times


async def test_a_replay_is_handled_again(anywhere):
    async with pair(anywhere, start=True) as two:
        await two.publisher.db.write(say(a_record("r1"), a_record("r2")))
        await two.settle()
        again = ReplayRange(to="screening", number=1)
        await two.publisher.db.write(lambda tx: replay.ask(tx, again))
        await two.settle()
        await _until_quiet(two)
        assert await two.reader.db.read(times) == {"r1": 2, "r2": 2}


async def test_the_same_replay_twice_is_handled_once_more_only(anywhere):
    async with pair(anywhere, start=True) as two:
        await two.publisher.db.write(say(a_record("r1")))
        await two.settle()
        for _ in range(2):
            await two.publisher.db.write(
                lambda tx: replay.ask(tx, ReplayRange(to="screening", number=7))
            )
            await two.settle()
            await _until_quiet(two)
        assert await two.reader.db.read(times) == {"r1": 2}


async def test_a_replay_of_one_review_sends_only_its_events(anywhere):
    async with pair(anywhere, start=True) as two:
        await two.publisher.db.write(say(a_record("a", review="one"), a_record("b", review="two")))
        await two.settle()
        wish = ReplayRange(to="screening", review_id="two", number=1)
        await two.publisher.db.write(lambda tx: replay.ask(tx, wish))
        await two.settle()
        await _until_quiet(two)
        assert await two.reader.db.read(times) == {"a": 1, "b": 2}


async def test_replays_from_two_positions_are_two_replays(two):
    """The second was taken for the first, and its part of history never sent."""
    for since in (0, 7):
        wish = ReplayRange(to="screening", number=1, since=since)
        await two.publisher.db.write(lambda tx, wish=wish: replay.ask(tx, wish))
    payloads = await two.publisher.db.read(lambda tx: tx.execute(select(jobs.c.payload)))
    assert [row.payload["since"] for row in payloads] == [0, 7]


async def test_a_replay_to_a_service_that_does_not_exist_fails_and_says_so(anywhere):
    """RabbitMQ dropped what was sent to a queue that nobody had declared."""
    async with pair(anywhere) as two:
        stray = Message(id="1", type="x.y", routing_key="x.y.v1.rev", body=b"{}")
        with pytest.raises(UnknownService, match="no service is called 'screning'"):
            await two.bus.publish([stray], to="screning")


def test_a_wish_for_a_replay_names_a_service_and_bounded_numbers():
    with pytest.raises(Invalid, match="No service is called 'screning'; name one of"):
        ReplayWish(to="screning").replay_range()
    for numbers in ({"since": 2**63}, {"since": -1}, {"number": 2**31}):
        with pytest.raises(ValidationError):
            ReplayWish(to="screening", **numbers)


async def test_a_service_started_after_the_load_catches_up_by_itself(storage):
    nobody = reader(on={})
    async with pair(storage, listener=nobody, start=True) as two:
        await two.publisher.db.write(say(*(a_record(f"r{n}") for n in range(1200))))
        await two.settle()
        assert await two.reader.db.read(times) == {}
    async with pair(storage, start=True) as two:
        await two.settle()
        await _until_quiet(two)
        seen = await two.reader.db.read(times)
        assert len(seen) == 1200
        assert set(seen.values()) == {1}


async def test_catching_up_does_not_repeat_what_is_already_here(storage):
    async with pair(storage, start=True) as two:
        await two.publisher.db.write(say(a_record("r1")))
        await two.settle()
        await two.publisher.db.write(
            lambda tx: replay.ask(tx, ReplayRange(to="screening", number=0))
        )
        await two.settle()
        await _until_quiet(two)
        assert await two.reader.db.read(times) == {"r1": 1}


async def test_parked_events_go_on_at_the_next_start(two):
    assert await two.reader.db.write(inbox.resume_parked) == 0


async def _until_quiet(two):
    """A replay is not counted as in flight, so look twice."""
    import asyncio

    for _ in range(3):
        await asyncio.sleep(0.1)
        await two.settle()
