"""A living search over HTTP, with all loops running and the fake PubMed at the other end."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.eutils import Corpus, serve
from tests.support.eutils.generated import relevant

REVIEW = {"id": "reco", "title": "RECO", "stages": [], "team": []}
SEARCH = "/api/search/reviews/reco/searches/pubmed"


async def ended(client: httpx.AsyncClient) -> dict[str, Any]:
    """The newest run, once it has ended."""
    async with asyncio.timeout(60):
        while True:
            runs = (await client.get(f"{SEARCH}/runs")).json()["items"]
            if runs and runs[0]["state"] in ("succeeded", "failed"):
                found: dict[str, Any] = runs[0]
                return found
            await asyncio.sleep(0.05)


async def put(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> httpx.Response:
    """Write, waiting until the service has heard of the review."""
    answer = await client.put(url, json=body)
    while answer.status_code == 503:
        await asyncio.sleep(0.05)
        answer = await client.put(url, json=body)
    return answer


async def test_a_search_defined_over_http_is_run_and_fills_the_library(tmp_path: Path) -> None:
    corpus = Corpus()
    corpus.add(*(relevant(1000 + n, date(2025, 12, 1 + n % 28)) for n in range(12)))
    with serve(corpus) as eutils:
        settings = Settings(
            home=tmp_path, ncbi_base_url=eutils.base_url, sqlite_synchronous="NORMAL"
        )
        async with open_system(settings) as system, system.client() as client:
            assert (await client.post("/api/reviews", json=REVIEW)).status_code == 201
            body = {"name": "PubMed", "query": '"dual diagnosis"[tiab]', "schedule": "0 6 * * 1"}
            defined = await put(client, SEARCH, {"database": "pubmed", **body})
            assert defined.status_code == 200, defined.text
            asked = await client.post(f"{SEARCH}/runs")
            assert asked.status_code == 202
            run = await ended(client)
            assert (run["state"], run["found"], run["added"]) == ("succeeded", 12, 12)
            listed = (await client.get("/api/search/reviews/reco/records")).json()["items"]
            assert len(listed) == 12


async def test_a_query_that_cannot_be_read_is_a_problem_with_a_sentence(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as client:
        await client.post("/api/reviews", json=REVIEW)
        body = {"name": "PubMed", "database": "pubmed", "query": "(dual[tiab]"}
        refused = await put(client, SEARCH, body)
        assert refused.status_code == 422
        assert "parentheses" in refused.json()["detail"]
