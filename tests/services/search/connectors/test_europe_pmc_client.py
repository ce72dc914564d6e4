"""Europe PMC: cursors, citations and references by page, and answers that are none."""

import pytest

from services.search.connectors.client.europe_pmc import EuropePmc
from services.search.connectors.domain.sources import Named, NoAnswer
from tests.support.connectors import FakeEuropePmc, Sent, Work, serve
from tests.support.connectors.europe_pmc import EMPTY

WORKS = [
    Work(number=1, doi="10.1000/1", pmid="11", cites=(2,), unnamed_references=3),
    Work(number=2, doi="10.1000/2", pmid="12", retracted=True, cites=(1,)),
    Work(number=3, doi="10.1000/3,4", pmid="13", cites=(1,)),
    Work(number=4, doi="10.1000/5", pmid="14", cites=(1,)),
]


@pytest.fixture
def standing():
    with serve(FakeEuropePmc(WORKS, page=2), "/rest/") as server:
        yield server


@pytest.fixture
def europe_pmc(client, standing):
    return client(EuropePmc, standing)


async def test_retractions_are_read_from_links_and_types(europe_pmc):
    asked = [Named(doi="10.1000/1"), Named(doi="10.1000/2"), Named(pmid="13"), Named(doi="10.1/x")]
    answers = await europe_pmc.retractions(asked)
    states = [answer.state for answer in answers]
    assert states == ["not_retracted", "retracted", "not_retracted", "unknown"]
    assert answers[1].flags[0].notice == "99"


async def test_an_answer_without_its_list_is_asked_for_again(europe_pmc, standing):
    standing.faults += [EMPTY, EMPTY]
    (answer,) = await europe_pmc.retractions([Named(doi="10.1000/2")])
    assert answer.state == "retracted"
    standing.faults += [EMPTY, Sent(503, "<html>busy</html>"), Sent(200, "<html>hello</html>")]
    with pytest.raises(NoAnswer, match="in 3 tries"):
        await europe_pmc.retractions([Named(doi="10.1000/2")])


async def test_a_search_follows_the_cursor_to_its_end(europe_pmc):
    first = await europe_pmc.page("trust", None)
    second = await europe_pmc.page("trust", first.cursor)
    third = await europe_pmc.page("trust", second.cursor)
    assert [len(page.records) for page in (first, second, third)] == [2, 2, 0]
    assert (first.total, third.cursor) == (4, None)


async def test_citing_articles_come_page_by_page_and_are_bounded(europe_pmc):
    links = await europe_pmc.cited_by(Named(doi="10.1000/1"), most=100)
    assert [one.own_id for one in links.records] == ["MED:12", "MED:13", "MED:14"]
    bounded = await europe_pmc.cited_by(Named(pmid="11"), most=2)
    assert len(bounded.records) == 2
    assert "first 2 of 3" in bounded.notes[0]


async def test_references_that_are_not_identified_are_told(europe_pmc):
    links = await europe_pmc.references(Named(pmid="11"), most=100)
    assert [one.bibliography.pmid for one in links.records] == ["12"]
    assert "3 references are not identified" in links.notes[0]


async def test_no_citation_data_is_not_none(europe_pmc):
    assert not (await europe_pmc.cited_by(Named(pmid="14"), most=10)).known
    assert not (await europe_pmc.cited_by(Named(doi="10.1/unheard"), most=10)).known


async def test_an_article_is_read_with_its_fields(europe_pmc):
    read = (await europe_pmc.page("trust", None)).records[0].bibliography
    assert (read.title, read.doi, read.pmid) == ("Trust and workload", "10.1000/1", "11")
    assert (read.journal, read.volume, read.pages) == ("Journal of Examples", "3", "5-9")
    assert read.abstract == "Aim Staff felt trusted."
    assert read.authors[0].name == "Curie, Ada"
