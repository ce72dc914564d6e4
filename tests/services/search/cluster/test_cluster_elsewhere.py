"""Citations are asked of the optional sources that are on, and what they find is united."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.search.cluster.domain.method import what_remains
from services.search.cluster.domain.round import Options
from services.search.cluster.handlers.steps import approve_step
from services.search.connectors.client.access import Connectors
from services.search.library.store.sources import of_records, routes_of
from services.search.tables import records
from shared.http.problems import Invalid
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    GAP,
    START,
    find_gap,
    keep,
    pearl,
    round_,
    run_queries,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review
from tests.support.connectors import Sent
from tests.support.jobs import rows as job_rows

DOI = "10.1000/1"
ALL = ("crossref", "europe_pmc", "openalex")


@pytest_asyncio.fixture
async def living(settings: Settings, connectors: Connectors) -> AsyncIterator[Living]:
    corpus = harness.around_the_pearls()
    corpus.amend(12, date(2025, 12, 2), doi="10.1000/4", authors=(("Curie", "Ada"),))
    async with living_review(settings, corpus, START, connectors=connectors) as review:
        await find_gap(review)
        yield review


async def approve(living: Living, *pearls: str, on: tuple[str, ...] = ALL, **options: Any) -> None:
    """Approve the step while these sources are on, and its queries."""
    chosen = Options(**options)
    await living.db.write(lambda tx: approve_step(tx, REVIEW, GAP, pearls, "why", chosen, on))
    await run_queries(living)


async def routes(living: Living, title: str) -> list[str]:
    """How the record of a title came into the library, in words."""
    rows = await living.db.read(lambda tx: tx.execute(select(records.c.id, records.c.title)))
    (record_id,) = (row.id for row in rows if row.title == title)
    said = await living.db.read(lambda tx: of_records(tx, REVIEW, [record_id]))
    found = await living.db.read(lambda tx: routes_of(tx, REVIEW, list(said[record_id])))
    return [str(route["how"]) for routes in found.values() for route in routes]


async def test_citations_of_every_source_are_united_and_each_is_named(living: Living) -> None:
    (one,) = await keep(living, pearl(1, doi=DOI, links=(), references=()))
    await approve(living, one, steps=("cited_by",))
    await living.work()
    step = (await round_(living))["steps"]["cited_by"]
    assert (step["state"], step["retrieved"], step["new"]) == ("done", 2, 2)
    assert step["sources"] == {"Europe PMC": 1, "OpenAlex": 2, "PubMed": 1}
    titles = {row["title"] for row in (await living.records()).values()}
    assert {"What carers said of the visits.", "A chapter that cites the trial"} <= titles
    said = await routes(living, "What carers said of the visits.")
    assert said == ["CLUSTER round 1: cites 1 (step 5; PubMed, Europe PMC and OpenAlex)"]


async def test_a_pearl_without_a_pmid_is_asked_for_by_its_doi(living: Living) -> None:
    without = pearl(1, pmid=None, doi=DOI, links=(), references=())
    (one,) = await keep(living, without, source="embase")
    await approve(living, one, steps=("references", "cited_by"))
    await living.work()
    steps = (await round_(living))["steps"]
    assert steps["references"]["sources"] == {"Crossref": 2, "Europe PMC": 1, "OpenAlex": 1}
    assert steps["cited_by"]["retrieved"] == 2
    assert not living.eutils.calls("elink")
    assert await routes(living, "A report that PubMed lacks")


async def test_what_one_article_is_called_by_two_sources_counts_once(living: Living) -> None:
    """Crossref names a DOI, the others a PMID."""
    (one,) = await keep(living, pearl(1, doi=DOI, links=(), references=()))
    await approve(living, one, steps=("references",))
    await living.work()
    seen = await round_(living)
    titles = [row["title"] for row in (await living.records()).values()]
    assert titles.count("A survey of gardens and wards.") == 1
    assert seen["total"]["new"] == len(titles) - 1


async def test_nobody_is_asked_before_people_approve_and_only_those_that_were_chosen(
    living: Living, standing: dict[str, Any]
) -> None:
    (one,) = await keep(living, pearl(1, doi=DOI))
    chosen = Options(steps=("cited_by",), sources=("openalex",))
    await living.db.write(lambda tx: approve_step(tx, REVIEW, GAP, [one], "why", chosen, ALL))
    (asked,) = (await round_(living))["steps"]["cited_by"]["elsewhere"]
    assert asked["words"] == "what cites PMID 1 at OpenAlex"
    assert not any(fake.seen for fake in standing.values())
    await run_queries(living)
    await living.work()
    assert standing["openalex"].seen
    assert not standing["europe_pmc"].seen + standing["crossref"].seen


async def test_a_source_that_is_off_is_refused_in_words(living: Living) -> None:
    (one,) = await keep(living, pearl(1, doi=DOI))
    with pytest.raises(Invalid, match="OpenAlex is not asked here: set RETRODUCT_OPENALEX_URL"):
        await approve(living, one, on=("crossref",), sources=("openalex",))


async def test_a_source_that_fails_is_asked_again_and_the_others_are_not(
    living: Living, standing: dict[str, Any]
) -> None:
    (one,) = await keep(living, pearl(1, doi=DOI, links=(), references=()))
    standing["europe_pmc"].faults += [Sent(503, "down")] * 2
    await approve(living, one, steps=("cited_by",))
    await living.work()
    stopped = await round_(living)
    assert stopped["state"] == "waiting"
    assert "Europe PMC" in stopped["troubles"][-1]["why"]
    links, openalex = len(living.eutils.calls("elink")), len(standing["openalex"].seen)
    await living.until(START + timedelta(hours=3))
    ended = await round_(living)
    assert ended["state"] == "succeeded"
    assert ended["steps"]["cited_by"]["sources"] == {"Europe PMC": 1, "OpenAlex": 2, "PubMed": 1}
    assert len(living.eutils.calls("elink")) == links
    assert len(standing["openalex"].seen) == openalex


async def test_a_budget_that_is_used_up_waits_until_there_is_more(
    living: Living, standing: dict[str, Any]
) -> None:
    (one,) = await keep(living, pearl(1, doi=DOI, links=(), references=()))
    standing["openalex"].answer.dollars = 0.0
    await approve(living, one, steps=("cited_by",))
    await living.work()
    assert "used up" in (await round_(living))["troubles"][-1]["why"]
    due = [row.not_before for row in await living.db.read(job_rows) if row.name == "cluster_round"]
    assert max(due) > living.clock.now()
    standing["openalex"].answer.dollars = 1.0
    await living.until(START + timedelta(hours=30))
    ended = await round_(living)
    assert (ended["state"], ended["steps"]["cited_by"]["sources"]["OpenAlex"]) == ("succeeded", 2)


async def test_a_source_that_never_answers_is_told_and_the_round_ends_without_it(
    living: Living, standing: dict[str, Any]
) -> None:
    (one,) = await keep(living, pearl(1, doi=DOI, links=(), references=()))
    standing["europe_pmc"].faults += [Sent(503, "down")] * 200
    await approve(living, one, steps=("cited_by",))
    await living.until(START + timedelta(hours=30))
    ended = await round_(living)
    step = ended["steps"]["cited_by"]
    assert (ended["state"], step["state"], step["unanswered"]) == (
        "succeeded", "done", ["Europe PMC"],
    )  # fmt: skip
    assert any("Europe PMC was not heard" in note for note in step["notes"])
    assert "No answer to 5 What cites the pearls" in ended["closing"]
    assert step["retrieved"] == 2


def test_a_pearl_says_which_steps_remain_with_the_sources_that_are_on() -> None:
    by_doi = what_remains(pearl(1, pmid=None, doi=DOI, links=()), Options(), ("openalex",))
    assert "no PMID, only a DOI" in by_doi
    assert "steps 2, 3, 4, 5" in by_doi
    assert by_doi.endswith("By its DOI OpenAlex can be asked.")
    alone = what_remains(pearl(1, pmid=None, doi=DOI, links=()), Options())
    assert "cannot take steps 2 and 5" in alone
    nothing = what_remains(pearl(1, pmid=None, links=()), Options(), ("openalex",))
    assert "neither a PMID nor a DOI" in nothing
    assert "cannot take steps 2 and 5" in nothing
