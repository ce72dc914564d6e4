"""The dashboard of the documentation, run as its text says, beside a real server."""

import asyncio
import os
import sys

import httpx

from shared.events.search import RecordAdded, RecordState
from tests.support.jobs import until
from tests.support.reference import ROOT
from tests.support.web import serving

REVIEW = {"id": "rev", "title": "A review", "stages": [{"name": "title"}]}
SUBSCRIBER = ROOT / "docs" / "howto" / "dashboard" / "subscriber.py"


async def test_the_dashboard_of_the_documentation_counts_what_the_feed_says(sqlite_alone):
    await sqlite_alone.open(REVIEW)
    await hear(sqlite_alone, 1, 2)
    async with serving(sqlite_alone.app) as url:
        running = await asyncio.create_subprocess_exec(
            sys.executable, str(SUBSCRIBER), "rev", "0",
            env={**os.environ, "RETRODUCT_URL": url}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            address = (await running.stdout.readline()).decode().strip()
            async with httpx.AsyncClient(base_url=address, timeout=10) as client:

                async def shown():
                    return (await client.get("/state")).json()

                await until(lambda: counted(shown, 2))
                await hear(sqlite_alone, 3)
                await until(lambda: counted(shown, 3))
                assert "Record added: Title 3" in (await shown())["latest"]
                assert "Living review" in (await client.get("/")).text
        finally:
            running.kill()
            await running.wait()


async def hear(bench, *numbers):
    events = [
        RecordAdded(review_id="rev", record=RecordState(record_id=f"r{n}", title=f"Title {n}"))
        for n in numbers
    ]
    await bench.hear(*events)


async def counted(shown, records):
    return (await shown())["records"] == records
