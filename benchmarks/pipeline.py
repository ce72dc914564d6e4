"""Events from commit to handled, against raw aio-pika measured in the same run.

`python -m benchmarks.pipeline [--pairs 5] [--events 4000]` prints JSON: ratios to the
control (medians of interleaved pairs), processor time, latencies, embedded rates.
Needs PostgreSQL and RabbitMQ (`RETRODUCT_TEST_DATABASE_URL`, `RETRODUCT_TEST_AMQP_URL`).
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg

from benchmarks import pipeline_control as control
from benchmarks import pipeline_parts as parts
from benchmarks.pipeline_clock import Process, middle, run
from benchmarks.pipeline_parts import Place

DATABASE = os.environ.get(
    "RETRODUCT_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/test"
)
AMQP = os.environ.get("RETRODUCT_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")


class Backlog:
    """Measured values by name, reported as medians."""

    def __init__(self) -> None:
        self.ratios: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def ratio(self, name: str, value: float) -> None:
        """Note one pair's ratio."""
        self.ratios.setdefault(name, []).append(value)

    def spent(self, name: str, microseconds: float) -> None:
        """Note one run's processor time of an event."""
        self.cpu.setdefault(name, []).append(microseconds)


def fresh(home: Path, *, packed: bool = False) -> Place:
    """A place of its own for one measurement."""
    return Place(str(home), DATABASE, AMQP, f"b{uuid4().hex[:8]}", packed)


async def clean(place: Place) -> None:
    """Remove a place's schemas and queues."""
    connection = await asyncpg.connect(DATABASE)
    for service in ("search", "screening"):
        await connection.execute(f'DROP SCHEMA IF EXISTS "{place.prefix}_{service}" CASCADE')
    await connection.close()
    broker = await aio_pika.connect(AMQP)
    channel = await broker.channel()
    for name in ("search", "screening", "unrouted"):
        await channel.queue_delete(f"{place.prefix}.{name}.v1")
    for name in ("events", "unrouted"):
        await channel.exchange_delete(f"{place.prefix}.{name}.v1")
    await broker.close()


def end_to_end(home: Path, count: int, kind: str, *, packed: bool = False) -> tuple[float, float]:
    """Events a second from the producer's start to the last handled, and cpu in us."""
    place = fresh(home, packed=packed)
    run(parts.prepare, place)
    carrier = Process(parts.carry, place, count)
    time.sleep(1.0)
    start, produced = run(parts.produce, place, count, kind)
    end, carried = carrier.result()
    asyncio.run(clean(place))
    return count / (end - start), (produced + carried) / count * 1e6


def measure_pair(home: Path, count: int, figures: Backlog) -> None:
    """One control and one of each of ours, next to each other."""
    queue = f"control-{uuid4().hex[:8]}"
    publish = run(control.publish, AMQP, queue, count)
    place = fresh(home)
    run(parts.prepare, place)
    drained = run(parts.drain_relay, place, count)
    consume = run(control.consume, AMQP, queue, count)
    received = run(parts.receive_all, place, count)
    asyncio.run(clean(place))
    whole = 1 / (1 / publish.rate + 1 / consume.rate)
    bulk, bulk_cpu = end_to_end(home, count, "bulk")
    packed, packed_cpu = end_to_end(home, count, "bulk", packed=True)
    single, single_cpu = end_to_end(home, count // 2, "single")
    figures.ratio("relay", drained.rate / publish.rate)
    figures.ratio("receive", received.rate / consume.rate)
    figures.ratio("bulk", bulk / whole)
    figures.ratio("single", single / whole)
    figures.ratio("packed_over_unpacked", packed / bulk)
    for name, cpu in (
        ("control_publish", publish.cpu_us),
        ("control_consume", consume.cpu_us),
        ("relay", drained.cpu_us),
        ("receive", received.cpu_us),
        ("bulk", bulk_cpu),
        ("packed", packed_cpu),
        ("single", single_cpu),
    ):
        figures.spent(name, cpu)


def latency(home: Path, *, distributed: bool, seconds: int) -> dict[str, float]:
    """Median and 99th percentile at 100 events a second, in ms."""
    place = fresh(home) if distributed else Place(str(home / uuid4().hex), None, None, "l")
    values = sorted(run(parts.steady, place, 100, seconds))
    if distributed:
        asyncio.run(clean(place))
    return {
        "p50": round(values[len(values) // 2], 2),
        "p99": round(values[int(len(values) * 0.99)], 2),
    }


def embedded_rates(home: Path, count: int, pairs: int) -> dict[str, float]:
    """Events a second in one process on SQLite, handled in another service's file."""
    rates: dict[str, list[float]] = {"bulk": [], "single": []}
    for _ in range(pairs):
        for kind, values in rates.items():
            place = replace(Place("", None, None, "e"), home=str(home / uuid4().hex))
            values.append(run(parts.embedded, place, count, kind).rate)
    return {kind: round(middle(values)) for kind, values in rates.items()}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--events", type=int, default=4000)
    parser.add_argument("--latency-seconds", type=int, default=10)
    wish = parser.parse_args()
    figures = Backlog()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for n in range(wish.pairs):
            print(f"pair {n + 1} of {wish.pairs}", file=sys.stderr)
            measure_pair(home, wish.events, figures)
        report: dict[str, Any] = {
            "ratios": {name: middle(values) for name, values in figures.ratios.items()},
            "cpu_us_per_event": {name: middle(values) for name, values in figures.cpu.items()},
            "latency_ms": {
                "embedded": latency(home, distributed=False, seconds=wish.latency_seconds),
                "distributed": latency(home, distributed=True, seconds=wish.latency_seconds),
            },
            "embedded_events_per_s": embedded_rates(home, wish.events, wish.pairs),
            "pairs": wish.pairs,
            "events": wish.events,
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
