"""Runs of living searches and weekly looks, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from services.search.library.domain.record import Bibliography, SourceRecord
from services.search.library.handlers.keep import RecordOrigin, keep_page
from services.search.library.handlers.preparation import prepare_all
from services.search.library.store import records
from services.search.living.store import searches as store
from services.search.pubmed.client.access import open_pubmed
from services.search.pubmed.client.closed import ClosedPubMed
from shared.clock import SystemClock
from shared.ops.settings import Settings
from tests.services.search.living.living_harness import (
    REVIEW,
    SEARCH,
    Living,
    living_review,
    thirty_articles,
    weeks,
)
from tests.support.eutils import Corpus, FakeArticle, faults
from tests.support.eutils.generated import relevant

START = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
QUERY = '"dual diagnosis"[tiab]'


@pytest.fixture
def corpus() -> Corpus:
    return thirty_articles()


@pytest_asyncio.fixture
async def living(settings: Settings, corpus: Corpus) -> AsyncIterator[Living]:
    async with living_review(settings, corpus, START) as review:
        yield review


async def test_a_run_that_breaks_off_between_pages_goes_on_without_counting_twice(
    living: Living, corpus: Corpus
) -> None:
    corpus.add(*(relevant(2000 + n, date(2025, 11, 1)) for n in range(420)))
    await living.define(QUERY)
    right = [lambda sent: sent]
    living.eutils.script(*right, *[faults.server_error()] * 6, utility="efetch")
    await living.run()
    assert (await living.runs())[-1]["state"] == "waiting"
    await living.until(START + timedelta(minutes=5))
    run = (await living.runs())[-1]
    assert (run["state"], run["found"], run["added"]) == ("succeeded", 450, 450)
    assert (await living.counts())["search.record_added"] == 450
    assert len(run["report"]["troubles"]) == 1


async def test_a_run_that_fails_here_says_so_and_ends_with_its_last_try(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ArithmeticError("no such number")

    monkeypatch.setattr("services.search.living.jobs.prepare_all", broken)
    await living.define(QUERY, schedule="")
    await living.run()
    await living.until(START + timedelta(hours=2))
    run = (await living.runs())[-1]
    assert (run["state"], len(run["report"]["troubles"])) == ("failed", 6)
    assert "no such number" in run["report"]["troubles"][0]["why"]


async def test_a_second_run_over_the_same_days_adds_nothing(living: Living) -> None:
    await living.define(QUERY)
    await living.run()
    living.clock.advance(timedelta(hours=1))
    await living.run()
    run = (await living.runs())[-1]
    assert (run["source_records"], run["added"], run["state"]) == (0, 0, "succeeded")
    assert (await living.counts())["search.record_added"] == 30
    assert "search.record_amended" not in await living.counts()


async def test_a_mistyped_tag_is_told_with_the_run_and_its_event(living: Living) -> None:
    await living.define("psychosis[tiba]")
    await living.run()
    told = [each["sentence"] for each in (await living.runs())[-1]["report"]["remarks"]]
    assert any("[tiba]" in sentence for sentence in told)
    (event,) = await living.events("search_finished")
    assert any(
        "[tiba]" in each for each in msgspec.json.decode(event["envelope"])["data"]["warnings"]
    )


async def test_a_run_keeps_the_whole_strategy_and_what_people_said_of_it(living: Living) -> None:
    concepts = [{"concept": "one", "broad": ["dual diagnosis"], "narrow": []}]
    said = {"prisma_s": {"peer_review": "PRESS by a librarian", "contacts": ["two authors"]}}
    await living.define("", concepts=concepts, definition=said)
    await living.run()
    report = (await living.runs())[-1]["report"]
    assert report["definition"]["concepts"] == concepts
    items = {each["item"]: each["text"] for each in report["prisma_s"]}
    assert items[14] == "PRESS by a librarian"
    assert items[6] == "two authors"
    assert '"dual diagnosis"[tiab]' in items[8]


async def test_a_query_that_finds_nothing_succeeds_and_says_so(living: Living) -> None:
    await living.define("unheardof[tiab]")
    await living.run()
    run = (await living.runs())[-1]
    assert (run["state"], run["found"]) == ("succeeded", 0)
    assert any("nowhere" in each["sentence"] for each in run["report"]["remarks"])
    assert (await living.search_row())["watermark"]["created"] == "2026-01-05"


async def test_a_query_that_pubmed_refuses_ends_the_run_at_once(living: Living) -> None:
    await living.define(QUERY)
    living.eutils.script(faults.refused(), utility="esearch")
    await living.run()
    run = (await living.runs())[-1]
    assert (run["state"], len(run["report"]["troubles"])) == ("failed", 1)
    assert (await living.search_row())["watermark"] == {}
    assert len(living.eutils.seen) == 1


async def test_a_changed_term_mapping_is_shown_by_the_next_run(
    living: Living, corpus: Corpus
) -> None:
    corpus.map_term("psychosis", "Psychotic Disorders", on=date(2026, 1, 10))
    await living.define("psychosis")
    await living.until(weeks(START, 2))
    first, second = await living.runs()
    assert first["report"]["translation_diff"] == {"added": [], "removed": []}
    assert second["report"]["translation_diff"]["added"] == ['"psychotic disorders"[MeSH Terms]']


async def test_an_article_that_cannot_be_fetched_is_named_and_asked_for_again(
    living: Living, corpus: Corpus
) -> None:
    def without_the_first(right: faults.Sent) -> faults.Sent:
        start, end = right.body.find(b"<PubmedArticle>"), right.body.find(b"</PubmedArticle>")
        return faults.Sent(200, right.body[:start] + right.body[end + 16 :])

    empty = faults.Sent(200, b'<?xml version="1.0"?><PubmedArticleSet></PubmedArticleSet>')
    await living.define(QUERY)
    living.eutils.script(without_the_first, lambda _right: empty, utility="efetch")
    await living.run()
    run = (await living.runs())[-1]
    assert (len(run["report"]["missing"]), run["added"]) == (1, 29)
    await living.until(weeks(START, 1))
    assert len(await living.records()) == 30


async def test_a_retraction_of_an_imported_record_is_told_though_pubmed_did_not_bring_it(
    living: Living, corpus: Corpus
) -> None:
    imported = SourceRecord(
        source="ris",
        own_id="x1",
        bibliography=Bibliography(title="An imported paper of some length", pmid="1003"),
    )
    page = prepare_all(REVIEW, [imported])
    origin = RecordOrigin(origin="import-1", import_id="import-1")
    await living.db.write(lambda tx: keep_page(tx, REVIEW, page, origin))
    corpus.retract(1003, date(2026, 1, 8), notice=1999)
    await living.until(weeks(START, 2))
    flagged = await living.events("record_flagged")
    assert len(flagged) == 1
    (record,) = (await living.records()).values()
    assert record["title"] == "An imported paper of some length"
    assert [flag["kind"] for flag in record["flags"]] == ["retraction"]


async def test_changed_content_at_pubmed_amends_the_record_once(
    living: Living, corpus: Corpus
) -> None:
    await living.define(QUERY, schedule="")
    await living.run()
    corpus.amend(1003, date(2026, 1, 8), title="A better title of the same paper in dual diagnosis")
    await living.until(weeks(START, 3))
    assert (await living.counts())["search.record_amended"] == 1
    assert (await living.records())["1003"]["title"].startswith("A better title")


async def test_a_look_that_fails_is_tried_again_and_says_why(living: Living) -> None:
    await living.define(QUERY, schedule="")
    await living.run()
    living.eutils.script(*[faults.html_page()] * 6, utility="efetch")
    await living.until(weeks(START, 1))
    (look,) = await living.runs("refetch")
    assert look["state"] == "succeeded"
    assert "maintenance" in look["report"]["troubles"][0]["why"]


async def test_a_record_gone_at_pubmed_says_so_in_its_history_and_in_an_event_once(
    living: Living, corpus: Corpus
) -> None:
    await living.define(QUERY, schedule="")
    await living.run()
    corpus.delete(1003, date(2026, 1, 8))
    await living.until(weeks(START, 4))

    record = (await living.records())["1003"]
    lines = await living.db.read(lambda tx: records.history_of(tx, REVIEW, [record["id"]]))
    assert [line["what"] for line in lines].count("gone_at_pubmed") == 1
    told = [
        msgspec.json.decode(row["envelope"])["data"]
        for row in await living.events("search_finished")
    ]
    warned = [each["warnings"] for each in told if each["kind"] == "refetch"]
    assert warned == [["Gone at PubMed since the last look, decide: PMID 1003."]]


async def test_a_look_that_fails_for_good_is_told(living: Living) -> None:
    await living.define(QUERY, schedule="")
    await living.run()
    living.ctx.resources.pubmed = ClosedPubMed()
    await living.until(weeks(START, 1))

    (look,) = await living.runs("refetch")
    told = [
        msgspec.json.decode(row["envelope"])["data"]
        for row in await living.events("search_finished")
    ]
    last = [each for each in told if each["kind"] == "refetch"]
    assert (look["state"], len(last), last[0]["succeeded"]) == ("failed", 1, False)
    assert "RETRODUCT_NETWORK" in last[0]["warnings"][0]


async def test_without_the_network_a_run_names_the_setting(living: Living) -> None:
    living.ctx.resources.pubmed = ClosedPubMed()
    await living.define(QUERY)
    await living.run()
    run = (await living.runs())[-1]
    assert run["state"] == "failed"
    assert "RETRODUCT_NETWORK" in run["report"]["troubles"][0]["why"]


async def test_a_stand_in_on_this_machine_needs_no_network_setting() -> None:
    settings = Settings(ncbi_base_url="http://127.0.0.1:9/entrez/eutils/")
    async with open_pubmed(settings, SystemClock()) as pubmed:
        assert not isinstance(pubmed, ClosedPubMed)
    async with open_pubmed(Settings(), SystemClock()) as pubmed:
        assert isinstance(pubmed, ClosedPubMed)


async def test_a_full_run_reports_what_the_windows_would_have_missed(
    living: Living, corpus: Corpus
) -> None:
    await living.define(QUERY)
    await living.run()
    old = FakeArticle(pmid=7000, title="Old dual diagnosis", crdt=date(2020, 1, 1))
    corpus.appear(old, date(2026, 1, 12))
    living.clock.advance(timedelta(days=9))
    await living.run(full=True)
    run = (await living.runs())[-1]
    assert run["report"]["gap"] == {"unseen": 1, "vanished": []}
    assert "would have been missed" in run["report"]["summary"]
    assert "7000" in await living.records()


async def test_hits_are_kept_with_the_run_that_brought_them_first(living: Living) -> None:
    await living.define(QUERY)
    await living.run()
    found = await living.db.read(lambda tx: store.hits_of(tx, REVIEW, SEARCH))
    assert len(found) == 30
