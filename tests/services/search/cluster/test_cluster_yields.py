"""What rounds of CLUSTER searching bring: budgets, yields, siblings, and a reason to close."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.search.cluster.handlers import steps as steps_handlers
from services.search.cluster.store import rounds
from services.search.library.handlers import curation
from services.search.living.handlers import event_handlers
from services.search.tables import settlements
from shared.http.problems import Conflict
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    GAP,
    START,
    again,
    approve,
    data_of,
    find_gap,
    found,
    keep,
    pearl,
    round_,
    settle,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review
from tests.support.eutils import Corpus

STAYING = timedelta(hours=3)


@pytest.fixture
def corpus() -> Corpus:
    return harness.around_the_pearls()


@pytest_asyncio.fixture
async def living(settings: Settings, corpus: Corpus) -> AsyncIterator[Living]:
    async with living_review(settings, corpus, START) as review:
        await find_gap(review)
        yield review


async def test_what_exceeds_the_budget_is_told_and_comes_with_the_next_round(
    living: Living,
) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(living, one, two, steps=("references", "cited_by"), budget=1)
    await living.work()
    seen = await round_(living)
    assert (seen["total"]["retrieved"], seen["total"]["new"], seen["total"]["beyond"]) == (3, 1, 2)
    assert "Beyond the budget: 2" in seen["closing"]
    (said,) = await data_of(living, "cluster_round_finished")
    assert said["warnings"] == ["Beyond the budget and not brought in: 2."]
    assert await found(living, 1, "kept") == {"references": {"12"}}
    await again(living, one, two, steps=("references", "cited_by"))
    await living.work()
    seen = await round_(living, 2)
    assert (seen["total"]["new"], seen["total"]["known"], seen["total"]["beyond"]) == (2, 1, 0)


async def test_a_budget_of_nothing_only_looks(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, budget=0)
    await living.work()
    seen = await round_(living)
    assert (seen["state"], seen["total"]["new"]) == ("succeeded", 0)
    assert seen["total"]["beyond"] == seen["total"]["retrieved"] > 0
    assert not seen["may_close"]
    assert (await living.counts())["search.record_added"] == 1


async def test_a_record_that_the_library_has_gets_a_route_and_costs_no_budget(
    living: Living,
) -> None:
    one, known = await keep(living, pearl(1), pearl(15, title="What carers said of the visits."))
    await approve(living, one, steps=("cited_by",), budget=0)
    await living.work()
    seen = await round_(living)
    assert (seen["total"]["known"], seen["total"]["new"], seen["total"]["beyond"]) == (1, 0, 0)
    amended = (await data_of(living, "record_amended"))[-1]["record"]
    assert amended["record_id"] == known
    hows = {route["how"] for route in amended["routes"]}
    assert hows == {"", "CLUSTER round 1: cites 1 (step 5)"}


async def test_a_hit_that_is_a_known_record_under_another_name_is_merged_into_it(
    living: Living,
) -> None:
    embase = pearl(
        0,
        pmid=None,
        title="What carers said of the visits.",
        authors=(harness.Author(family="Castell", given="Chloe"),),
        year=2020,
        journal="Journal of Invented Results",
        volume="1",
        pages="1-9",
    )
    (known,) = await keep(living, embase, source="embase")
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    await living.work()
    seen = await round_(living)
    assert (seen["total"]["known"], seen["total"]["new"]) == (1, 0)
    hits = await living.db.read(lambda tx: rounds.hits_of(tx, (REVIEW, GAP, 1)))
    assert [hit["record_id"] for hit in hits] == [known]


async def test_siblings_are_proposed_and_nothing_is_linked(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one)
    await living.work()
    ids = {row["id"]: pmid for pmid, row in (await living.records()).items()}
    told = {
        ids[each["record_id"]]: (each["score"], each["why"])
        for each in (await round_(living))["siblings"]
    }
    assert told["16"] == (1.0, "the same trial (NCT00000001)")
    assert told["17"] == (0.8, "the same grant (r01-mh-7) and an author in common")
    assert set(told) == {"16", "17"}


async def test_the_yield_follows_screening(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("references", "cited_by"))
    await living.work()
    records = await living.records()
    seen = await round_(living)
    assert (seen["total"]["waiting"], seen["may_close"]) == (3, False)
    assert "Waiting for screening: 3" in seen["closing"]
    await settle(living, records["15"]["id"], "include")
    await settle(living, records["11"]["id"], "exclude")
    seen = await round_(living)
    counted = {name: seen["total"][name] for name in ("included", "excluded", "waiting")}
    assert counted == {"included": 1, "excluded": 1, "waiting": 1}
    assert seen["steps"]["cited_by"]["included"] == 1
    assert "Passed screening: 1 of" in seen["closing"]


async def test_a_round_whose_records_all_fail_screening_is_a_reason_to_close_and_people_close(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    await living.work()
    await settle(living, (await living.records())["15"]["id"], "exclude")
    seen = await round_(living)
    assert seen["may_close"]
    assert "none of the new records passed" in seen["closing"]
    step = await living.db.read(lambda tx: event_handlers.reviews.step_of(tx, REVIEW, GAP))
    assert step is not None
    assert step["state"] == "approved"
    closed = await living.db.write(
        lambda tx: steps_handlers.close_step(tx, REVIEW, GAP, "saturated")
    )
    assert closed["state"] == "done"
    assert closed["detail"]["decision"]["closed"]["reason"] == "saturated"
    assert closed["detail"]["decision"]["pearls"] == [one]
    again_ = await living.db.write(lambda tx: steps_handlers.close_step(tx, REVIEW, GAP, "again"))
    assert again_ == closed
    with pytest.raises(Conflict, match="only an approved step"):
        await again(living, one)


async def test_the_event_is_a_whole_snapshot_of_the_round_and_its_cluster(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    await living.work()
    await again(living, one, steps=("cited_by", "references", "recheck"))
    await living.work()
    first, second = await data_of(living, "cluster_round_finished")
    assert (first["cluster_id"], first["round"], first["yields"]) == (GAP, 1, [["cited_by", 1]])
    assert (second["theory_id"], second["pearls"], second["budget"]) == ("PT1", [one], 200)
    assert [total["new"] for total in second["rounds"]] == [1, 2]
    steps = {step["step"]: step for step in second["steps"]}
    assert (steps["cited_by"]["known"], steps["references"]["new"]) == (1, 2)
    assert second["succeeded"]


async def test_a_record_that_was_absorbed_counts_as_its_survivor(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("references",))
    await living.work()
    records = await living.records()
    hits = await living.db.read(lambda tx: rounds.hits_of(tx, (REVIEW, GAP, 1)))
    ids = {hit["pmid"]: hit["record_id"] for hit in hits}

    async def merge(tx: Any) -> str:
        return await curation.merge_records(tx, REVIEW, ids["11"], ids["12"], "one", "ann")

    survivor = await living.db.write(merge)
    assert survivor in {row["id"] for row in records.values()}
    await settle(living, survivor, "include")
    total = (await round_(living))["total"]
    assert (total["new"], total["included"], total["waiting"]) == (1, 1, 0)


async def test_a_later_round_offers_no_record_again_that_an_earlier_one_offered(
    living: Living,
) -> None:
    relative = pearl(30, title="Staff views", authors=pearl(1).authors[:2])
    one, other = await keep(living, pearl(1), relative)
    await settle(living, other, "exclude")
    step = await approve(living, one, steps=("recheck",))
    assert set(step["detail"]["decision"]["offered"]) == {other}
    assert (await round_(living))["steps"]["recheck"]["offered"] == 1
    await again(living, one, steps=("recheck",))
    assert (await round_(living, 2))["steps"]["recheck"]["offered"] == 0
    assert (await living.counts())["search.rescreen_suggested"] == 1
    rows = await living.db.read(lambda tx: tx.execute(settlements.select()))
    assert [row.verdict for row in rows] == ["exclude"]


async def test_approving_twice_starts_one_round(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    first = await approve(living, one, steps=("cited_by",))
    assert await approve(living, one, steps=("cited_by",)) == first
    await living.work()
    assert await approve(living, one, steps=("cited_by",), budget=3) == first
    assert len(await living.db.read(lambda tx: rounds.of_step(tx, REVIEW, GAP))) == 1


async def test_one_round_of_a_cluster_is_open_at_a_time(living: Living) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(living, one, steps=("cited_by",))
    assert await again(living, one, steps=("cited_by",)) == 1
    with pytest.raises(Conflict, match="Round 1 has not ended"):
        await again(living, two, steps=("cited_by",))
    with pytest.raises(Conflict, match="Round 1 has not ended"):
        await living.db.write(lambda tx: steps_handlers.close_step(tx, REVIEW, GAP, "enough"))
