"""A system is settled when nothing moves, also between two looks at its services."""

from types import SimpleNamespace

from runtime.embedded import System
from shared.ops.backlog import Backlog, moving


def figures(service, jobs):
    """A service in which only `jobs` move."""
    waiting = {"unsent": 0, "waiting": 0, "dead": 0, "parked": 0, "jobs": jobs, "dead_jobs": 0}
    counts = {"published": {}, "received": {}, "subscribes": [], "oldest_unsent_seconds": 0.0}
    return Backlog(service=service, **waiting, **counts)


def looked_at(service, *jobs):
    """A service that has so many jobs at each look in turn."""
    looks = iter([figures(service, number) for number in jobs])

    async def backlog():
        return next(looks)

    return SimpleNamespace(backlog=backlog)


async def test_a_request_that_arrives_between_two_looks_is_seen():
    search, screening = looked_at("search", 0, 1), looked_at("screening", 0, 0)
    system = System({"search": search, "screening": screening}, None, None)
    assert not await system.settled()


async def test_nothing_at_both_looks_is_settled():
    system = System({"search": looked_at("search", 0, 0)}, None, None)
    assert await system.settled()


async def test_the_route_by_which_others_ask_looks_twice_too():
    """`GET /reviews/{review}/settled` asks all services over HTTP."""
    search, screening = looked_at("search", 0, 1), looked_at("screening", 0, 0)

    async def look():
        return [await search.backlog(), await screening.backlog()]

    assert await moving(look) == {"search": {"jobs": 1}}
