"""The inference log asks extraction for the memos of coding: an answer, nothing, or an outage."""

import httpx

from services.synthesis.inference.adapters.extraction import memos_of_coding


async def test_a_review_that_extraction_does_not_know_has_no_memos_of_coding(sqlite_system):
    async with sqlite_system.client() as client:
        path = "/api/extraction/reviews/unheard-of/memos/log"
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-known-yet")
        assert await memos_of_coding(client, {}, "unheard-of") == []


async def test_memos_that_cannot_be_had_are_not_taken_for_none():
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=5) as client:
        assert await memos_of_coding(client, {}, "rev") is None
