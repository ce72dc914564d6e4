"""How long somebody waits in the browser, from the key to the picture.

    python -m benchmarks.in_browser [--keys 40] [--records 300] [--saves 10] [--events 30]

Starts `retroduct up` in a folder of its own and Chromium beside it, on the same cores. Six times,
in milliseconds, each taken in the page by its own clock, up to the frame that shows it:

- `key_to_next_record`: `I` is pressed at the screening page until another title is painted;
- `turn_to_next_record`: the same for `J`, which decides nothing;
- `save_to_repaint`: `S` is pressed at a document of 80,000 characters with 400 fragments, beside a
  codebook of 400 codes, until its new mark is painted;
- `event_to_page`: from the moment in an event until its line is painted on the review's page;
- `first_page`: a browser that knows nothing, until the page has loaded, and the kilobytes.

The control, in the same run: a key that changes the page without asking the server, and an answer
of the server that it makes without looking anything up. Prints JSON.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.extraction_inputs import sentences
from benchmarks.feed import amend, installation

HERE, DOCUMENT = "/reviews/bench", "d1"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE_MS = 300_000
"""Others may work on the machine; nothing is given up for it."""
CHARACTERS, FRAGMENTS, CODES = 80_000, 400, 400
LIMITS = {
    "key_to_next_record": 100,
    "turn_to_next_record": 100,
    "save_to_repaint": 150,
    "event_to_page": 100,
}
WATCH = """
window.bench = { times: [], at: 0, pressed: 0 };
const painted = (found) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => found(performance.now());
  port2.postMessage(0);
});
addEventListener('keydown', (event) => {
  window.bench.pressed = event.timeStamp;
  if (event.key === 'h') painted((now) => window.bench.times.push(now - event.timeStamp));
}, { capture: true });
window.benchUntil = (selector, before) => new Promise((resolve) => {
  const look = () => {
    const found = document.querySelector(selector)?.textContent;
    if (found === undefined || found === before) return requestAnimationFrame(look);
    return painted((now) => resolve(now - window.bench.pressed));
  };
  look();
});
"""
LINES = """
() => {
  window.lines = [];
  const log = document.querySelector('[data-log] ol');
  new MutationObserver(() => {
    const at = document.querySelector('[data-live]').dataset.after;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.lines.push([Number(at), Date.now()]);
      port2.postMessage(0);
    });
  }).observe(log, { childList: true });
}
"""
ARRIVED = """
() => {
  const [page] = performance.getEntriesByType('navigation');
  const all = [page, ...performance.getEntriesByType('resource')];
  const shown = performance.getEntriesByName('first-contentful-paint')[0];
  return {
    load_ms: page.loadEventEnd, painted_ms: shown ? shown.startTime : null,
    kilobytes: all.reduce((sum, one) => sum + one.transferSize, 0) / 1024,
  };
}
"""


async def said(request: Any) -> Any:
    """The body of an answer that must be a success, asked again while a service has not heard."""
    for _ in range(100):
        answer = await request()
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            answer.raise_for_status()
            return answer.json() if answer.content else None
        await asyncio.sleep(0.2)
    raise TimeoutError("a service still has not heard of what it is asked about")


async def fill(client: httpx.AsyncClient, records: int) -> None:
    """A review with records to screen, and a document that is coded already."""
    stages = [{"name": "title"}, {"name": "full_text", "from": "title"}]
    review = {"id": "bench", "title": "Bench", "stages": stages}
    await said(lambda: client.post("/api/reviews", json=review))
    words = sentences(1_500 * records)
    listed = [
        {
            "source": "embase",
            "own_id": f"r{n}",
            "title": f"Record {n}: {words[1500 * n : 1500 * n + 70]}",
            "abstract": words[1500 * n : 1500 * (n + 1)],
            "year": 2000 + n % 25,
        }
        for n in range(records)
    ]
    for start in range(0, records, 500):
        batch = {"records": listed[start : start + 500]}
        path = "/api/search/reviews/bench/records/batch"
        await said(lambda sent=batch, to=path: client.post(to, json=sent))
    await _code(client)
    await said(lambda: client.get("/api/reviews/bench/settled"))


async def _code(client: httpx.AsyncClient) -> None:
    """A theory with 400 codes, and a document of 80,000 characters with 400 fragments."""
    path, text = "/api/extraction/reviews/bench", sentences(CHARACTERS)
    theory = {"number": 1, "name": "Trust", "statement": "If trusted, they stay."}
    await said(lambda: client.put("/api/synthesis/reviews/bench/theories/PT1", json=theory))
    roles = ("context", "mechanism_resource", "mechanism_response", "outcome")
    groups = [
        {
            "id": f"G{n}",
            "role": roles[n % 4],
            "label": f"Group {n}",
            "codes": [{"id": f"c{code}", "label": f"Code {code}"} for code in range(n, CODES, 40)],
        }
        for n in range(40)
    ]
    await said(lambda: client.put(f"{path}/theories/PT1/codebook", json={"groups": groups}))
    document = {"kind": "literature", "title": "A long report", "text": text}
    await said(lambda: client.put(f"{path}/documents/{DOCUMENT}", json=document))
    fragments = [_fragment(n, text, roles) for n in range(FRAGMENTS)]
    await said(lambda: client.post(f"{path}/fragments/batch", json={"fragments": fragments}))


def _fragment(number: int, text: str, roles: Sequence[str]) -> dict[str, Any]:
    start = number * (len(text) // FRAGMENTS)
    code = number % CODES
    return {
        "id": f"f{number}",
        "theories": ["PT1"],
        "elements": [{"role": roles[code % 40 % 4], "code": f"c{code}"}],
        "sources": [{"document": DOCUMENT}],
        "document": DOCUMENT,
        "start": start,
        "end": start + 60,
        "quote": text[start : start + 60],
    }


async def keys(page: Page, url: str, presses: int) -> tuple[list[float], ...]:
    """Milliseconds from the key that includes, and from the key that turns, to the next title; and
    of a key that asks nobody.
    """
    await page.goto(f"{url}{HERE}/screening?stage=title")
    times = {key: await _pressed(page, key, presses) for key in ("i", "j")}
    for _ in range(presses):
        await page.keyboard.press("h")
        await asyncio.sleep(0.05)
    return times["i"], times["j"], [float(one) for one in await page.evaluate("bench.times")]


async def _pressed(page: Page, key: str, presses: int) -> list[float]:
    times = []
    for _ in range(presses):
        before = await page.locator("[data-title]").inner_text()
        waiting = asyncio.ensure_future(
            page.evaluate("(was) => benchUntil('[data-title]', was)", before)
        )
        await asyncio.sleep(0.05)
        await page.keyboard.press(key)
        times.append(float(await waiting))
        await asyncio.sleep(0.3)
    return times


async def saves(page: Page, url: str, presses: int) -> list[float]:
    """Milliseconds from the key that saves a fragment to the count of fragments after it."""
    await page.goto(f"{url}{HERE}/coding/{DOCUMENT}")
    times, counted = [], ".d-side > h2"
    for number in range(presses):
        await page.keyboard.press("Escape")
        for _ in range(number + 1):
            await page.keyboard.press("j")
        await page.locator("#new-context").fill(f"code of save {number}")
        await page.keyboard.press("Escape")
        before = await page.locator(counted).inner_text()
        asked = "([selector, was]) => benchUntil(selector, was)"
        waiting = asyncio.ensure_future(page.evaluate(asked, [counted, before]))
        await asyncio.sleep(0.05)
        await page.keyboard.press("s")
        times.append(float(await waiting))
        await asyncio.sleep(0.3)
    return times


async def events(page: Page, url: str, client: httpx.AsyncClient, count: int) -> list[float]:
    """Milliseconds from the moment in an event to its line on the review's page."""
    await page.goto(f"{url}{HERE}")
    await page.locator("[data-live=on]").wait_for()
    await page.evaluate(LINES)
    await amend(client, count / 2, 2)
    await asyncio.sleep(2)
    entries = (await client.get("/api/reviews/bench/activity?limit=1000")).json()["items"]
    at = {one["position"]: datetime.fromisoformat(one["at"]).timestamp() for one in entries}
    return [
        shown - 1000 * at[position]
        for position, shown in await page.evaluate("lines")
        if position in at
    ]


async def first_page(browser: Browser, url: str) -> dict[str, float]:
    """What a browser that knows nothing waits for the review's page, and how much comes."""
    found = []
    for _ in range(5):
        home = await browser.new_context()
        page = await home.new_page()
        await page.goto(url + HERE, wait_until="load")
        await asyncio.sleep(0.5)
        found.append(await page.evaluate(ARRIVED))
        await home.close()
    return {name: round(float(np.median([one[name] for one in found])), 1) for name in found[0]}


async def unasked(client: httpx.AsyncClient, times: int) -> list[float]:
    """Milliseconds of an answer for which the server looks nothing up."""
    found = []
    for _ in range(times):
        answer = await client.get("/session")
        found.append(1000 * answer.elapsed.total_seconds())
    return found


def figures(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and worst."""
    p50, p95 = (round(float(np.percentile(times, p)), 1) for p in (50, 95))
    return {"count": len(times), "p50_ms": p50, "p95_ms": p95, "worst_ms": round(max(times), 1)}


async def measure(wish: argparse.Namespace, home: Path) -> dict[str, Any]:
    """The whole report."""
    async with installation(home) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        await fill(client, wish.records)
        async with async_playwright() as playwright:
            path = shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            arrived = await first_page(browser, url)
            page = await browser.new_page()
            page.set_default_timeout(PATIENCE_MS)
            await page.add_init_script(WATCH)
            decided, turned, alone = await keys(page, url, wish.keys)
            saved = await saves(page, url, wish.saves)
            heard = await events(page, url, client, wish.events)
            answered = await unasked(client, wish.keys)
            await browser.close()
    told = dict(zip(LIMITS, (decided, turned, saved, heard), strict=True))
    return {
        **{name: figures(times) | {"limit_ms": LIMITS[name]} for name, times in told.items()},
        "first_page": arrived | {"limit_ms": 1000, "limit_kilobytes": 700},
        "control": {"key_without_server": figures(alone), "empty_answer": figures(answered)},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.in_browser", description=__doc__)
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--saves", type=int, default=10)
    parser.add_argument("--events", type=int, default=30)
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measure(wish, Path(folder) / "home"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
