"""A vote that waits for another changes no answer that anybody else is given, and no event.

The same requests are sent to reviews that differ by one hidden vote: none, an inclusion, an
exclusion. Routes come from the application itself, so that a new one is read and tried too.
"""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.services.test_every_route_asks_who import routes_of
from tests.support.apps import open_system
from tests.support.schemas import on_sqlite
from tests.trust.probes import PROBES, TOPICS, import_of, sent
from tests.trust.test_every_route import request_of
from tests.trust.transcripts import (
    ENDLESS,
    PROCESS,
    SEARCH,
    open_world,
)

pytestmark = pytest.mark.slow
HIDDEN = (None, "include", "exclude")
EXEMPT = {
    "POST /api/screening/reviews/{review_id}/stages/{stage}/stopping/stop": (
        "an owner's stop finishes the pairs that are begun, among at least as many others"
    ),
    "DELETE /api/reviews/{review_id}/members/{person}": "Ben would leave",
    "POST /sign-out": "nothing of a review",
}


async def in_three_worlds(tmp_path, script, more=()):
    """What the script writes down in three reviews: without, with the one, the other vote.

    `more` are words for further records that are voted on so.
    """
    async with AsyncExitStack() as stack:

        async def opened(number):
            home = tmp_path / str(number)
            home.mkdir()
            settings = on_sqlite(home).model_copy(update={"job_workers": 1, "workers": 1})
            system = await stack.enter_async_context(open_system(settings))
            return system, await stack.enter_async_context(system.client())

        async def told(place, hidden):
            world = await open_world(*place, hidden, more)
            await script(world)
            return world.lines

        places = [await opened(number) for number in range(len(HIDDEN))]
        return await asyncio.gather(*map(told, places, HIDDEN))


def same(found):
    """Fail with what is not the same in all three: who asked for what, where the answers part."""
    parted = []
    for lines in zip(*found, strict=True):
        first, *others = (str(line) for line in lines)
        for other in others:
            if other != first:
                pairs = enumerate(zip(first, other, strict=False))
                at = max(150, next((n for n, (a, b) in pairs if a != b), len(first)))
                who, what, where = lines[0][:3]
                shown = (first[at - 150 : at + 150], other[at - 150 : at + 150])
                parted.append((who, what, where[:60], *shown))
    assert not parted, "\n".join(str(one) for one in parted[:20])


def reads(app):
    """Every route that only reads, but the endless one and what shows the process."""
    routes = sorted(routes_of(app))
    return [p for p, m in routes if m == "GET" and p != ENDLESS and not PROCESS.search(p)]


async def test_nobody_else_reads_anything_of_a_hidden_vote(tmp_path):
    async def script(world):
        await world.read(reads(world.system.app))
        await world.events()

    found = await in_three_worlds(tmp_path, script)
    assert len(found[0]) > 400
    assert {line[3] for line in found[0] if line[1] == "GET"} >= {200, 403, 404}
    same(found)


async def test_no_write_of_anybody_else_tells_of_a_hidden_vote(tmp_path):
    """Every route that changes something, with the least that it takes, by everybody else."""

    async def script(world):
        for path, method in sorted(routes_of(world.system.app)):
            if method == "GET" or f"{method} {path}" in EXEMPT or PROCESS.search(path):
                continue
            described = world.described["paths"].get(path.replace(":path}", "}"), {})
            more = request_of(described.get(method.lower(), {}), world.described)
            for person in ("stranger", "rob", "ann", "olga"):
                where = world.where(path, world.records[3])
                await world.ask(person, method, where, path, **more)
            if "/stages/" in path:
                await world.quiet()  # or what follows a vote meets the next request by chance
        await asyncio.sleep(1.1)
        await world.quiet()
        await world.read(r for r in reads(world.system.app) if "/screening/" in r)
        await world.events()

    found = await in_three_worlds(tmp_path, script)
    assert len(found[0]) > 400
    same(found)


async def test_no_probe_tells_of_a_hidden_vote(tmp_path):
    """Requests that were made to ask, and all that others read after each group of them.

    Every group has a record of its own with a hidden vote: some settle it, or take the vote away.
    """

    async def script(world):
        told = ("/screening/reviews", "/flow", "/history", "/activity")
        routes = [r for r in reads(world.system.app) if any(t in r for t in told)]
        targets = world.records[-len(PROBES) :]
        for target, (name, probes) in zip(targets, PROBES.items(), strict=True):
            world.records[0] = target
            words = await words_of(world)
            for by, method, path, body in probes:
                said, more = f"{name}: {path}", sent(body, words)
                await world.ask(by, method, path.format(**words), said, **more)
                await world.quiet()
            await asyncio.sleep(1.1)
            await world.quiet()
            await world.read(routes, ("ann", "olga", "rob"))
        await world.events()

    found = await in_three_worlds(tmp_path, script, more=TOPICS[: len(PROBES)])
    strange = [line for line in found[0] if len(line) == 6 and line[1] != "GET" and line[3] >= 400]
    refused = {"a vote for him", "a target", "a desk", "imported votes"}
    assert {line[2].split(":")[0] for line in strange} <= refused, strange
    same(found)


async def words_of(world):
    """What stands for the names in the probes: the first record, and those beside it."""
    answer = await world.client.get(f"{SEARCH}/records/{world.records[3]}")
    target = (await world.client.get(f"{SEARCH}/records/{world.records[0]}")).json()
    return {
        "target": world.records[0], "included": world.records[1], "excluded": world.records[2],
        "decoy": world.records[3], "other": world.records[4], "title": target["title"],
        "year": str(target["year"]), "source": answer.json()["sources"][0]["source_record_id"],
        "import": import_of(target),
    }  # fmt: skip
