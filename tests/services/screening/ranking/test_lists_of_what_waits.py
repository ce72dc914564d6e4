"""The ranker is told of a stage what came since, and what it has is always what waits there."""

import json
from random import Random

import pytest

from services.screening.decisions.store import changes, entries
from services.screening.ranking import store
from services.screening.ranking.adapters.process import ProcessRanker, RankingResources
from services.screening.ranking.ports import ForgottenReview, RankingTask
from services.screening.stages.domain.record_text import RecordText
from shared.events.search import RecordAmended, RecordState
from tests.services.screening.screening_team import (
    REVIEW,
    RankerInThisProcess,
    a_record,
    alone,
    merged,
    split,
)

STAGES = ("title", "mapping", "full_text")


class Recording(RankerInThisProcess):
    """Remembers of which tasks the list was told in full, and the order of each stage."""

    def __init__(self):
        super().__init__()
        self.told_in_full, self.orders = [], {}

    async def rank(self, task):
        self.told_in_full.append(task.waiting is not None)
        done = await super().rank(task)
        self.orders[task.stage] = [record for record, *_ in done.places]
        return done


async def rank(team):
    """Rank what is due; where the ranker takes its list to be current, it and the order are."""
    await team.work()
    ranker = team.running.context.resources.ranker
    for stage in STAGES:
        now = await team.db.read(lambda tx, stage=stage: changes.changes(tx, REVIEW, stage))
        if ranker.listed(REVIEW, stage) == now:
            waiting, order = await team.db.read(lambda tx, stage=stage: as_kept(tx, stage))
            assert set(ranker.libraries[REVIEW].waiting[stage]) == waiting
            assert ranker.orders[stage] == order


async def as_kept(tx, stage):
    """What waits at a stage as it is listed in full, and in the order in which it is offered."""
    both = await entries.entries_of_stage(tx, REVIEW, stage, "open", "maybe")
    listed = json.loads(await store.waiting(tx, REVIEW, stage))
    return set(listed), [entry.record_id for entry in both]


async def test_imports_tell_only_what_came(storage):
    ranker = Recording()
    async with alone(storage, ranker=ranker) as team:
        await rank(team)
        for n in range(3):
            await team.hear(*(a_record(f"new{n}{i}") for i in range(4)))
            await rank(team)
            assert len(ranker.last_task.came) == 4
        assert ranker.told_in_full == [True, False, False, False]
        await team.agree("r1", "include")
        await rank(team)
        assert ranker.told_in_full[4:] == [True] * 3, "one at each stage"
        assert "r1" not in ranker.libraries[REVIEW].waiting["title"]
        assert list(ranker.libraries[REVIEW].waiting["full_text"]) == ["r1"]


async def test_places_written_elsewhere_make_the_list_be_told_in_full(storage):
    ranker = Recording()
    async with alone(storage, ranker=ranker) as team:
        await rank(team)
        mine = team.running.context.resources
        await team.hear(a_record("new"))
        team.running.context.resources = RankingResources(ranker=Recording())
        await team.work()
        team.running.context.resources = mine
        await team.hear(a_record("newer"))
        await rank(team)
        assert ranker.told_in_full == [True, True]
        assert {"new", "newer"} <= set(ranker.libraries[REVIEW].waiting["title"])


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_the_list_is_what_waits(storage, seed):
    dice = Random(seed)
    ranker = Recording()
    async with alone(storage, ranker=ranker) as team:
        events = []
        for step in range(30):
            await _something_happens(team, dice, step, events)
            if dice.random() < 0.6:
                await rank(team)
        await rank(team)
        assert not all(ranker.told_in_full)


async def _something_happens(team, dice, step, events):
    ids = [e.record.record_id for e in events] or ["r1"]
    one, other = dice.choice(ids), dice.choice(["r2", "r3", *ids])
    match dice.choice(("add", "add", "add", "amend", "remove", "merge", "split", "vote", "again")):
        case "add":
            events.append(a_record(f"n{step}"))
            await team.hear(events[-1])
        case "amend" | "remove" as what:
            state = RecordState(record_id=one, title=f"T{step}", removed=what == "remove")
            await team.hear(RecordAmended(review_id=REVIEW, record=state))
        case "merge" if one != other:
            await team.hear(merged(other, one))
        case "split" if one != other:
            await team.hear(split(other, one))
        case "vote" if offered := await team.queue("ann"):
            await team.agree(dice.choice(offered), dice.choice(("include", "exclude")))
        case "again" if events:
            await team.hear(*events, version=1)


def task(waiting, came=()):
    return RankingTask(
        review_id="rev", stage="s", waiting=waiting, came=came, replaced=["a", "b"], labels=[]
    )


async def test_the_process_adds_to_its_list_and_says_when_it_has_none():
    texts = [(name, 1, RecordText(title=f"Title {name}")) for name in "abc"]

    async def parts():
        yield texts

    ranker = ProcessRanker()
    try:
        await ranker.learn("rev", parts())
        assert ranker.listed("rev", "s") is None
        first = await ranker.rank(task('["a", "b"]'))
        ranker.keep_list("rev", "s", 5)
        assert (first.records, ranker.listed("rev", "s")) == (2, 5)
        assert ranker.listed("rev", "other") is None
        more = await ranker.rank(task(None, ["c"]))
        assert more.records == 3
        assert ranker.listed("rev", "s") is None, "not until its places are kept"
        assert await ranker.rank(task('["a", "b", "c"]')) == more
        ranker.keep_list("rev", "s", 6)
        with pytest.raises(ForgottenReview):
            await ranker.rank(RankingTask(review_id="rev", stage="other", waiting=None, labels=[]))
        assert ranker.listed("rev", "s") is None
    finally:
        ranker.close()
