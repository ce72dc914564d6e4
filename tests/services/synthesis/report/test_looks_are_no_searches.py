"""Asking what became of known records is no search: it brings none, and is told apart."""

import pytest_asyncio

from shared.events.search import SearchFinished
from tests.services.synthesis.report.test_synthesis_report import CASES
from tests.support.synthesis import REVIEW
from tests.support.synthesis_cases import Replayed


def a_run(number: int, kind: str, source: str) -> SearchFinished:
    return SearchFinished(
        review_id=REVIEW, search_id=f"{kind}-{source}", run_id=str(number), kind=kind, source=source
    )


@pytest_asyncio.fixture
async def told(synthesis):
    """One search, and three looks at two sources."""
    kinds = ("search", "pubmed"), ("refetch", "pubmed"), ("refetch", "pubmed")
    for number, (kind, source) in enumerate((*kinds, ("refetch", "crossref"))):
        await synthesis.hear(a_run(number, kind, source))
    await Replayed(synthesis, CASES / "11-sources-that-stop-counting").load()
    await synthesis.compute()
    return synthesis


async def test_rameses_counts_searches_and_not_looks(told):
    words = await told.ask("GET", "/report.md")
    assert "1 search or import: see" in words
    assert "refetch" not in words


async def test_looks_are_said_in_a_sentence_and_not_a_row_each(told):
    words = await told.ask("GET", "/report.md")
    table = words.split("Searches and imports as they were run")[1].split("\n\n")[1]
    assert len(table.splitlines()) == 3
    assert "was looked up 3 times, on " in words
    assert "PubMed, Crossref." in words
