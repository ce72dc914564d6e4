"""In any order of votes, merges and splits, every record's votes and holds keep their place."""

import random

import pytest

from services.screening.decisions.store import entries as entries_store
from services.screening.decisions.store import holds
from tests.services.screening.screening_team import alone, joined, merged, split

RECORDS = ("r1", "r2", "r3", "r4")
STEPS = 40


class Chance:
    """People and the library at work in random order."""

    def __init__(self, team, seed):
        self.team, self.chance = team, random.Random(seed)
        self.absorbed, self.done = {}, []
        self.given = {record: set() for record in RECORDS}

    async def step(self):
        """One thing that can happen."""
        acts = (self.vote, self.vote, self.vote, self.merge, self.split, self.resolve,
                self.reopen, self.give, self.give, self.take, self.put_off)  # fmt: skip
        await self.chance.choice(acts)()

    async def vote(self):
        by, record = self.chance.choice(("ann", "ben", "cleo")), self.chance.choice(RECORDS)
        verdict = self.chance.choice(("include", "include", "exclude", "maybe"))
        one = {"record": record, "verdict": verdict}
        await self.team.ask("POST", "/stages/title/decisions", {"decisions": [one, one]}, by=by)
        self.done.append((by, record, verdict))

    async def merge(self):
        standing = [record for record in RECORDS if record not in self.absorbed]
        if len(standing) > 1:
            survivor, gone = self.chance.sample(standing, 2)
            self.absorbed[gone] = survivor
            await self.team.hear(merged(survivor, gone))
            self.done.append(("merge", survivor, gone))

    async def split(self):
        if self.absorbed:
            gone = self.chance.choice(sorted(self.absorbed))
            survivor = self.counts_as(gone)
            del self.absorbed[gone]
            await self.team.hear(split(survivor, gone))
            self.done.append(("split", survivor, gone))

    async def resolve(self):
        for item in await self.conflicts():
            path = f"/stages/title/conflicts/{item['record']}/resolution"
            await self.team.ask("POST", path, {"verdict": "include", "note": "read"}, by="rita")
            self.done.append(("resolve", item["record"], ""))

    async def reopen(self):
        record = self.chance.choice([r for r in RECORDS if r not in self.absorbed])
        if (await self.team.standing(record))[0] in ("settled", "maybe"):
            path = f"/stages/title/settlements/{record}/reopen"
            await self.team.ask("POST", path, {"reason": "again"})
            self.done.append(("reopen", record, ""))

    def counts_as(self, record):
        while record in self.absorbed:
            record = self.absorbed[record]
        return record

    def group(self, survivor):
        return [record for record in RECORDS if self.counts_as(record) == survivor]

    async def give(self):
        by, record = self.chance.choice(("ann", "ben", "cleo")), self.chance.choice(RECORDS)
        body = {"person": by, "records": [record]}
        await self.team.ask("POST", "/stages/title/assignments", body)
        self.given[self.counts_as(record)].add(by)
        self.done.append(("give", by, record))

    async def take(self):
        by = self.chance.choice(("ann", "ben", "cleo"))
        await self.team.ask("POST", "/stages/title/queue/take", {"count": 1}, by=by)
        self.done.append(("take", by, ""))

    async def put_off(self):
        by, record = self.chance.choice(("ann", "ben", "cleo")), self.chance.choice(RECORDS)
        path = f"/stages/title/queue/{record}/later"
        await self.team.ask("POST", path, by=by, status=204)
        self.done.append(("put off", by, record))

    async def check_holds(self):
        """Everybody's assignments count for the survivor, and no more read it than must."""
        for record in (r for r in RECORDS if r not in self.absorbed):
            given = set().union(*(self.given[one] for one in self.group(record)))
            assert await self.who("assignments", record) == given, self.done
            assert len(await self.who("leases", record)) <= 2, self.done

    async def who(self, kind, record):
        found = await self.team.db.read(lambda tx: holds.held(tx, "rev", "title", kind, [record]))
        return {one.person for one in found[record]}

    async def conflicts(self):
        return (await self.team.ask("GET", "/stages/title/conflicts", by="rita"))["items"]

    async def check(self):
        """What is absorbed rests, what waits lacks a vote, and nobody sees an open one."""
        entries, votes = await self.team.db.read(_all)
        shown = (await self.team.ask("GET", "/stages/title/decisions"))["items"]
        seen = {(one["record"], one["person"], one["round"]) for one in shown}
        for entry in entries:
            assert entry.active == (entry.record_id not in self.absorbed), self.done
            cast = votes.get(entry.record_id, [])
            gathering = [v for v in cast if v.round == entry.voting_round]
            if entry.active and entry.standing in ("open", "maybe"):
                assert len(gathering) < 2, self.done
            for vote in gathering if entry.standing != "settled" else []:
                assert (vote.record_id, vote.person, vote.round) not in seen, self.done

    async def part_all(self):
        """Undo every merge: no vote is left on a record on which it was not cast."""
        while self.absorbed:
            await self.split()
            await self.check()
            await self.check_holds()
        _, votes = await self.team.db.read(_all)
        assert not [v for cast in votes.values() for v in cast if v.source], self.done
        for kind in ("assignments", "leases", "postponed"):
            found = await self.team.db.read(
                lambda tx, k=kind: holds.held(tx, "rev", "title", k, RECORDS)
            )
            carried = [one for ones in found.values() for one in ones if one.carried_from]
            assert not carried, self.done


async def _all(tx):
    entries = await entries_store.entries_of_stage(tx, "rev", "title", inactive=True)
    return entries, await entries_store.votes(tx, "rev", "title", [e.record_id for e in entries])


LATER = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 8)]


@pytest.mark.parametrize("seed", [0, 1, 2, *LATER])
async def test_whatever_happens_in_whatever_order_votes_and_holds_stay_blind_and_in_place(
    storage, seed
):
    async with alone(storage, records=RECORDS) as team:
        await team.hear(joined("cleo", "reviewer"))
        chance = Chance(team, seed)
        for _ in range(STEPS):
            await chance.step()
            await chance.check()
            await chance.check_holds()
        await chance.part_all()
        assert len(chance.done) > STEPS / 4
