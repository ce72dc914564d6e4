"""Several people at once: nothing is lost, doubled or let out."""

import asyncio

from tests.support.extraction import a_fragment


async def test_amendments_at_the_same_time_are_versions_of_their_own(extraction):
    await extraction.code(a_fragment())
    memos = [f"memo {n}" for n in range(8)]
    results = await asyncio.gather(*(extraction.code(a_fragment(memo=memo)) for memo in memos))
    assert sorted(result[0]["version"] for result in results) == list(range(2, 10))
    history = await extraction.ask("GET", "/fragments/f1/history")
    assert sorted(version["memo"] for version in history) == ["", *memos]
    said = [event.fragment.version for event in await extraction.said()]
    assert said == list(range(1, 10))


async def test_the_same_fragment_sent_at_the_same_time_is_coded_once(extraction):
    results = await asyncio.gather(*(extraction.code(a_fragment()) for _ in range(8)))
    assert sum(result[0]["changed"] for result in results) == 1
    assert await extraction.names() == ["fragment_coded"]


async def test_a_source_made_confidential_while_it_is_coded_ends_without_words(extraction):
    await extraction.put_documents({"id": "p1"})
    coding = [
        extraction.code(a_fragment(f"f{n}", document="p1", quote="her words")) for n in range(6)
    ]
    making = extraction.put_documents({"id": "p1", "confidential": True})
    await asyncio.gather(*coding[:3], making, *coding[3:])
    last = {
        event.fragment.fragment_id: event
        for event in await extraction.said()
        if hasattr(event, "fragment")
    }
    assert len(last) == 6
    assert {event.fragment.quote for event in last.values()} == {""}


async def test_links_made_in_both_orders_at_the_same_time_are_one(extraction):
    pairs = [("s1", "s2"), ("s2", "s1")] * 3
    results = await asyncio.gather(
        *(extraction.ask("PUT", "/studies/links", {"a": a, "b": b}) for a, b in pairs)
    )
    assert sum(result["changed"] for result in results) == 1


async def test_codebooks_put_at_the_same_time_get_numbers_of_their_own(extraction):
    groups = [[{"id": f"G{n}", "role": "context"}] for n in range(6)]
    results = await asyncio.gather(
        *(extraction.ask("PUT", "/theories/PT1/codebook", {"groups": g}) for g in groups)
    )
    assert sorted(result["version"] for result in results) == [1, 2, 3, 4, 5, 6]
