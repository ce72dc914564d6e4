"""Siblings and kin are proposed by rounds, confirmed by people, and told to the study map."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.search.cluster.handlers.relations import (
    DecideRelation,
    confirmed_around,
    decide_relation,
)
from services.search.cluster.store import relations
from services.search.library.handlers import curation
from shared.http.problems import Invalid
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    START,
    approve,
    data_of,
    find_gap,
    keep,
    pearl,
    plan,
    round_,
    settle,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review


@pytest_asyncio.fixture
async def living(settings: Settings) -> AsyncIterator[Living]:
    async with living_review(settings, harness.around_the_pearls(), START) as review:
        await find_gap(review)
        yield review


async def proposed(living: Living, state: str | None = None) -> list[Any]:
    return list(await living.db.read(lambda tx: relations.page(tx, REVIEW, state=state)))


async def decide(living: Living, a: str, b: str, state: str, kind: str = "sibling") -> Any:
    command = DecideRelation(review_id=REVIEW, a=a, b=b, kind=kind, state=state, reason="read both")
    return await living.db.write(lambda tx: decide_relation(command, tx))


async def test_a_round_proposes_siblings_and_kin_once_and_links_nothing(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one)
    await living.work()
    ids = {row["id"]: pmid for pmid, row in (await living.records()).items()}
    rows = await proposed(living)
    assert {ids[row["b"]]: (row["kind"], row["state"]) for row in rows} == {
        "16": ("sibling", "proposed"),
        "17": ("sibling", "proposed"),
        "13": ("kinship", "proposed"),
    }
    assert await data_of(living, "relation_decided") == []


async def test_an_excluded_record_that_is_offered_again_is_proposed_as_a_sibling(
    living: Living,
) -> None:
    one, two = await keep(living, pearl(1), pearl(3, title="Staff", trial_ids=("NCT00000001",)))
    await settle(living, two, "exclude")
    await plan(living, one, steps=("recheck",))
    (row,) = await proposed(living)
    assert (row["a"], row["b"], row["kind"]) == (one, two, "sibling")


async def test_people_confirm_refuse_and_name_relations_and_each_decision_is_told(
    living: Living,
) -> None:
    one, two, three = await keep(living, pearl(1), pearl(2), pearl(3, title="Third"))
    await decide(living, one, two, "confirmed", "kinship")
    await decide(living, two, one, "confirmed", "kinship")
    await decide(living, two, one, "confirmed", "sibling")
    await decide(living, one, three, "refused")
    told = await data_of(living, "relation_decided")
    assert [(each["kind"], each["confirmed"]) for each in told] == [
        ("kinship", True), ("sibling", True), ("sibling", False),
    ]  # fmt: skip
    assert told[0]["records"] == sorted((one, two))
    assert len(await proposed(living)) == 2
    with pytest.raises(Invalid, match="two records"):
        await decide(living, one, one, "confirmed")
    with pytest.raises(Invalid, match="two records"):
        await decide(living, one, "none", "confirmed")


async def test_a_confirmed_relation_is_a_new_seed_of_step_12_also_after_a_merge(
    living: Living,
) -> None:
    one, kin, twin = await keep(living, pearl(2), pearl(1), pearl(21, pmid=None, title="A twin"))
    await decide(living, one, kin, "confirmed", "kinship")
    survivor = await living.db.write(
        lambda tx: curation.merge_records(tx, REVIEW, kin, twin, "one", "ann")
    )
    around = await living.db.read(lambda tx: confirmed_around(tx, REVIEW, [one]))
    assert list(around) == [survivor]
    await approve(living, one, steps=("related",))
    await living.work()
    related = (await round_(living))["steps"]["related"]
    assert related["links"] == [[survivor, "1"]]
    assert related["new"] == 3
