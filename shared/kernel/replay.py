"""History sent again: to a service that is new, or whose state is to be rebuilt."""

from collections.abc import Sequence
from typing import Any

from shared.bus import Bus
from shared.events import Received
from shared.events.kernel import ReplayRequested
from shared.kernel import envelope
from shared.kernel.jobs import Job
from shared.kernel.relay import Stretch, history, message
from shared.kernel.tx import Tx

BATCH = 500
JOB = "replay"


async def on_replay_requested(asked: Sequence[Received[ReplayRequested]], tx: Tx) -> None:
    """Make a job of every request that is addressed to this service."""
    for received in asked:
        wish = received.event
        if wish.publisher != tx.service:
            continue
        review = None if wish.review_id == "*" else wish.review_id
        await ask(
            tx,
            Stretch(
                to=wish.to,
                types=wish.types,
                review_id=review,
                since=wish.since,
                number=wish.number,
            ),
        )


async def ask(tx: Tx, stretch: Stretch) -> None:
    """Have this service send a stretch of its history again."""
    payload = {
        "to": stretch.to,
        "types": list(stretch.types),
        "review_id": stretch.review_id,
        "since": stretch.since,
        "number": stretch.number,
    }
    key = f"{stretch.to}:{stretch.number}:{','.join(stretch.types)}:{stretch.review_id or '*'}"
    await tx.enqueue(JOB, key=key, payload=payload)


async def send_again(job: Job, context: Any) -> None:
    """The job: page through history and publish it to one service's queue."""
    stretch = Stretch(
        to=job.payload["to"],
        types=tuple(job.payload["types"]),
        review_id=job.payload["review_id"],
        since=job.payload["since"],
        number=job.payload["number"],
    )
    bus: Bus = context.bus
    after = 0
    while True:
        rows = await context.db.read(lambda tx, at=after: history(tx, stretch, at, BATCH))
        if not rows:
            return
        await bus.publish([message(row, _marked(row, stretch)) for row in rows], to=stretch.to)
        after = rows[-1].published_position


def _marked(row: Any, stretch: Stretch) -> bytes | None:
    return envelope.with_replay(row.envelope, stretch.number) if stretch.number else None


def missing_publishers(types: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Newly subscribed types by the service that publishes them."""
    by_publisher: dict[str, list[str]] = {}
    for name in types:
        publisher = name.split(".", 1)[0]
        if publisher != "kernel":
            by_publisher.setdefault(publisher, []).append(name)
    return {publisher: tuple(sorted(names)) for publisher, names in by_publisher.items()}
