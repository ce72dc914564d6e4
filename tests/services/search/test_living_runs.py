"""Runs and slots of living searches, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.search.adapters.pubmed_access import open_pubmed
from services.search.adapters.pubmed_closed import ClosedPubMed
from services.search.domain.record import Bibliography, SourceRecord
from services.search.handlers import searches
from services.search.handlers.keeping import Origin, keep_page
from services.search.handlers.preparing import prepare_all
from services.search.jobs.living import schedules
from services.search.store import living as store
from shared import jobs
from shared.clock import SystemClock
from shared.problems import Conflict, Invalid, NotKnownYet
from shared.settings import Settings
from tests.services.search.living_harness import REVIEW, SEARCH, Living, living_review, weeks
from tests.support.eutils import Corpus, FakeArticle, faults
from tests.support.eutils.generated import relevant

START = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
QUERY = '"dual diagnosis"[tiab]'


@pytest.fixture
def corpus() -> Corpus:
    corpus = Corpus()
    corpus.add(*(relevant(1000 + n, date(2025, 12, 1 + n % 28)) for n in range(30)))
    return corpus


@pytest_asyncio.fixture
async def living(settings: Settings, corpus: Corpus) -> AsyncIterator[Living]:
    async with living_review(settings, corpus, START) as review:
        yield review


async def run_now(living: Living, *, full: bool = False) -> str:
    run = await living.db.write(lambda tx: searches.start_run(REVIEW, SEARCH, tx, full=full))
    await living.work()
    return run


async def test_a_slot_seen_by_two_schedulers_is_run_once(living: Living) -> None:
    await living.define(QUERY)
    await schedules(living.ctx)
    await schedules(living.ctx)
    slot = START + timedelta(minutes=30)
    living.clock.set(slot)
    for _ in range(2):
        await living.db.write(lambda tx: searches.fire_slot(REVIEW, SEARCH, slot, tx))
    await living.work()
    runs = await living.runs()
    assert [run["state"] for run in runs] == ["succeeded"]
    assert len(living.eutils.calls("esearch")) == 1


async def test_a_scheduler_whose_clock_is_behind_cannot_plan_a_slot_again(living: Living) -> None:
    await living.define(QUERY)
    slot = START + timedelta(minutes=30)
    await living.until(slot)
    row = await living.search_row()
    await living.db.write(lambda tx: searches.plan_slot(row, START, tx))
    statement = select(jobs.jobs.c.not_before).where(jobs.jobs.c.state == "waiting")
    waiting = (await living.db.read(lambda tx: tx.execute(statement))).scalars().all()
    assert slot not in waiting
    assert len(await living.runs()) == 1


async def test_a_paused_search_rests_and_a_resumed_one_looks_back(
    living: Living, corpus: Corpus
) -> None:
    await living.define(QUERY)
    await living.until(weeks(START, 1))
    await living.db.write(lambda tx: searches.set_search_state(REVIEW, SEARCH, "paused", tx))
    corpus.add(relevant(5000, date(2026, 1, 20)))
    await living.until(weeks(START, 6))
    assert len(await living.runs()) == 1
    await living.db.write(lambda tx: searches.set_search_state(REVIEW, SEARCH, "active", tx))
    await living.until(weeks(START, 7))
    assert len(await living.runs()) == 2
    assert "5000" in await living.records()


async def test_a_retired_search_is_not_run_again(living: Living) -> None:
    await living.define(QUERY)
    await living.db.write(lambda tx: searches.set_search_state(REVIEW, SEARCH, "retired", tx))
    await living.until(weeks(START, 3))
    assert await living.runs() == []
    with pytest.raises(Conflict, match="retired"):
        await living.db.write(lambda tx: searches.start_run(REVIEW, SEARCH, tx))
    with pytest.raises(Conflict):
        await living.db.write(lambda tx: searches.set_search_state(REVIEW, SEARCH, "active", tx))


async def test_another_schedule_replaces_the_slots_of_the_old_one(living: Living) -> None:
    await living.define(QUERY)
    await living.define(QUERY, schedule="0 6 * * 3")
    await living.until(weeks(START, 2))
    slots = [datetime.fromisoformat(run["report"]["slot"]) for run in await living.runs()]
    assert [slot.weekday() for slot in slots] == [2, 2]


async def test_a_repeated_definition_changes_nothing(living: Living) -> None:
    await living.define(QUERY)
    first = await living.search_row()
    await living.define(QUERY)
    assert (await living.search_row())["version"] == first["version"] == 1


async def test_a_changed_query_starts_from_the_beginning(living: Living) -> None:
    await living.define(QUERY)
    await run_now(living)
    assert (await living.search_row())["watermark"]["created"] == "2026-01-05"
    await living.define(f"{QUERY} OR ferns[tiab]")
    assert (await living.search_row())["watermark"] == {}
    await run_now(living)
    assert (await living.runs())[-1]["report"]["windows"][0]["field"] is None


@pytest.mark.parametrize(
    ("query", "schedule", "field"),
    [
        ("", "", "query"),
        ("(a[tiab]", "", "query"),
        (QUERY, "sometimes", "schedule"),
        (QUERY, "* * * * *", "schedule"),
    ],
)
async def test_a_search_that_cannot_be_run_is_refused_with_the_field(
    living: Living, query: str, schedule: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await living.define(query, schedule=schedule)
    assert refused.value.extra["field"] == field


async def test_a_search_of_an_unknown_review_is_not_known_yet(living: Living) -> None:
    command = searches.DefineSearch(review_id="other", search_id="s", name="s", query=QUERY)
    with pytest.raises(NotKnownYet):
        await living.db.write(lambda tx: searches.define_search(command, tx))


async def test_concepts_are_compiled_and_kept_as_written(living: Living) -> None:
    concepts = [
        {"concept": "one", "broad": ["dual diagnosis"], "narrow": []},
        {"concept": "two", "broad": [["psycho*"], "OR", ["use*"]]},
    ]
    await living.define("", concepts=concepts)
    row = await living.search_row()
    assert row["query"] == '"dual diagnosis"[tiab] AND (psycho*[tiab] OR "use"[tiab])'
    assert row["definition"]["concepts"] == concepts
    assert "four letters" in row["definition"]["notes"][0]


async def test_a_strategy_of_another_database_is_kept_and_never_run(living: Living) -> None:
    lines = ["exp Mental Disorders/", "limit 1 to english language"]
    await living.define("", schedule="", database="embase", strategy=lines)
    assert (await living.search_row())["definition"]["strategy"] == lines
    with pytest.raises(Conflict, match="embase"):
        await living.db.write(lambda tx: searches.start_run(REVIEW, SEARCH, tx))
    with pytest.raises(Invalid):
        await living.define("", schedule="weekly", database="embase", strategy=lines)


async def test_a_run_that_breaks_off_between_pages_goes_on_without_counting_twice(
    living: Living, corpus: Corpus
) -> None:
    corpus.add(*(relevant(2000 + n, date(2025, 11, 1)) for n in range(420)))
    await living.define(QUERY)
    right = [lambda sent: sent]
    living.eutils.script(*right, *[faults.server_error()] * 6, utility="efetch")
    await run_now(living)
    assert (await living.runs())[-1]["state"] == "waiting"
    await living.until(START + timedelta(minutes=5))
    run = (await living.runs())[-1]
    assert (run["state"], run["found"], run["added"]) == ("succeeded", 450, 450)
    assert (await living.counts())["search.record_added"] == 450
    assert len(run["report"]["troubles"]) == 1


async def test_a_second_run_over_the_same_days_adds_nothing(living: Living) -> None:
    await living.define(QUERY)
    await run_now(living)
    living.clock.advance(timedelta(hours=1))
    await run_now(living)
    run = (await living.runs())[-1]
    assert (run["source_records"], run["added"], run["state"]) == (0, 0, "succeeded")
    assert (await living.counts())["search.record_added"] == 30
    assert "search.record_amended" not in await living.counts()


async def test_a_mistyped_tag_is_told_with_the_run_and_its_event(living: Living) -> None:
    await living.define("psychosis[tiba]")
    await run_now(living)
    told = [each["sentence"] for each in (await living.runs())[-1]["report"]["remarks"]]
    assert any("[tiba]" in sentence for sentence in told)
    (event,) = await living.events("search_finished")
    assert any(
        "[tiba]" in each for each in msgspec.json.decode(event["envelope"])["data"]["warnings"]
    )


async def test_a_query_that_finds_nothing_succeeds_and_says_so(living: Living) -> None:
    await living.define("unheardof[tiab]")
    await run_now(living)
    run = (await living.runs())[-1]
    assert (run["state"], run["found"]) == ("succeeded", 0)
    assert any("nowhere" in each["sentence"] for each in run["report"]["remarks"])
    assert (await living.search_row())["watermark"]["created"] == "2026-01-05"


async def test_a_query_that_pubmed_refuses_ends_the_run_at_once(living: Living) -> None:
    await living.define(QUERY)
    living.eutils.script(faults.refused(), utility="esearch")
    await run_now(living)
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
    await run_now(living)
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
    origin = Origin(origin="import-1", import_id="import-1")
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
    await run_now(living)
    corpus.amend(1003, date(2026, 1, 8), title="A better title of the same paper in dual diagnosis")
    await living.until(weeks(START, 3))
    assert (await living.counts())["search.record_amended"] == 1
    assert (await living.records())["1003"]["title"].startswith("A better title")


async def test_a_look_that_fails_is_tried_again_and_says_why(living: Living) -> None:
    await living.define(QUERY, schedule="")
    await run_now(living)
    living.eutils.script(*[faults.html_page()] * 6, utility="efetch")
    await living.until(weeks(START, 1))
    (look,) = await living.runs("refetch")
    assert look["state"] == "succeeded"
    assert "maintenance" in look["report"]["troubles"][0]["why"]


async def test_without_the_network_a_run_names_the_setting(living: Living) -> None:
    living.ctx.resources.pubmed = ClosedPubMed()
    await living.define(QUERY)
    await run_now(living)
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
    await run_now(living)
    old = FakeArticle(pmid=7000, title="Old dual diagnosis", crdt=date(2020, 1, 1))
    corpus.appear(old, date(2026, 1, 12))
    living.clock.advance(timedelta(days=9))
    await run_now(living, full=True)
    run = (await living.runs())[-1]
    assert run["report"]["gap"] == {"unseen": 1, "vanished": []}
    assert "would have been missed" in run["report"]["summary"]
    assert "7000" in await living.records()


async def test_hits_are_kept_with_the_run_that_brought_them_first(living: Living) -> None:
    await living.define(QUERY)
    await run_now(living)
    found = await living.db.read(lambda tx: store.hits_of(tx, REVIEW, SEARCH))
    assert len(found) == 30
