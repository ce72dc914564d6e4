"""The feed: gap-free positions on both databases, resumed where a reader left off."""

import asyncio

import pytest

from shared.events import Received
from shared.events.search import RecordAdded, RecordState
from tests.support.web import listening, serving
from workbench.api import feed as api
from workbench.app import SERVICE
from workbench.store import feed

REVIEW = {"id": "rev", "title": "A review", "stages": [{"name": "title"}]}


def a_received(number, *, review="rev", replay=0):
    state = RecordState(record_id=f"r{number}", title=f"Title {number}")
    from datetime import UTC, datetime

    return Received(
        id=f"{review}-{number}",
        event=RecordAdded(review_id=review, record=state),
        subject=f"record/r{number}",
        subject_version=1,
        time=datetime(2026, 1, 1, tzinfo=UTC),
        correlation_id="c",
        replay=replay,
    )


async def hear(system, *numbers, review="rev", replay=0):
    """Hand record_added events to workbench as one batch."""
    batch = [a_received(n, review=review, replay=replay) for n in numbers]
    handler = SERVICE.on[RecordAdded]
    await system.services["workbench"].db.write(lambda tx: handler(batch, tx))


async def positions(system, review="rev"):
    async with system.client() as client:
        found = await client.get(f"/api/reviews/{review}/activity?limit=1000")
        return [item["position"] for item in found.json()["items"]]


async def opened(system, *reviews):
    """Open reviews and wait until the feed has said so."""
    async with system.client() as client:
        for review in reviews or ("rev",):
            await client.post("/api/reviews", json={**REVIEW, "id": review})
    await system.drain()


async def test_positions_have_no_gap_however_many_write_at_once(system):
    await opened(system)
    await asyncio.gather(*(hear(system, 3 * n, 3 * n + 1, 3 * n + 2) for n in range(20)))
    assert await positions(system) == list(range(1, 62))


async def test_every_review_counts_its_own_positions(system):
    await opened(system, "rev", "other")
    await asyncio.gather(*(hear(system, n, review=r) for n in range(10) for r in ("rev", "other")))
    assert await positions(system) == await positions(system, "other") == list(range(1, 12))


async def test_a_redelivered_or_replayed_event_gets_no_second_position(system):
    await opened(system)
    await hear(system, 1, 2)
    await hear(system, 2, 1, 3)
    await hear(system, 1, 2, 3, replay=1)
    assert await positions(system) == [1, 2, 3, 4]
    async with system.client() as client:
        counts = (await client.get("/api/reviews/rev/event-counts")).json()
    assert counts["search.record_added"] == 3


async def test_the_same_event_twice_in_one_batch_gets_one_position(system):
    await opened(system)
    await hear(system, 1, 1, 2)
    assert await positions(system) == [1, 2, 3]


async def test_a_listener_hears_what_happens_and_nothing_of_other_reviews(sqlite_system):
    await opened(sqlite_system, "rev", "other")
    async with serving(sqlite_system.app) as url, listening(url, "rev") as reading:
        assert reading.answer.headers["content-type"].startswith("text/event-stream")
        (first,) = await reading.messages(1)
        await hear(sqlite_system, 7, review="other")
        await hear(sqlite_system, 1)
        (second,) = await reading.messages(1)
    assert (first["id"], first["event"]) == ("1", "retroduct")
    assert first["data"]["words"] == "Review opened: A review"
    assert (second["id"], second["data"]["words"]) == ("2", "Record added: Title 1")
    assert second["data"]["data"]["review_id"] == "rev"


async def test_a_reader_resumes_after_the_last_event_it_saw(system):
    await opened(system)
    await hear(system, 1, 2, 3)
    async with serving(system.app) as url:
        async with listening(url, "rev", last_event_id=2) as reading:
            assert [m["id"] for m in await reading.messages(2)] == ["3", "4"]
        async with listening(url, "rev", after=3) as reading:
            assert [m["id"] for m in await reading.messages(1)] == ["4"]
        async with listening(url, "rev", after=0, last_event_id=3) as reading:
            assert [m["id"] for m in await reading.messages(1)] == ["4"]


async def test_a_quiet_feed_is_kept_open_by_a_comment(sqlite_system, monkeypatch):
    monkeypatch.setattr(api, "PING_SECONDS", 0.05)
    await opened(sqlite_system)
    async with serving(sqlite_system.app) as url, listening(url, "rev", after=1) as reading:
        assert await reading.comment() == "feed"
        assert await reading.comment() == "ping"
        await hear(sqlite_system, 1)
        assert [m["id"] for m in await reading.messages(1)] == ["2"]


@pytest.mark.parametrize("wrong", ["abc", "-1", "1.5"])
async def test_a_foreign_last_event_id_is_refused_in_words(sqlite_system, wrong):
    await opened(sqlite_system)
    async with sqlite_system.client(headers={"last-event-id": wrong}) as client:
        answer = await client.get("/api/reviews/rev/feed")
    assert answer.status_code == 422
    assert "feed position" in answer.json()["detail"]


async def test_activity_is_read_page_by_page_and_by_type(sqlite_system):
    await opened(sqlite_system)
    await hear(sqlite_system, 1, 2, 3)
    async with sqlite_system.client() as client:
        first = (await client.get("/api/reviews/rev/activity?limit=3")).json()
        rest = (await client.get(f"/api/reviews/rev/activity?after={first['next']}")).json()
        only = await client.get("/api/reviews/rev/activity?type=workbench.review_opened")
    assert [i["position"] for i in first["items"]] == [1, 2, 3]
    assert [i["position"] for i in rest["items"]] == [4]
    assert rest["next"] is None
    assert [i["type"] for i in only.json()["items"]] == ["workbench.review_opened"]


async def test_the_newest_entries_are_those_at_the_end(sqlite_system):
    await opened(sqlite_system)
    await hear(sqlite_system, *range(30))
    db = sqlite_system.services["workbench"].db
    latest = await db.read(lambda tx: feed.latest(tx, "rev", 2))
    assert [row["position"] for row in latest] == [31, 30]
