"""A reviewer who merges a record with one of their own making learns no open vote by it."""

import pytest
import pytest_asyncio

from services.screening.decisions.domain.votes import in_sample
from shared.events.workbench import Policy, Stage
from tests.services.screening.screening_team import alone, merged, split
from tests.support.kernel import Storage
from tests.support.people import member_head

pytestmark = pytest.mark.slow
REVIEW = {
    "id": "rev",
    "title": "Housing",
    "stages": [{"name": "title", "from": None, "policy": {"kind": "dual"}}],
}
SCREENING = "/api/screening/reviews/rev"
SEARCH = "/api/search/reviews/rev"
HIDDEN = (None, "include", "exclude")


class Attack:
    """A whole system with a target on which Ben has voted, and Ann who wants to know how."""

    def __init__(self, system, client):
        self.system, self.client = system, client

    async def ask(self, method, path, person="ann", **more):
        answer = await self.client.request(method, path, headers=self.heads[person], **more)
        assert answer.status_code < 300, answer.text
        await self.system.drain()
        return answer

    async def add(self, title):
        body = {"title": title, "abstract": title, "year": 2020}
        made = (await self.ask("POST", f"{SEARCH}/records", json=body)).json()
        return made["record_id"], [s["source_record_id"] for s in made["sources"]]

    async def vote(self, person, record, verdict):
        body = {"decisions": [{"record": record, "verdict": verdict}]}
        await self.ask("POST", f"{SCREENING}/stages/title/decisions", person, json=body)


@pytest_asyncio.fixture
async def attack(system):
    async with system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        found = Attack(system, owner)
        found.heads = {p: await member_head(system, "rev", p, "reviewer") for p in ("ann", "ben")}
        await system.drain()
        yield found


async def state_of(attack, record):
    answer = await attack.ask("GET", f"{SCREENING}/stages/title/records/{record}")
    return answer.json()["state"]


async def merge(attack, one, other):
    body = {"other": other, "reason": "the same report"}
    answer = await attack.ask("POST", f"{SEARCH}/records/{one}/merge", json=body)
    return answer.json()


async def part(attack, whole, sources):
    body = {"sources": sources, "reason": "not the same after all"}
    await attack.ask("POST", f"{SEARCH}/records/{whole['record_id']}/split", json=body)


@pytest.mark.parametrize("survives", ["decoy", "target"])
async def test_a_decoy_that_is_merged_does_not_tell_how_the_other_person_voted(attack, survives):
    told = []
    for number, hidden in enumerate(HIDDEN):
        target, _ = await attack.add(
            f"Coaching number {number} of people in {'abcdefg'[number] * 9}"
        )
        decoy, sources = await attack.add(f"Wholly different title {number} {'uvwxyz'[number] * 9}")
        if hidden:
            await attack.vote("ben", target, hidden)
        await attack.vote("ann", decoy, "include")
        pair = (decoy, target) if survives == "decoy" else (target, decoy)
        whole = await merge(attack, *pair)
        states = [await state_of(attack, target)]
        await part(attack, whole, sources)
        told.append((*states, await state_of(attack, target)))
    assert told == [("waiting", "waiting")] * 3


SAMPLED = (Stage(name="title", policy=Policy(kind="sample", share=0.5)),)
PAGES = ("decisions", "conflicts", "agreement", "progress", "settlements", "stopping", "queue",
         "records/target", "ranking")  # fmt: skip


def a_name(dual, but=()):
    """The name of a record of which the draw says that two judge it, or one."""
    names = (f"r{n}" for n in range(1000))
    return next(n for n in names if in_sample(7, n, 0.5) == dual and n not in but)


async def read(team, *, by, target):
    """Everything that a person reads of a stage; the record in question by one name."""
    found = {}
    for page in PAGES:
        path = page.replace("target", target)
        found[page] = await team.ask("GET", f"/stages/title/{path}", by=by)
    found["flow"] = await team.ask("GET", "/flow", by=by)
    return found


async def probed(storage, hidden, *, survives, decoy_verdict, then):
    """What others read of a merge with a settled decoy, with this vote hidden on the target."""
    target, decoy = a_name(dual=True), a_name(dual=False)
    async with alone(storage, stages=SAMPLED, records=(target, decoy, "z")) as team:
        if hidden:
            await team.vote("ben", target, hidden, note="hidden")
        await team.vote("ann", decoy, decoy_verdict)
        pair = (decoy, target) if survives == "decoy" else (target, decoy)
        told = [e.NAME for e in await team.said()]
        seen = []
        for event in (merged(*pair), *then(team, pair)):
            if callable(event):
                await event()
            else:
                await team.hear(event)
            await team.work()
            for by in ("ann", "rita", "owner"):
                seen.append(without_times(await read(team, by=by, target=target)))
        return [told, [e.NAME for e in await team.said()], seen]


def without_times(found):
    """The same without moments, which differ between two runs."""
    if isinstance(found, dict):
        return {k: without_times(v) for k, v in found.items() if k not in ("at", "settled_at")}
    return [without_times(one) for one in found] if isinstance(found, list) else found


def parting(team, pair):
    return [split(*pair)]


def reopening(team, pair):
    async def reopen():
        body = {"reason": "looked at again"}
        await team.ask("POST", f"/stages/title/settlements/{pair[0]}/reopen", body)

    return [reopen, split(*pair), merged(*pair)]


def overturning(team, pair):
    async def overturn():
        body = {"verdict": "exclude", "note": "out of scope"}
        await team.ask("PUT", f"/stages/title/settlements/{pair[0]}", body, by="rita")

    return [split(*pair), overturn]


@pytest.mark.parametrize("survives", ["decoy", "target"])
@pytest.mark.parametrize("then", [parting, reopening, overturning])
@pytest.mark.parametrize("decoy_verdict", ["include", "exclude", "maybe"])
async def test_a_settled_decoy_does_not_tell_of_an_open_vote(
    tmp_path, survives, then, decoy_verdict
):
    found = []
    for number, hidden in enumerate(HIDDEN):
        storage = Storage("sqlite", tmp_path / str(number), kept=True)
        found.append(
            await probed(storage, hidden, survives=survives, decoy_verdict=decoy_verdict, then=then)
        )
    assert found[1] == found[0]
    assert found[2] == found[0]
