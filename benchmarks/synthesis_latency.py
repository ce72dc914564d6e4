"""How long one new fragment takes to become a published revision, everything in one process.

    python -m benchmarks.synthesis_latency [--fragments N] [--pause SECONDS]

A review in a temporary folder: one theory with a hundred fragments, then N more, one by one
(by default as fast as revisions come, so that the pause between two recomputations counts in).
Time runs from sending the fragment until the revision stands in the outbox.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from sqlalchemy import func, select

from runtime.embedded import System, open_system
from services.synthesis.projections.store.tables import revisions
from shared.kernel.tx import Tx
from shared.ops.settings import Settings

REVIEW = "latency"
EXTRACTION = f"/api/extraction/reviews/{REVIEW}"
CODES = {"mechanism_resource": "offer", "mechanism_response": "trust", "outcome": "engagement"}
GROUPS = [
    {"id": role, "role": role, "label": code, "codes": [{"id": code, "label": code}]}
    for role, code in CODES.items()
]
LOOK_EVERY = 0.002


def fragment(number: int) -> dict[str, Any]:
    """A fragment of a study of its own, linking all three parts."""
    elements = [
        {"role": role, "code": code, "state": "occurred" if role == "outcome" else "present"}
        for role, code in CODES.items()
    ]
    sources = [{"document": f"study {number}", "attribution": "cited"}]
    return {"id": f"f{number}", "theories": ["PT1"], "elements": elements, "sources": sources}


async def send(client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]) -> None:
    """One request; what is not known yet is tried again."""
    while True:
        answer = await client.request(method, path, json=body)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            answer.raise_for_status()
            return
        await asyncio.sleep(0.05)


async def open_review(client: httpx.AsyncClient) -> None:
    """The review with a theory, its codebook and a hundred fragments."""
    await send(client, "POST", "/api/reviews", {"id": REVIEW, "title": "L", "stages": []})
    await send(client, "PUT", f"/api/synthesis/reviews/{REVIEW}/theories/PT1", {"name": "T"})
    await send(client, "PUT", f"{EXTRACTION}/theories/PT1/codebook", {"groups": GROUPS})
    batch = {"fragments": [fragment(number) for number in range(100)]}
    await send(client, "POST", f"{EXTRACTION}/fragments/batch", batch)


async def revision(tx: Tx) -> int:
    """The highest revision of any CCMOC."""
    return int((await tx.execute(select(func.max(revisions.c.revision)))).scalar_one() or 0)


async def seconds_until_revised(system: System, client: httpx.AsyncClient, number: int) -> float:
    """Send one fragment and wait for the revision that it causes."""
    db = system.services["synthesis"].db
    before = await db.read(revision)
    started = time.perf_counter()
    await send(client, "POST", f"{EXTRACTION}/fragments/batch", {"fragments": [fragment(number)]})
    while await db.read(revision) == before:  # noqa: ASYNC110
        await asyncio.sleep(LOOK_EVERY)
    return time.perf_counter() - started


async def measured(fragments: int, pause: float) -> dict[str, float | int]:
    """Milliseconds over all fragments: median, 95th percentile, worst."""
    times: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        async with (
            open_system(Settings(home=Path(home), local_owner=True)) as system,
            system.client() as client,
        ):
            await open_review(client)
            await system.drain()
            for number in range(100, 100 + fragments):
                times.append(await seconds_until_revised(system, client, number))
                await asyncio.sleep(pause)
    cuts = quantiles(times, n=100)
    return {
        "fragments": fragments,
        "median_ms": round(cuts[49] * 1000, 1),
        "p95_ms": round(cuts[94] * 1000, 1),
        "worst_ms": round(max(times) * 1000, 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis_latency")
    parser.add_argument("--fragments", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two fragments")
    chosen = parser.parse_args(arguments)
    json.dump(asyncio.run(measured(chosen.fragments, chosen.pause)), sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
