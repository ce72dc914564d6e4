"""Steps that search are asked of every optional source that can serve them, in its own words."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.search.cluster.domain.round import Options
from services.search.cluster.handlers.steps import approve_step
from services.search.connectors.client.access import Connectors
from services.search.tables import records
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    GAP,
    ORCID,
    START,
    find_gap,
    keep,
    pearl,
    round_,
    run_queries,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review
from tests.support.connectors import Sent, Work

ALL = ("crossref", "europe_pmc", "openalex")
DOI = "10.1000/1"
GRANT = {"grants": ("R01-MH-7",)}
RADIUM = "Radiant elements and what they do to wards."
WORKS = [
    Work(number=1, doi=DOI, pmid="1", title="Outreach in the OUTPOST trial.", orcid=ORCID, **GRANT),
    Work(number=2, doi="10.1000/2", title="A thesis on doors", orcid=ORCID),
    Work(number=3, doi="10.1000/3", title="A report to the funder", only=("crossref",), **GRANT),
    Work(number=4, doi="10.1000/4", title="A preprint of OUTPOST", only=("europe_pmc", "openalex")),
    Work(number=14, doi="10.1000/14", pmid="14", title=RADIUM, orcid=ORCID, year=2021),
]


@pytest.fixture
def works(request: pytest.FixtureRequest) -> list[Work]:
    """What the stand-ins know; a test may name more."""
    return [*WORKS, *getattr(request, "param", ())]


@pytest_asyncio.fixture
async def living(settings: Settings, connectors: Connectors) -> AsyncIterator[Living]:
    corpus = harness.around_the_pearls()
    corpus.amend(14, date(2025, 12, 2), doi="10.1000/14", title=RADIUM, authors=(("Curie", "Ada"),))
    async with living_review(settings, corpus, START, connectors=connectors) as review:
        await find_gap(review)
        yield review


async def plan(living: Living, *steps: str, **options: Any) -> None:
    """Approve the step around the first pearl; its queries wait."""
    (one,) = await keep(living, pearl(1, doi=DOI, links=(), references=()))
    chosen = Options(steps=steps, **options)
    await living.db.write(lambda tx: approve_step(tx, REVIEW, GAP, [one], "why", chosen, ALL))


async def carry_out(living: Living, *steps: str, **options: Any) -> dict[str, Any]:
    """Plan, approve and carry out a round; the round."""
    await plan(living, *steps, **options)
    await run_queries(living)
    await living.work()
    return await round_(living)


async def titles(living: Living) -> list[str]:
    """Titles of the library, in order."""
    rows = await living.db.read(lambda tx: tx.execute(select(records.c.title)))
    return sorted(row.title for row in rows)


async def test_every_query_is_shown_with_its_source_before_anybody_is_asked(
    living: Living, standing: dict[str, Any]
) -> None:
    await plan(living, "lead_author", "project", acronym="OUTPOST")
    steps = (await round_(living))["steps"]
    assert [one["words"] for one in steps["lead_author"]["elsewhere"]] == [
        f"Crossref: orcid:{ORCID}",
        f'Europe PMC: AUTHORID:"{ORCID}"',
        f"OpenAlex: authorships.author.orcid:{ORCID}",
    ]
    asked = [one["words"] for one in steps["project"]["elsewhere"]]
    assert "Crossref: award.number:R01-MH-7" in asked
    assert "Europe PMC: TITLE_ABS:OUTPOST" in asked
    assert "OpenAlex: search.title_and_abstract:OUTPOST" in asked
    assert not any(fake.seen for fake in standing.values())


async def test_what_a_source_has_no_words_for_is_told_with_the_step(living: Living) -> None:
    await plan(living, "project", acronym="OUTPOST")
    (note,) = [n for n in (await round_(living))["steps"]["project"]["notes"] if "Crossref" in n]
    assert note == (
        "Crossref cannot be asked for NCT00000001 [si]; Outpost Group [cn]; OUTPOST [tiab]: "
        "look there by hand."
    )


async def test_a_lead_author_is_looked_for_at_every_source_and_yields_are_by_source(
    living: Living,
) -> None:
    step = (await carry_out(living, "lead_author"))["steps"]["lead_author"]
    assert (step["state"], step["retrieved"], step["new"]) == ("done", 2, 2)
    by_source = {
        one["source"]: (one["retrieved"], one["new"], one["only"]) for one in step["by_source"]
    }
    assert by_source == {
        "Crossref": (2, 2, 0), "Europe PMC": (2, 2, 0), "OpenAlex": (2, 2, 0), "PubMed": (1, 1, 0),
    }  # fmt: skip
    assert [one["count"] for one in step["elsewhere"]] == [3, 3, 3]
    assert {"A thesis on doors", RADIUM} <= set(await titles(living))


async def test_what_one_source_alone_knows_of_a_project_is_its_own_yield(living: Living) -> None:
    step = (await carry_out(living, "project", acronym="OUTPOST"))["steps"]["project"]
    only = {one["source"]: one["only"] for one in step["by_source"]}
    assert only == {"Crossref": 1, "Europe PMC": 0, "OpenAlex": 0, "PubMed": 2}
    assert {"A report to the funder", "A preprint of OUTPOST"} <= set(await titles(living))


async def test_a_pearl_that_its_own_project_finds_is_no_yield(living: Living) -> None:
    step = (await carry_out(living, "project"))["steps"]["project"]
    assert step["known"] == 0


async def test_a_second_round_finds_nothing_twice(living: Living) -> None:
    first = await carry_out(living, "lead_author", "project", acronym="OUTPOST")
    before = await titles(living)
    ids = [one["record_id"] for one in first["pearls"]]
    chosen = Options(steps=("lead_author", "project"), acronym="OUTPOST")
    await living.db.write(
        lambda tx: harness.steps.start_round(tx, REVIEW, GAP, ids, "again", chosen, ALL)
    )
    await run_queries(living, 2)
    await living.work()
    second = await round_(living, 2)
    assert (second["state"], second["total"]["new"]) == ("succeeded", 0)
    assert second["total"]["known"] == first["total"]["new"]
    assert await titles(living) == before


@pytest.mark.parametrize(
    "works",
    [[Work(number=n, doi=f"10.1000/{n}", title=f"T {n}", orcid=ORCID) for n in range(100, 10100)]],
    indirect=True,
)
async def test_an_author_with_10_000_papers_brings_none_and_the_bound_is_told(
    living: Living, standing: dict[str, Any]
) -> None:
    ended = await carry_out(living, "lead_author")
    step = ended["steps"]["lead_author"]
    assert (ended["state"], step["state"]) == ("succeeded", "done")
    assert step["sources"] == {"PubMed": 1}
    assert not ended["may_close"]
    told = [note for note in step["notes"] if "more than 2000 are no cluster" in note]
    assert len(told) == 3
    assert any(note.startswith("10003 records answer orcid:") for note in told)
    assert [len(fake.seen) for fake in standing.values()] == [1, 1, 1]


async def test_a_source_that_fails_half_way_is_asked_on_where_it_stopped(
    living: Living, standing: dict[str, Any]
) -> None:
    """Its answer to the second question is an error: the first is not asked again."""
    await plan(living, "lead_author", "project", acronym="OUTPOST")
    await run_queries(living)
    europe = standing["europe_pmc"]
    right, europe.answer = europe.answer, _first_alone(europe.answer)
    await living.work()
    stopped = await round_(living)
    assert stopped["state"] == "waiting"
    assert "Europe PMC" in stopped["troubles"][-1]["why"]
    others = {name: len(fake.seen) for name, fake in standing.items() if name != "europe_pmc"}
    calls = len(living.eutils.calls("esearch"))
    europe.answer, before = right, len(europe.seen)
    await living.until(START + timedelta(hours=3))
    ended = await round_(living)
    assert ended["state"] == "succeeded"
    assert [one["count"] for one in ended["steps"]["lead_author"]["elsewhere"]] == [3, 3, 3]
    asked = [one.parameters["query"] for one in europe.seen[before:]]
    assert asked
    assert not any("AUTHORID" in query for query in asked)
    assert others == {n: len(f.seen) for n, f in standing.items() if n != "europe_pmc"}
    assert calls == len(living.eutils.calls("esearch"))


def _first_alone(answer: Any) -> Any:
    """A source that answers by author, and fails at everything else."""
    return lambda asked: (
        answer(asked) if "AUTHORID" in asked.parameters["query"] else Sent(503, "down")
    )


async def test_a_source_that_refuses_a_query_is_told_and_the_others_go_on(
    living: Living, standing: dict[str, Any]
) -> None:
    standing["openalex"].faults += [Sent(400, {"error": "not a valid field"})]
    step = (await carry_out(living, "lead_author"))["steps"]["lead_author"]
    assert step["unanswered"] == ["OpenAlex"]
    assert any("OpenAlex was not heard" in note for note in step["notes"])
    assert step["sources"] == {"Crossref": 2, "Europe PMC": 2, "PubMed": 1}
