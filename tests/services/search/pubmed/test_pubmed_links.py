"""Citation links: each source keeps its own, and what failed is not "none"."""

import pytest

from services.search.pubmed.client.pubmed import PubMed
from services.search.pubmed.domain.answers import PubMedUnavailable
from tests.support.eutils import Corpus, EUtils, FakeArticle, faults


@pytest.fixture(autouse=True)
def cited(corpus: Corpus) -> None:
    corpus.add(
        FakeArticle(pmid=1, title="Pearl", keywords=("ferns",)),
        FakeArticle(pmid=2, title="Another", references=(1,), keywords=("ferns",)),
        FakeArticle(pmid=3, title="Third", references=(1, 2), keywords=("moss",)),
    )


async def test_each_pearl_keeps_its_own_citing_papers(eutils: EUtils, pubmed: PubMed) -> None:
    found = await pubmed.links(["1", "2"], "cited_by")
    assert found.links == (("1", ("2", "3")), ("2", ("3",)))
    assert found.of("2") == ("3",)
    assert eutils.seen[0].parameters["id"] == ["1", "2"]


async def test_references_are_the_other_direction(pubmed: PubMed) -> None:
    found = await pubmed.links(["3"], "references")
    assert found.of("3") == ("1", "2")
    assert not found.failed


async def test_a_link_server_that_is_empty_is_asked_again(eutils: EUtils, pubmed: PubMed) -> None:
    eutils.script(faults.link_server_empty(), utility="elink")
    found = await pubmed.links(["3"], "references")
    assert found.of("3") == ("1", "2")
    assert found.calls[0].tries == 2


async def test_citing_papers_that_cannot_be_had_are_a_failure(
    eutils: EUtils, pubmed: PubMed
) -> None:
    eutils.script(*[faults.link_server_empty()] * 6, utility="elink")
    with pytest.raises(PubMedUnavailable):
        await pubmed.links(["1"], "cited_by")


async def test_similar_articles_are_given_up_after_one_retry_and_said_to_be(
    eutils: EUtils, pubmed: PubMed
) -> None:
    eutils.script(*[faults.server_error()] * 6, utility="elink")
    found = await pubmed.links(["1"], "similar")
    assert len(eutils.seen) == 2
    assert (found.links, found.failed) == ((), ("1",))
    assert "skipped" in found.degraded


async def test_similar_articles_leave_the_source_out(pubmed: PubMed) -> None:
    assert (await pubmed.links(["1"], "similar")).of("1") == ("2",)


async def test_a_source_without_an_answer_has_failed(eutils: EUtils, pubmed: PubMed) -> None:
    def without_the_first(right: faults.Sent) -> faults.Sent:
        start, end = right.body.find(b"<LinkSet>"), right.body.find(b"</LinkSet>")
        return faults.Sent(200, right.body[:start] + right.body[end + 10 :])

    eutils.script(without_the_first, utility="elink")
    found = await pubmed.links(["1", "2"], "cited_by")
    assert found.failed == ("1",)
    assert found.of("2") == ("3",)
