"""Requests to PubMed through the fake E-utilities: errors, tries, pages, provenance."""

import hashlib
from datetime import UTC, date, datetime

import pytest

from services.search.pubmed.client.pubmed import Access, PubMed
from services.search.pubmed.domain.answers import Article, Page, PubMedRefused, PubMedUnavailable
from tests.services.search.pubmed.conftest import Hours
from tests.support.eutils import Corpus, EUtils, FakeArticle, faults
from tests.support.eutils.faults import Fault

TRANSIENT = {
    "rate_limited": faults.rate_limited(),
    "rate_limited_without_header": faults.rate_limited(None),
    "server_error": faults.server_error(500),
    "bad_gateway": faults.server_error(502),
    "unavailable": faults.server_error(503),
    "proxy_trouble": faults.proxy_trouble(),
    "link_server_empty": faults.link_server_empty(),
    "backend_failed": faults.backend_failed(),
    "html_page": faults.html_page(),
    "json_error": faults.json_error(),
    "nothing": faults.nothing(),
    "wrong_root": faults.wrong_root(),
    "cut": faults.cut,
    "cut_quietly": faults.cut_quietly,
    "broken_inside": faults.broken_inside,
    "reset": faults.reset,
}


def stock(corpus: Corpus, number: int, first: int = 1001, day: date = date(2026, 11, 2)) -> None:
    corpus.add(
        *(
            FakeArticle(pmid=first + each, title=f"Ferns {first + each}", crdt=day)
            for each in range(number)
        )
    )


async def pages(pubmed: PubMed, pmids: list[str]) -> list[Page]:
    return [page async for page in pubmed.fetch(pmids)]


def articles(found: list[Page]) -> list[Article]:
    return [article for page in found for article in page.articles]


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
async def test_a_passing_trouble_of_esearch_is_asked_again(
    fault: Fault, corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 3)
    eutils.script(fault)
    found = await pubmed.search("ferns[tiab]")
    assert sorted(found.ids) == ["1001", "1002", "1003"]
    assert found.calls[0].tries == 2
    assert len(found.calls[0].problems) == 1


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
async def test_a_passing_trouble_of_efetch_loses_no_article(
    fault: Fault, corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 5)
    eutils.script(fault, utility="efetch")
    found = await pages(pubmed, ["1001", "1002", "1003", "1004", "1005"])
    assert [each.pmid for each in articles(found)] == ["1001", "1002", "1003", "1004", "1005"]
    assert not found[0].missing


@pytest.mark.parametrize("fault", [faults.drip, faults.hang], ids=["drip", "hang"])
async def test_a_server_that_drips_or_hangs_is_asked_again(
    fault: Fault, corpus: Corpus, eutils: EUtils, hasty_pubmed: PubMed
) -> None:
    stock(corpus, 3)
    eutils.script(fault)
    found = await hasty_pubmed.search("ferns[tiab]")
    eutils.script(fault, utility="efetch")
    fetched = await pages(hasty_pubmed, ["1001", "1002", "1003"])
    assert sorted(found.ids) == ["1001", "1002", "1003"]
    assert len(found.calls[0].problems) >= 1
    assert [each.pmid for each in articles(fetched)] == ["1001", "1002", "1003"]
    assert not fetched[0].missing


async def test_five_troubles_in_a_row_are_outlasted_with_growing_pauses(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed, hours: Hours
) -> None:
    stock(corpus, 1)
    eutils.script(*[faults.server_error(500)] * 5)
    found = await pubmed.search("ferns[tiab]")
    assert found.ids == ("1001",)
    assert [pause for pause in hours.slept if pause >= 0.5] == [0.5, 1.0, 2.0, 4.0, 8.0]


async def test_after_six_tries_the_call_fails_and_is_no_empty_result(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 1)
    eutils.script(*[faults.rate_limited()] * 6)
    with pytest.raises(PubMedUnavailable, match="RETRODUCT_NCBI_API_KEY") as failure:
        await pubmed.search("ferns[tiab]")
    assert failure.value.calls[0].tries == 6
    assert len(eutils.seen) == 6


async def test_the_pause_that_ncbi_names_is_kept(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed, hours: Hours
) -> None:
    stock(corpus, 1)
    eutils.script(faults.rate_limited("17"))
    await pubmed.search("ferns[tiab]")
    assert sum(hours.slept) >= 17


async def test_after_a_named_pause_other_calls_wait_too(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed, hours: Hours
) -> None:
    stock(corpus, 1)
    eutils.script(*[faults.rate_limited("30")] * 6)
    with pytest.raises(PubMedUnavailable):
        await pubmed.search("ferns[tiab]")
    hours.slept.clear()
    await pubmed.search("ferns[tiab]")
    assert sum(hours.slept) >= 29


async def test_the_deadline_ends_a_call_before_its_tries_are_used_up(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    eutils.script(*[faults.rate_limited("500")] * 6)
    with pytest.raises(PubMedUnavailable):
        await pubmed.search("ferns[tiab]")
    assert len(eutils.seen) == 2


@pytest.mark.parametrize("fault", [faults.refused(), faults.out_of_range(), faults.uri_too_large()])
async def test_what_no_retry_can_help_is_asked_once(
    fault: Fault, eutils: EUtils, pubmed: PubMed
) -> None:
    eutils.script(fault)
    with pytest.raises(PubMedRefused):
        await pubmed.search("ferns[tiab]")
    assert len(eutils.seen) == 1


async def test_an_empty_query_is_refused_and_not_zero_hits(pubmed: PubMed) -> None:
    with pytest.raises(PubMedRefused, match="Empty term"):
        await pubmed.search(" ")


async def test_zero_hits_are_an_answer(corpus: Corpus, pubmed: PubMed) -> None:
    stock(corpus, 1)
    found = await pubmed.search("unheardof[tiab]")
    assert (found.count, found.ids) == (0, ())
    assert {notice.kind for notice in found.notices} == {"PhraseNotFound", "OutputMessage"}


async def test_articles_are_fetched_by_200_in_posts(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 450)
    found = await pages(pubmed, [str(1001 + each) for each in range(450)])
    assert [len(page.articles) for page in found] == [200, 200, 50]
    assert [seen.method for seen in eutils.calls("efetch")][:2] == ["POST", "POST"]
    assert [len(seen.value("id").split(",")) for seen in eutils.calls("efetch")] == [200, 200, 50]


async def test_what_pubmed_no_longer_has_is_missing_and_not_lost(
    corpus: Corpus, pubmed: PubMed
) -> None:
    stock(corpus, 3)
    corpus.delete(1002, date(2026, 11, 10))
    found = await pages(pubmed, ["1001", "1002", "1003"])
    assert found[0].missing == ("1002",)
    assert [each.pmid for each in articles(found)] == ["1001", "1003"]


async def test_an_article_left_out_once_is_asked_for_again(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 2)

    def without_the_first(right: faults.Sent) -> faults.Sent:
        start, end = right.body.find(b"<PubmedArticle>"), right.body.find(b"</PubmedArticle>")
        return faults.Sent(200, right.body[:start] + right.body[end + 16 :])

    eutils.script(without_the_first, utility="efetch")
    found = await pages(pubmed, ["1001", "1002"])
    assert sorted(each.pmid for each in articles(found)) == ["1001", "1002"]
    assert not found[0].missing


async def test_an_empty_answer_about_known_articles_is_not_believed_at_once(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 3)
    empty = b'<?xml version="1.0"?><PubmedArticleSet></PubmedArticleSet>'
    eutils.script(lambda _right: faults.Sent(200, empty), utility="efetch")
    found = await pages(pubmed, ["1001", "1002", "1003"])
    assert (len(articles(found)), found[0].missing) == (3, ())


async def test_ids_that_all_do_not_exist_are_missing(corpus: Corpus, pubmed: PubMed) -> None:
    assert (await pages(pubmed, ["99999999"]))[0].missing == ("99999999",)
    assert (await pages(pubmed, ["nonsense"]))[0].missing == ("nonsense",)


async def test_a_pmid_that_comes_twice_is_one_article_in_its_newest_version(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 1)
    corpus.amend(1001, date(2026, 11, 20), version=2, title="Ferns again")
    eutils.script(faults.doubled, utility="efetch")
    found = articles(await pages(pubmed, ["1001", "1001"]))
    assert [(each.pmid, each.version, each.bibliography.title) for each in found] == [
        ("1001", 2, "Ferns again")
    ]


async def test_a_deletion_beside_the_articles_is_no_article(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 1)
    eutils.script(faults.with_deletion(7), utility="efetch")
    found = await pages(pubmed, ["1001", "7"])
    assert found[0].missing == ("7",)


async def test_a_book_is_fetched_like_an_article(corpus: Corpus, pubmed: PubMed) -> None:
    corpus.add(FakeArticle(pmid=5, title="A chapter", journal="A book", book=True))
    found = articles(await pages(pubmed, ["5"]))
    assert (found[0].bibliography.kind, found[0].bibliography.journal) == ("chapter", "A book")


async def test_every_call_says_who_asks(corpus: Corpus, eutils: EUtils, pubmed: PubMed) -> None:
    stock(corpus, 1)
    await pubmed.search("ferns[tiab]")
    await pages(pubmed, ["1001"])
    assert {seen.value("email") for seen in eutils.seen} == {"team@example.org"}
    assert {seen.value("tool") for seen in eutils.seen} == {"retroduct"}


async def test_provenance_keeps_what_was_asked_and_answered(
    corpus: Corpus, eutils: EUtils, pubmed: PubMed
) -> None:
    stock(corpus, 2)
    call = (await pubmed.search("ferns[tiab] OR gone[tiba]")).calls[0]
    assert (call.utility, call.status, call.tries) == ("esearch", 200, 1)
    assert (call.count, call.returned) == (2, 2)
    assert dict(call.parameters)["term"] == "ferns[tiab] OR gone[tiba]"
    assert call.at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert call.size > 100
    assert len(call.sha256) == len(hashlib.sha256().hexdigest())
    assert "Title/Abstract" in call.query_translation
    assert "FieldNotFound: tiba" in call.warnings


async def test_the_key_is_sent_and_shown_nowhere(
    corpus: Corpus, eutils: EUtils, hours: Hours
) -> None:
    stock(corpus, 1)
    access = Access(base_url=eutils.base_url, api_key="s3cr3t-key", quiet=0.5)
    pubmed = PubMed(access, timing=hours.timing())
    found = await pubmed.search("ferns[tiab]")
    eutils.script(*[faults.reset] * 6)
    with pytest.raises(PubMedUnavailable) as failure:
        await pubmed.search("ferns[tiab]")
    pubmed.close()
    assert eutils.seen[0].value("api_key") == "s3cr3t-key"
    shown = f"{access!r} {found!r} {failure.value!s} {failure.value.calls!r}"
    assert "s3cr3t-key" not in shown


async def test_a_body_that_names_the_key_is_redacted(eutils: EUtils, hours: Hours) -> None:
    pubmed = PubMed(Access(base_url=eutils.base_url, api_key="s3cr3t-key"), timing=hours.timing())
    page = faults.Sent(500, b"bad request: /esearch.fcgi?api_key=s3cr3t-key&db=pubmed")
    eutils.script(*[lambda _right: page] * 6)
    with pytest.raises(PubMedUnavailable) as failure:
        await pubmed.search("ferns[tiab]")
    pubmed.close()
    assert "s3cr3t-key" not in f"{failure.value!s} {failure.value.calls!r}"


async def test_spelling_is_suggested_only_where_it_differs(corpus: Corpus, pubmed: PubMed) -> None:
    corpus.spelling["fernns"] = "ferns"
    assert await pubmed.spelling("fernns") == "ferns"
    assert await pubmed.spelling("ferns") == ""
