"""Six people, two of whom leave, screen 5,099 records through RECO's stages.

Every vote carries a note that nobody else may see before the record is
settled; every answer and every event is read for such notes.
"""

import json
import random
import re
from collections import Counter, defaultdict

import pytest
from sklearn.metrics import cohen_kappa_score

from shared.events.workbench import MemberLeft, Policy, Stage
from tests.services.screening.screening_team import a_record, alone, joined
from tests.services.screening.wired_team import WiredTeam

pytestmark = pytest.mark.slow

RECO = (5_099, 817, 414, 172)
STAGES = (
    Stage(name="title_abstract_1", policy=Policy(kind="dual")),
    Stage(
        name="title_abstract_2", source="title_abstract_1", main=False,
        policy=Policy(kind="sample", share=0.2),
    ),
    Stage(name="full_text", source="title_abstract_1", policy=Policy(kind="sample", share=0.1)),
)  # fmt: skip
PEOPLE = ("ann", "ben", "cleo", "dora", "emil", "fay")
RESOLVERS = ("rita", "owner")  # an owner may resolve too
NOTE = re.compile(r"<<(\w+) (\w+) (\w+)>>")
ABOUT = ("housing outreach homeless integrated care team", "valve surgery trial dose outcome lab")


def library(chance, sizes):
    """Records whose words tell a little of what they are about."""
    for i in range(sizes[0]):
        words = [chance.choice(ABOUT[i >= sizes[1]].split()) for _ in range(6)]
        words += [chance.choice(" ".join(ABOUT).split()) for _ in range(6)]
        yield a_record(f"r{i:04}", title=" ".join(words[:4]), abstract=" ".join(words))


class Simulation:
    """The team at work, and the reader of all that they are shown."""

    def __init__(self, team, chance, sizes):
        self.team, self.chance = team, chance
        self.wanted = dict(zip((stage.name for stage in STAGES), sizes[1:], strict=True))
        self.present = list(PEOPLE)
        self.votes = defaultdict(dict)
        self.complete, self.conflicts = set(), set()
        self.read = 0

    def truth(self, stage, record):
        """The right verdict: at each stage the first so many of the library."""
        return "include" if int(record[1:]) < self.wanted[stage] else "exclude"

    async def ask(self, *request, by, **more):
        """Send a request and read its answer for votes that it must not show."""
        answer = await self.team.ask(*request, by=by, **more)
        self.read_answer(by, self.team.after_open_votes.pop()[-1])
        return answer

    def read_answer(self, by, text):
        """A note may be seen by its voter, after settlement by all, in conflict by resolvers."""
        self.read += 1
        for person, record, stage in NOTE.findall(text):
            settled = (stage, record) in self.complete
            to_resolve = by in RESOLVERS and (stage, record) in self.conflicts
            assert by == person or settled or to_resolve, f"{by} sees {person} on {record}"

    async def screen(self, stage):
        """Everybody takes pages from the queue until nothing waits."""
        turns = 0
        while (await self.flow(stage))["open"]:
            turns += 1
            await self.turn(stage, self.chance.choice(self.present))
            if turns % 12 == 0:
                await self.team.work()
                await self.look_around(stage)
            assert turns < 400
        await self.resolve(stage)

    async def turn(self, stage, person):
        """One person judges a page of their queue, one page in ten by single requests."""
        page = await self.ask("GET", f"/stages/{stage}/queue?limit=200", by=person)
        decisions = [self.decision(stage, person, i["record"]) for i in page["items"]]
        step = 200 if self.chance.random() < 0.9 else 40
        for start in range(0, len(decisions), step):
            body = {"decisions": decisions[start : start + step]}
            answer = await self.ask("POST", f"/stages/{stage}/decisions", body, by=person)
            for result in answer["results"]:
                assert result["refused"] is None
                self.note_state(stage, result)

    def decision(self, stage, person, record):
        """The right verdict, but for one voter in twenty who errs where nobody erred yet."""
        right = self.truth(stage, record)
        held = self.votes[stage, record]
        errs = self.chance.random() < 0.05 and len(held) == 1 and right in held.values()
        verdict = {"include": "exclude", "exclude": "include"}[right] if errs else right
        held[person] = verdict
        return {"record": record, "verdict": verdict, "note": f"<<{person} {record} {stage}>>"}

    def note_state(self, stage, result):
        key = (stage, result["record"])
        if result["state"] == "settled":
            self.complete.add(key)
            self.conflicts.discard(key)
        elif result["state"] == "conflict":
            self.conflicts.add(key)

    async def resolve(self, stage):
        """Rita sees both votes of each conflict and resolves it; the others see the record only."""
        while True:
            path = f"/stages/{stage}/conflicts"
            items = (await self.ask("GET", f"{path}?limit=500", by="rita"))["items"]
            if not items:
                return
            seen = (await self.ask("GET", f"{path}?limit=500", by=self.present[0]))["items"]
            assert all(item["votes"] is None for item in seen)
            for item in items:
                assert len(item["votes"]) == 2
                body = {"verdict": self.truth(stage, item["record"]), "note": "criterion 2"}
                resolution = f"{path}/{item['record']}/resolution"
                self.note_state(stage, await self.ask("POST", resolution, body, by="rita"))

    async def look_around(self, stage):
        """Everybody opens everything."""
        pages = ("decisions?limit=1000", "conflicts", "agreement", "progress", "stopping",
                 "settlements", "ranking", "reconsider")  # fmt: skip
        looked_at = self.chance.choice([k[1] for k in self.votes if k[0] == stage])
        for by in (*self.present, "rita", "owner"):
            for page in (*pages, f"records/{looked_at}"):
                await self.ask("GET", f"/stages/{stage}/{page}", by=by)

    async def leave(self, person):
        await self.team.hear(MemberLeft(review_id="rev", person_id=person))
        self.present.remove(person)

    async def flow(self, stage):
        answer = await self.ask("GET", "/flow", by="owner")
        return next(s for s in answer["stages"] if s["stage"] == stage)


async def everything(simulation, by, stage="title_abstract_1"):
    """All that a person can read of a stage."""
    pages = ("queue?limit=200", "decisions", "conflicts", "agreement", "progress", "stopping",
             "settlements", "ranking", "reconsider")  # fmt: skip
    answers = [await simulation.ask("GET", f"/stages/{stage}/{p}", by=by) for p in pages]
    return [*answers, await simulation.ask("GET", "/flow", by=by)]


async def nothing_tells_of_a_first_vote(simulation):
    """What all others can read is the same before and after it; so is the outbox."""
    team, stage = simulation.team, "title_abstract_1"
    others = (*simulation.present[1:], "rita", "owner")
    await team.work()
    before = {by: await everything(simulation, by) for by in others}
    events = len(await team.outbox())
    voter = simulation.present[0]
    page = await simulation.ask("GET", f"/stages/{stage}/queue?limit=1", by=voter)
    record = page["items"][0]["record"]
    assert not simulation.votes[stage, record]
    body = {"decisions": [simulation.decision(stage, voter, record)]}
    await simulation.ask("POST", f"/stages/{stage}/decisions", body, by=voter)
    assert len(await team.outbox()) == events
    await team.work()
    assert {by: await everything(simulation, by) for by in others} == before


def read_events(envelopes, simulation):
    """No event holds a note; where two judged none names the last voter; day counts no one."""
    kinds = Counter()
    for body in envelopes:
        event = json.loads(body)
        name = event["type"].split(".")[2]
        kinds[name] += 1
        assert b"<<" not in body
        if name == "decision_made":
            data = json.dumps(event)
            assert not re.search(r"\br\d{4}\b", data)
            assert not any(person in data for person in PEOPLE)
        if name == "conflict_opened":
            assert set(event["data"]) <= {
                "review_id", "settlement_id", "record_id", "stage", "changed",
            }  # fmt: skip
        if name in ("conflict_opened", "record_settled"):
            dual = len(simulation.votes[event["data"]["stage"], event["data"]["record_id"]]) == 2
            assert not dual or event.get("actorid") in (None, "rita")
    return kinds


async def test_a_team_of_six_screens_recos_review_blind_and_the_flow_adds_up(sqlite_storage):
    async with alone(sqlite_storage, stages=STAGES, records=()) as team:
        await _screen_all(team, RECO)


async def test_the_same_team_is_blind_on_postgresql_and_on_the_wire(rabbit_storage):
    async with alone(rabbit_storage, stages=STAGES, records=(), kind=WiredTeam) as team:
        await _screen_all(team, RECO)


async def _screen_all(team, sizes, seed=2024):
    """Six people, two of whom leave, screen everything; all that is shown and said is read."""
    chance = random.Random(seed)
    await team.hear(*(joined(p, "reviewer") for p in PEOPLE))
    await team.hear(*library(chance, sizes))
    simulation = Simulation(team, chance, sizes)
    await nothing_tells_of_a_first_vote(simulation)
    for _ in range(15):
        await simulation.turn("title_abstract_1", chance.choice(simulation.present))
    await simulation.leave("emil")
    for _ in range(15):
        await simulation.turn("title_abstract_1", chance.choice(simulation.present))
    await simulation.leave("fay")
    for stage in STAGES:
        await simulation.screen(stage.name)
    await team.work()
    await _the_flow_adds_up(simulation, sizes)
    await _agreement_is_that_of_an_independent_calculation(simulation)
    kinds = read_events(await team.told(), simulation)
    assert kinds["record_settled"] == sizes[0] + 2 * sizes[1]
    assert kinds["conflict_opened"] > sizes[0] // 50
    assert simulation.read > 250


async def _the_flow_adds_up(simulation, sizes):
    for stage in STAGES:
        flow = await simulation.flow(stage.name)
        assert flow["pool"] == sizes[stage.source is not None]
        assert flow["include"] == simulation.wanted[stage.name]
        assert flow["include"] + flow["exclude"] + flow["waiting"] == flow["pool"]
        assert (flow["waiting"], flow["open"]) == (flow["maybe"], 0)
        assert (flow["conflict"], flow["automation"]) == (0, 0)


async def _agreement_is_that_of_an_independent_calculation(simulation):
    for stage in STAGES:
        pairs = [
            [verdict for _, verdict in sorted(held.items())]
            for (name, _), held in simulation.votes.items()
            if name == stage.name and len(held) == 2
        ]
        first, second = zip(*pairs, strict=True)
        same = sum(a == b for a, b in pairs) / len(pairs)
        shown = await simulation.ask("GET", f"/stages/{stage.name}/agreement", by="owner")
        assert shown["records"] == len(pairs)
        assert shown["percent"]["value"] == pytest.approx(same)
        assert shown["kappa"]["value"] == pytest.approx(cohen_kappa_score(first, second))
        assert shown["pabak"]["value"] == pytest.approx(2 * same - 1)
        assert sum(sum(row) for row in shown["table"]) == len(pairs)
