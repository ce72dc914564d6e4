"""Under faults at random nothing acknowledged is lost or doubled; the ledger notices if it is."""

import tempfile
from pathlib import Path

import httpx
import pytest

from tests.faults.ledger import Ledger, Load
from tests.faults.sites import in_one_process, on_servers_of_its_own
from tests.faults.storm import weather
from tests.support.private_servers import require_private_servers


def answering(pool, include, votes, fragments, imports):
    """A client of services that hold so much."""

    def answer(request):
        path = request.url.path
        if path.endswith("/flow"):
            return httpx.Response(200, json={"stages": [{"pool": pool, "include": include}]})
        items = {
            "decisions": [{"record": record} for record in votes],
            "fragments": [{"id": id} for id in fragments],
            "imports": [{"id": id} for id in imports],
        }[path.rsplit("/", 1)[-1]]
        return httpx.Response(200, json={"items": items})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://x")


async def compared(**held):
    """What the ledger of one file, one vote and one fragment finds."""
    ledger = Ledger(files={1}, votes={"r1": "include"}, fragments={"f1"})
    async with answering(**held) as owner:
        lost, doubled = await Load(owner, None, ledger).compare()
    return {kind for kind, n in lost.items() if n}, {kind for kind, n in doubled.items() if n}


WHOLE = {"pool": 3, "include": 1, "votes": ["r1"], "fragments": ["f1"], "imports": ["i1"]}


async def test_a_ledger_finds_nothing_where_all_is_there_once():
    assert await compared(**WHOLE) == (set(), set())


@pytest.mark.parametrize(
    ("kind", "less", "more"),
    [
        ("records", {"pool": 2}, {"pool": 4}),
        ("settlements", {"include": 0}, {"include": 2}),
        ("votes", {"votes": []}, {"votes": ["r1", "r1"]}),
        ("fragments", {"fragments": []}, {"fragments": ["f1", "f1"]}),
        ("imports", {"imports": []}, {"imports": ["i1", "i2"]}),
    ],
)
async def test_a_ledger_finds_what_is_missing_and_what_is_twice(kind, less, more):
    assert await compared(**{**WHOLE, **less}) == ({kind}, set())
    assert await compared(**{**WHOLE, **more}) == (set(), {kind})


def check(found):
    """Nothing is missing, twice there, or shown to strangers, and all came to rest."""
    assert found["acknowledged"] > 0
    assert found["injected"] > 0
    assert found["refusals_to_strangers"] > 0
    assert (found["lost"], found["doubled"], found["leaked"]) == (0, 0, 0), found
    assert found["settled_after_seconds"] is not None


@pytest.mark.slow
async def test_a_storm_over_one_process_loses_doubles_and_leaks_nothing():
    with tempfile.TemporaryDirectory() as home:
        async with in_one_process(Path(home)) as site:
            check(await weather(site, faults=20, restarts=1, minutes=3, seed=5))


@pytest.mark.slow
async def test_a_storm_over_services_and_servers_loses_doubles_and_leaks_nothing():
    require_private_servers()
    with tempfile.TemporaryDirectory() as home:
        async with on_servers_of_its_own(Path(home)) as site:
            check(await weather(site, faults=20, restarts=1, minutes=5, seed=6))
