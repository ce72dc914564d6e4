"""What somebody codes in an open round of blind coding changes no answer that anybody else is
given, and no event: the same requests are sent to two reviews, one of which holds a fragment, an
appraisal and a memo of Ben's.
"""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.schemas import on_sqlite
from tests.trust.test_a_hidden_vote_changes_nothing import reads, same
from tests.trust.transcripts import World

pytestmark = pytest.mark.slow
ROLES = {"ann": "coder", "ben": "coder", "olga": "owner", "rob": "reader", "vera": "resolver"}
OTHERS = ("ann", "olga", "rob", "vera", "stranger")
AT = "/api/extraction/reviews/secret"
TEXT = "The nurse rang every Tuesday and it was always her."
ROUND = {"title": "Fifth", "coders": ["ann", "ben"], "documents": ["x"]}


def fragment(quote, code):
    start = TEXT.index(quote)
    place = {"document": "x", "quote": quote, "start": start, "end": start + len(quote)}
    return {"elements": [{"role": "outcome", "code": code}], "theories": ["PT1"], **place}


async def told(world, person, method, path, body):
    answer = await world.client.request(method, AT + path, json=body, headers=world.heads[person])
    assert answer.status_code == 200, answer.text


async def open_round(system, client, *, hidden):
    """A review with an open round; where `hidden`, Ben has coded in it."""
    world = World(system, client)
    world.records = ["x"]
    for review in ("secret", "other"):
        (await client.post("/api/reviews", json={"id": review, "title": "T"})).raise_for_status()
    await world.quiet()
    for person, role in ROLES.items():
        world.heads[person] = await member_head(system, "secret", person, role)
    world.heads["stranger"] = await member_head(system, "other", "stranger", "owner")
    await world.quiet()
    await told(world, "olga", "PUT", "/documents/x", {"text": TEXT})
    await told(world, "olga", "PUT", "/coding-rounds/x", ROUND)
    await told(world, "ann", "PUT", "/fragments/ann1", fragment("every Tuesday", "kept"))
    if hidden:
        await told(world, "ben", "PUT", "/fragments/x", fragment("always her", "novel"))
        await told(world, "ben", "PUT", "/fragments/x/appraisal", {"rigour": "high"})
        for about in ("fragment/x", " Fragment/x"):
            memo = {"about": about, "text": f"surely {about}"}
            await told(world, "ben", "POST", "/memos", memo)
    await asyncio.sleep(1.1)
    await world.quiet()
    return world


async def test_nobody_else_reads_anything_of_a_hidden_fragment(tmp_path):
    async with AsyncExitStack() as stack:
        worlds = []
        for hidden in (False, True):
            home = tmp_path / str(hidden)
            home.mkdir()
            settings = on_sqlite(home).model_copy(update={"job_workers": 1, "workers": 1})
            system = await stack.enter_async_context(open_system(settings))
            client = await stack.enter_async_context(system.client())
            worlds.append(await open_round(system, client, hidden=hidden))
        for world in worlds:
            await world.read(reads(world.system.app), OTHERS)
            await world.events()
        without, with_it = (world.lines for world in worlds)
        assert len(without) > 400
        assert "ann1" in str(without)
        same([without, with_it])
        seen = await worlds[1].ask("ben", "GET", f"{AT}/fragments/x")
        assert seen.json()["elements"][0]["code"] == "novel"
