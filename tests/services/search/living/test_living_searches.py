"""Living searches as people define, pause and schedule them, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.search.living.handlers import event_handlers, searches
from services.search.living.jobs import schedules
from shared.events import Received
from shared.events.workbench import ReviewAmended, ReviewState
from shared.http.problems import Conflict, Invalid, NotKnownYet
from shared.kernel import jobs
from shared.ops.settings import Settings
from tests.services.search.living.living_harness import (
    REVIEW,
    SEARCH,
    Living,
    living_review,
    thirty_articles,
    weeks,
)
from tests.support.eutils import Corpus
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
    await living.run()
    assert (await living.search_row())["watermark"]["created"] == "2026-01-05"
    await living.define(f"{QUERY} OR ferns[tiab]")
    assert (await living.search_row())["watermark"] == {}
    await living.run()
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


async def test_a_retired_review_rests_and_one_taken_up_again_looks_back(
    living: Living, corpus: Corpus
) -> None:
    await living.define(QUERY)
    await living.until(weeks(START, 2))
    runs, looks = len(await living.runs()), len(await living.runs("refetch"))
    await _amend(living, 2, retired=True)
    await living.until(weeks(START, 6))
    assert (len(await living.runs()), len(await living.runs("refetch"))) == (runs, looks)

    corpus.add(relevant(1900, date(2026, 2, 2)))
    await _amend(living, 3, retired=False)
    await living.until(weeks(START, 8))
    assert len(await living.runs()) > runs
    assert len(await living.runs("refetch")) > looks
    assert "1900" in await living.records()


async def _amend(living: Living, version: int, *, retired: bool) -> None:
    state = ReviewState(review_id=REVIEW, title="R", retired=retired)
    event = ReviewAmended(review_id=REVIEW, review=state, reason="x")
    received = Received(
        id=f"amended-{version}",
        event=event,
        subject=event.subject,
        subject_version=version,
        time=living.clock.now(),
        correlation_id="c",
    )
    await living.db.write(lambda tx: event_handlers.on_reviews_amended([received], tx))
