"""How fast full texts are read and coded: `python -m benchmarks.extraction` prints JSON.

A PDF of 200 pages from upload to readable; a document of 80,000 characters with 400 codes served;
fragments coded one at a time; 100,000 fragments filtered by four things at once. The control is the
same filter as one statement without the index of traits, on the same rows.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from benchmarks.extraction_inputs import FILTERS, a_pdf, fragment, passes, sentences
from services.extraction.app import SERVICE
from services.extraction.projections.store import keep_reviews
from services.extraction.tables import fragments
from shared import db
from shared.bus.memory import MemoryBus
from shared.db import Tx
from shared.http.application import build_app
from shared.http.auth import LOCAL, Authenticator
from shared.kernel.service import Running
from shared.ops.settings import Settings

REVIEW = "bench"
BASE = f"/api/extraction/reviews/{REVIEW}"
CHARACTERS, CODES, CODINGS, REPEATS = 80_000, 400, 300, 21
BATCH = 1000
Client = httpx.AsyncClient


async def readable_pdf(http: Client, pages: int) -> dict[str, Any]:
    """Seconds from the upload of a PDF to its text and the map of its pages."""
    await _ok(http.put(f"{BASE}/documents/pdf", json={"title": "A report"}))
    data = a_pdf(pages)
    begun = time.perf_counter()
    params = {"filename": "report.pdf", "document": "pdf"}
    await _ok(http.post(f"{BASE}/uploads", params=params, content=data))
    text = (await _ok(http.get(f"{BASE}/documents/pdf/text")))["text"]
    places = (await _ok(http.get(f"{BASE}/documents/pdf/map")))["paragraphs"]
    seconds = time.perf_counter() - begun
    return {
        "pages": max(place["page"] for place in places),
        "characters": len(text),
        "s": round(seconds, 3),
        "within_10_s": seconds <= 10,
    }


async def served_document(http: Client) -> dict[str, Any]:
    """Milliseconds in which a long document with its fragments is served."""
    text = sentences(CHARACTERS)
    await _ok(http.put(f"{BASE}/documents/long", json={"title": "Long", "text": text}))
    step = len(text) // CODES
    bodies = [fragment(f"L{n}", "long", text, n * step) for n in range(CODES)]
    await _ok(http.post(f"{BASE}/fragments/batch", json={"fragments": bodies}))

    async def serve() -> None:
        await _ok(http.get(f"{BASE}/documents/long"))
        await _ok(http.get(f"{BASE}/documents/long/text"))
        await _ok(http.get(f"{BASE}/fragments", params={"document": "long", "limit": 1000}))

    took = await _repeated(serve, REPEATS)
    return {"characters": len(text), "codes": CODES, **_told(took)}


async def coding(http: Client) -> dict[str, Any]:
    """Milliseconds in which one fragment is coded, one after the other."""
    text = (await _ok(http.get(f"{BASE}/documents/long/text")))["text"]
    took = []
    for n in range(CODINGS):
        body = fragment(f"C{n}", "long", text, 40 * n)
        name = body.pop("id")
        begun = time.perf_counter()
        await _ok(http.put(f"{BASE}/fragments/{name}", json=body))
        took.append((time.perf_counter() - begun) * 1000)
    return {"fragments": CODINGS, **_told(took)}


async def filtered(running: Running, http: Client, many: int) -> dict[str, Any]:
    """Milliseconds in which many fragments are filtered, by each filter, and the control's."""
    begun = time.perf_counter()
    for n in range(8):
        kind = ("literature", "service_user", "staff", "carer")[n % 4]
        await _ok(http.put(f"{BASE}/documents/m{n}", json={"kind": kind}))
    for start in range(0, many, BATCH):
        bodies = [fragment(f"F{n:06}", f"m{n % 8}", "", n) for n in range(start, start + BATCH)]
        await _ok(http.post(f"{BASE}/fragments/batch", json={"fragments": bodies}))
    loaded = time.perf_counter() - begun
    found = {name: await _filter(http, params) for name, params in FILTERS.items()}

    async def control() -> None:
        await running.db.read(_unindexed)

    return {
        "fragments": many,
        "coded_a_second": round(many / loaded),
        "filters": found,
        "control": _told(await _repeated(control, 3)),
    }


async def _filter(http: Client, params: Mapping[str, str]) -> dict[str, Any]:
    async def ask() -> None:
        await _ok(http.get(f"{BASE}/fragments", params={**params, "limit": "100"}))

    answer = await _ok(http.get(f"{BASE}/fragments", params={**params, "limit": "100"}))
    return {"found": len(answer["items"]), **_told(await _repeated(ask, 7))}


async def _unindexed(tx: Tx) -> list[str]:
    """The four filters of `passes` by reading every fragment's state."""
    rows = await tx.execute(select(fragments.c.fragment_id, fragments.c.state))
    return [row.fragment_id for row in rows if passes(row.state)][:100]


async def _ok(call: Coroutine[Any, Any, httpx.Response]) -> Any:
    answer = await call
    answer.raise_for_status()
    return answer.json()


async def _repeated(work: Callable[[], Coroutine[Any, Any, Any]], times: int) -> list[float]:
    took = []
    await work()
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        took.append((time.perf_counter() - begun) * 1000)
    return took


def _told(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
    }


async def run(pages: int, many: int) -> dict[str, Any]:
    """All figures, in a new extraction service of its own."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        database = db.connect(settings.url_of("extraction"), service="extraction")
        running = Running(SERVICE, database, MemoryBus(), settings)
        await running.open()
        authenticator = Authenticator("a secret for this benchmark alone, 32 bytes")
        token = authenticator.sign(LOCAL, datetime.now(UTC), timedelta(hours=3))
        transport = httpx.ASGITransport(app=build_app([running], authenticator))
        head = {"authorization": f"Bearer {token}"}
        try:
            await database.write(_open_review)
            async with Client(
                transport=transport, base_url="http://localhost", headers=head
            ) as http:
                return {
                    "pdf": await readable_pdf(http, pages),
                    "document": await served_document(http),
                    "coding": await coding(http),
                    "filter": await filtered(running, http, many),
                }
        finally:
            await running.close()


async def _open_review(tx: Tx) -> None:
    about = {"subject_version": 1, "last_stage": "full_text", "retired": False}
    await keep_reviews(tx, [{"review_id": REVIEW, **about}])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--fragments", type=int, default=100_000)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.pages, asked.fragments)), indent=1))


if __name__ == "__main__":
    main()
