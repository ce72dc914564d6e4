"""OpenAlex: its key and budget, retractions, citations and searches by cursor."""

import pytest

from services.search.connectors.client.openalex import OpenAlex
from services.search.connectors.domain.sources import BudgetSpent, Named, NotTaken
from tests.support.connectors import FakeOpenAlex, Sent, Work, serve

WORKS = [
    Work(number=1, doi="10.1000/1", pmid="11", cites=(3,)),
    Work(number=2, doi="10.1000/2", pmid="12", retracted=True, cites=(1,)),
    Work(number=3, doi="10.1000/3,4", pmid="13", retracted=True, cites=(1,)),
    Work(number=4, pmid="14", cites=(1,)),
]


@pytest.fixture
def fake():
    return FakeOpenAlex(WORKS, page=2)


@pytest.fixture
def standing(fake):
    with serve(fake) as server:
        yield server


@pytest.fixture
def openalex(client, standing):
    return client(OpenAlex, standing, secret={"api_key": "k-secret"})


async def test_works_are_asked_about_by_doi_and_by_pmid(openalex):
    asked = [
        Named(doi="10.1000/1"),
        Named(doi="10.1000/2"),
        Named(doi="10.1000/3,4"),
        Named(pmid="14"),
        Named(doi="10.1000/unheard"),
        Named(),
    ]
    answers = await openalex.retractions(asked)
    assert [answer.state for answer in answers] == [
        "not_retracted", "retracted", "retracted", "not_retracted", "unknown", "unknown",
    ]  # fmt: skip
    assert "does not know" in answers[4].why


async def test_a_work_without_a_statement_is_unknown(openalex, standing):
    work = {"id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/1"}
    standing.faults.append(Sent(200, {"meta": {"count": 1}, "results": [work]}))
    (answer,) = await openalex.retractions([Named(doi="10.1000/1")])
    assert answer.state == "unknown"


async def test_the_key_goes_with_every_call_and_into_no_message(openalex, fake, standing):
    await openalex.page("trust", None)
    assert fake.keys == {"k-secret"}
    standing.faults.append(Sent(401, {"error": "bad key k-secret"}))
    with pytest.raises(NotTaken) as refusal:
        await openalex.page("trust", None)
    assert "k-secret" not in str(refusal.value)


async def test_a_spent_budget_says_when_there_is_more_and_is_not_tried_again(
    openalex, fake, standing
):
    fake.dollars = 0.0005
    with pytest.raises(BudgetSpent) as spent:
        await openalex.page("trust", None)
    assert spent.value.wait == 7200
    assert len(standing.seen) == 1


async def test_too_fast_is_no_spent_budget(openalex, standing):
    headers = {"X-RateLimit-Remaining-USD": "0.9", "X-RateLimit-Cost-Required-USD": "0.001"}
    standing.faults.append(Sent(429, {"error": "Rate limit exceeded"}, headers))
    found = await openalex.page("trust", None)
    assert found.total == 4


async def test_citing_works_come_page_by_page_and_are_bounded(openalex, standing):
    links = await openalex.cited_by(Named(doi="10.1000/1"), most=100)
    assert [one.own_id for one in links.records] == ["W2", "W3", "W4"]
    bounded = await openalex.cited_by(Named(doi="10.1000/1"), most=2)
    assert len(bounded.records) == 2
    assert "first 2 of 3" in bounded.notes[0]


async def test_references_are_what_a_work_cites(openalex):
    links = await openalex.references(Named(pmid="12"), most=100)
    assert [one.bibliography.pmid for one in links.records] == ["11"]


async def test_an_unknown_work_has_no_known_citations(openalex):
    links = await openalex.cited_by(Named(doi="10.1000/unheard"), most=10)
    assert not links.known
    assert not links.records


async def test_a_search_follows_the_cursor_to_its_end(openalex):
    first = await openalex.page("trust", None)
    last = await openalex.page("trust", first.cursor)
    assert (first.total, len(first.records), len(last.records)) == (4, 2, 2)
    assert last.cursor is None


async def test_a_question_is_sent_as_a_search_and_filters(openalex, standing):
    found = await openalex.found("search.title_and_abstract:NCT1,cites:W1", 10)
    asked = standing.seen[-1].parameters
    assert asked["search.title_and_abstract"] == "NCT1"
    assert asked["filter"] == "cites:W1"
    assert found.total == 0


async def test_a_work_is_read_with_its_fields(openalex):
    found = await openalex.page("trust", None)
    read = found.records[0].bibliography
    assert (read.title, read.doi, read.pmid) == ("Trust and workload", "10.1000/1", "11")
    assert (read.volume, read.pages, read.abstract) == ("3", "5-9", "Staff felt trusted.")
    assert read.authors[0].name == "Curie, Ada"
    assert read.authors[0].orcid == "0000-0001-2345-6789"
