"""The feed: gap-free positions on both databases, resumed where a reader left off."""

import asyncio

import pytest

from shared.events.extraction import CodebookChanged, GroupState
from shared.events.search import RecordAdded, RecordState, SearchFinished
from shared.events.synthesis import PinSet
from tests.support.web import listening, serving
from workbench.feed import store as feed_store
from workbench.feed.api import feed as feed_api

REVIEW = {"id": "rev", "title": "A review", "stages": [{"name": "title"}]}
OTHER = {**REVIEW, "id": "other"}


async def hear(bench, *numbers, review="rev", replay=0):
    """Hand record_added events to workbench as one batch."""
    events = [
        RecordAdded(review_id=review, record=RecordState(record_id=f"r{n}", title=f"Title {n}"))
        for n in numbers
    ]
    await bench.hear(*events, ids=[f"{review}-{n}" for n in numbers], replay=replay)


async def positions(bench, review="rev"):
    async with bench.client() as client:
        found = await client.get(f"/api/reviews/{review}/activity?limit=1000")
        return [item["position"] for item in found.json()["items"]]


async def test_positions_have_no_gap_however_many_write_at_once(alone):
    await alone.open(REVIEW)
    await asyncio.gather(*(hear(alone, 3 * n, 3 * n + 1, 3 * n + 2) for n in range(20)))
    assert await positions(alone) == list(range(1, 61))


async def test_every_review_counts_its_own_positions(alone):
    await alone.open(REVIEW, OTHER)
    await asyncio.gather(*(hear(alone, n, review=r) for n in range(10) for r in ("rev", "other")))
    assert await positions(alone) == await positions(alone, "other") == list(range(1, 11))


async def test_a_redelivered_or_replayed_event_gets_no_second_position(alone):
    await alone.open(REVIEW)
    await hear(alone, 1, 2)
    await hear(alone, 2, 1, 3)
    await hear(alone, 1, 2, 3, replay=1)
    assert await positions(alone) == [1, 2, 3]
    async with alone.client() as client:
        counts = (await client.get("/api/reviews/rev/event-counts")).json()
    assert counts["search.record_added"] == 3


async def test_the_same_event_twice_in_one_batch_gets_one_position(alone):
    await alone.open(REVIEW)
    await hear(alone, 1, 1, 2)
    assert await positions(alone) == [1, 2]


async def test_a_listener_hears_what_happens_and_nothing_of_other_reviews(sqlite_alone):
    await sqlite_alone.open(REVIEW, OTHER)
    async with serving(sqlite_alone.app) as url, listening(url, "rev") as reading:
        assert reading.answer.headers["content-type"].startswith("text/event-stream")
        await hear(sqlite_alone, 1)
        (first,) = await reading.messages(1)
        await hear(sqlite_alone, 7, review="other")
        await hear(sqlite_alone, 2)
        (second,) = await reading.messages(1)
    assert (first["id"], first["event"]) == ("1", "retroduct")
    assert first["data"]["words"] == "Record added: Title 1"
    assert (second["id"], second["data"]["words"]) == ("2", "Record added: Title 2")
    assert second["data"]["data"]["review_id"] == "rev"


async def test_a_reader_resumes_after_the_last_event_it_saw(alone):
    await alone.open(REVIEW)
    await hear(alone, 1, 2, 3)
    async with serving(alone.app) as url:
        async with listening(url, "rev", last_event_id=1) as reading:
            assert [m["id"] for m in await reading.messages(2)] == ["2", "3"]
        async with listening(url, "rev", after=2) as reading:
            assert [m["id"] for m in await reading.messages(1)] == ["3"]
        async with listening(url, "rev", after=0, last_event_id=2) as reading:
            assert [m["id"] for m in await reading.messages(1)] == ["3"]


async def test_a_reader_who_knows_more_than_the_feed_is_told_to_load_anew(sqlite_alone):
    await sqlite_alone.open(REVIEW)
    await hear(sqlite_alone, 1, 2)
    async with (
        serving(sqlite_alone.app) as url,
        listening(url, "rev", last_event_id=40) as reading,
    ):
        (first,) = await reading.messages(1)
        await hear(sqlite_alone, 3)
        (second,) = await reading.messages(1)
    assert (first["event"], first["data"]) == ("resync", {"position": 2})
    assert (second["event"], second["id"]) == ("retroduct", "3")


async def test_a_quiet_feed_is_kept_open_by_a_comment(sqlite_alone, monkeypatch):
    monkeypatch.setattr(feed_api, "PING_SECONDS", 0.05)
    await sqlite_alone.open(REVIEW)
    async with serving(sqlite_alone.app) as url, listening(url, "rev", after=0) as reading:
        assert await reading.comment() == "feed"
        assert await reading.comment() == "ping"
        await hear(sqlite_alone, 1)
        assert [m["id"] for m in await reading.messages(1)] == ["1"]


@pytest.mark.parametrize("wrong", ["abc", "-1", "1.5"])
async def test_a_foreign_last_event_id_is_refused_in_words(sqlite_alone, wrong):
    await sqlite_alone.open(REVIEW)
    async with sqlite_alone.client(**{"last-event-id": wrong}) as client:
        answer = await client.get("/api/reviews/rev/feed")
    assert answer.status_code == 422
    assert "feed position" in answer.json()["detail"]


async def test_activity_is_read_page_by_page_and_by_type(sqlite_alone):
    await sqlite_alone.open(REVIEW)
    await hear(sqlite_alone, 1, 2, 3)
    async with sqlite_alone.client() as client:
        first = (await client.get("/api/reviews/rev/activity?limit=2")).json()
        rest = (await client.get(f"/api/reviews/rev/activity?after={first['next']}")).json()
        only = await client.get("/api/reviews/rev/activity?type=search.record_added&limit=1")
    assert [i["position"] for i in first["items"]] == [1, 2]
    assert [i["position"] for i in rest["items"]] == [3]
    assert rest["next"] is None
    assert [i["type"] for i in only.json()["items"]] == ["search.record_added"]


async def test_the_newest_entries_are_those_at_the_end(sqlite_alone):
    await sqlite_alone.open(REVIEW)
    await hear(sqlite_alone, *range(30))
    db = sqlite_alone.db
    latest = await db.read(lambda tx: feed_store.latest(tx, "rev", 2))
    assert [row["position"] for row in latest] == [30, 29]


async def test_who_may_not_read_is_told_before_the_stream_begins(sqlite_alone):
    await sqlite_alone.open(REVIEW, OTHER)
    async with sqlite_alone.client(**sqlite_alone.token("ada", rev=["reader"])) as ada:
        assert (await ada.get("/api/reviews/other/feed")).status_code == 403
    async with sqlite_alone.client() as owner:
        assert (await owner.get("/api/reviews/nowhere/feed")).status_code == 404


async def test_the_feed_speaks_in_the_labels_of_the_codebook(alone):
    await alone.open(REVIEW)
    groups = (GroupState(group_id="O1", role="outcome", label="staying in treatment"),)
    await alone.hear(CodebookChanged(review_id="rev", theory_id="PT1", version=1, groups=groups))
    await alone.hear(PinSet(review_id="rev", theory_id="PT1", outcome="O1"))
    async with alone.client() as client:
        path = "/api/reviews/rev/activity?type=synthesis.pin_set"
        (said,) = (await client.get(path)).json()["items"]
    assert said["words"] == "A theory: outcome pinned to staying in treatment"


def ended(run, kind="search", *, succeeded=True):
    """A search, an import or a look that ended."""
    return SearchFinished(
        review_id="rev", search_id="s", run_id=run, kind=kind, source="pubmed", succeeded=succeeded
    )


async def last_search(bench):
    return await bench.db.read(lambda tx: feed_store.last_search(tx, "rev"))


async def test_only_searches_that_ended_well_say_when_the_review_was_last_searched(alone):
    await alone.open(REVIEW)
    await alone.hear(ended("look", "refetch"), ended("failed", succeeded=False))
    assert await last_search(alone) is None
    await alone.hear(ended("run"))
    assert await last_search(alone) is not None
