"""A large export file through all services: `python -m benchmarks.library [--words 32]`.

Invented RIS records in the dialects of four databases (about 1.3 KB each, one in
seven a second sighting of another) are uploaded to the embedded system and handled
by every service. Prints JSON; the control is rispy reading the same file, holding all (median of
three readings). A stall is how late a nap of the event loop ends; `own_cpu` is the processor time
that the loop's thread itself used meanwhile, which others on the machine do not lengthen.
"""

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import rispy

from runtime.embedded import System, open_system
from shared.ops.settings import Settings

SYLLABLES = [
    "ka",
    "re",
    "mo",
    "ti",
    "sul",
    "ven",
    "dra",
    "po",
    "lin",
    "che",
    "tor",
    "ba",
    "ni",
    "gel",
    "us",
    "mar",
]
"""Words are made of these; the fewer words there are, the more alike are all titles."""


DIALECTS = (
    ("AU", "TI", "T2", "PY", "AB"),
    ("A1", "T1", "JF", "Y1", "N2"),
    ("AU", "T1", "JO", "PY", "AB"),
    ("AU", "TI", "JF", "DA", "AB"),
)


def text(dice: random.Random, words: int, known: int) -> str:
    """A sentence of `known` invented words, common ones more often than rare ones."""
    return " ".join(_word(int(known * dice.random() ** 2)) for _ in range(words)).capitalize()


def _word(number: int) -> str:
    return "".join(SYLLABLES[number // 16**place % 16] for place in range(2 + number % 2))


def record(number: int, dice: random.Random, dialect: int, known: int) -> str:
    """One record in one dialect; the same number gives the same work."""
    work = random.Random(number)
    author, title, journal, year, abstract = DIALECTS[dialect]
    page = work.randint(1, 3000)  # printed places as varied as in real libraries
    lines = ["TY  - JOUR"]
    lines += [
        f"{author}  - {text(work, 1, known)}{number % 97}, {text(work, 1, known)[0]}."
        for _ in range(4)
    ]
    lines += [
        f"{title}  - {text(work, 9, known)} {number}",
        f"{journal}  - Journal of {text(work, 2, known)}",
        f"{year}  - {1990 + number % 35}",
        f"VL  - {work.randint(1, 120)}",
        f"SP  - {page}",
        f"EP  - {page + 9}",
        f"DO  - 10.{1000 + number % 90}/work.{number}",
        f"{abstract}  - {'. '.join(text(work, 15, known) for _ in range(9))}.",
    ]
    lines += [f"KW  - {text(work, 1, known)}" for _ in range(5)]
    return "\n".join([*lines, f"ID  - {dialect}-{number}-{dice.randrange(10**6)}", "ER  - ", ""])


def export(records: int, seed: int, known: int) -> bytes:
    """The whole file."""
    dice = random.Random(seed)
    parts = []
    for n in range(records):
        number = dice.randrange(n) if n and n % 7 == 0 else n
        parts.append(record(number, dice, dice.randrange(4), known))
    return "\n".join(parts).encode()


def write(file: Path, records: int, seed: int, known: int) -> None:
    """Make the file."""
    file.write_bytes(export(records, seed, known))


@dataclass(frozen=True, slots=True)
class Nap:
    """By how much a nap of the event loop ended late, and the loop's own processor time, in s."""

    late: float
    own_cpu: float


async def watch_stalls(naps: list[Nap]) -> None:
    """Note how late each 10 ms nap ends."""
    while True:
        start, cpu = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.01)
        naps.append(Nap(time.perf_counter() - start - 0.01, time.thread_time() - cpu))


def stalls(naps: list[Nap]) -> dict[str, float]:
    """The 99th percentile and the worst of the naps, in ms."""
    late, own = sorted(nap.late for nap in naps), sorted(nap.own_cpu for nap in naps)
    at = int(len(naps) * 0.99)
    return {
        "p99": round(1000 * late[at], 1),
        "worst": round(1000 * late[-1], 1),
        "own_cpu_p99": round(1000 * own[at], 1),
        "own_cpu_worst": round(1000 * own[-1], 1),
    }


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """The file as an upload sends it."""
    with path.open("rb") as file:
        while piece := file.read(256 * 1024):
            yield piece


async def load(system: System, file: Path) -> dict[str, Any]:
    """Upload and wait until every service has handled everything."""
    async with system.client() as client:
        await client.post("/api/reviews", json={"id": "big", "title": "A large library"})
        stages = [{"name": "title_abstract", "from": None}]
        await client.patch("/api/reviews/big", json={"stages": stages, "reason": "stage"})
        await system.drain()
        path = "/api/search/reviews/big/imports?filename=big.ris&source=mixed&arm=database"
        answer = await client.post(path, content=pieces(file))
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        await system.drain(600)
        return {name: told.get(name) for name in ("records", "added", "merged", "seen")}


async def measure(file: Path, home: Path) -> dict[str, Any]:
    """Wall and CPU seconds, peak memory and the worst stalls of the event loop."""
    async with open_system(Settings(home=home, local_owner=True)) as system:
        naps: list[Nap] = []
        watcher = asyncio.create_task(watch_stalls(naps))
        start, cpu = time.perf_counter(), time.process_time()
        told = await load(system, file)
        wall, spent = time.perf_counter() - start, time.process_time() - cpu
        watcher.cancel()
    return {
        **told,
        "wall_s": round(wall, 1),
        "cpu_s": round(spent, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "stall_ms": stalls(naps),
    }


def control(file: Path) -> dict[str, float]:
    """rispy alone on the same file, the median of three readings."""
    spent: list[float] = []
    for _ in range(3):
        start = time.process_time()
        found = len(rispy.load(file))
        spent.append(time.process_time() - start)
    return {"rispy_records": found, "rispy_cpu_s": round(median(spent), 2)}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--words", type=int, default=5000, help="the vocabulary (try 32)")
    parser.add_argument("--seed", type=int, default=0)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "big.ris"
        # In a process of its own, so that writing the file is not in the memory measured here.
        writer = get_context("spawn").Process(
            target=write, args=(file, wish.records, wish.seed, wish.words)
        )
        writer.start()
        writer.join()
        measured = asyncio.run(measure(file, Path(folder) / "home"))
        size = {"words": wish.words, "file_mb": file.stat().st_size // 10**6}
        alone = control(file)
        ratio = round(measured["cpu_s"] / alone["rispy_cpu_s"], 1)
        print(json.dumps({**size, **measured, **alone, "ratio": ratio}))


if __name__ == "__main__":
    main()
