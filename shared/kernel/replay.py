"""History sent again: to a service that is new, or whose state is to be rebuilt."""

from collections.abc import Sequence
from typing import Any

from shared.bus import Bus
from shared.events import Received
from shared.events.kernel import ReplayRequested
from shared.kernel import envelope
from shared.kernel.jobs import Job
from shared.kernel.relay import ReplayRange, history, message
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
            ReplayRange(
                to=wish.to,
                types=wish.types,
                review_id=review,
                since=wish.since,
                number=wish.number,
            ),
        )


async def ask(tx: Tx, replay_range: ReplayRange) -> None:
    """Have this service send a replay_range of its history again."""
    payload = {
        "to": replay_range.to,
        "types": list(replay_range.types),
        "review_id": replay_range.review_id,
        "since": replay_range.since,
        "number": replay_range.number,
    }
    types, review = ",".join(replay_range.types), replay_range.review_id or "*"
    key = f"{replay_range.to}:{replay_range.number}:{types}:{review}:{replay_range.since}"
    await tx.enqueue(JOB, key=key, payload=payload)


async def send_again(job: Job, context: Any) -> None:
    """The job: page through history and publish it to one service's queue."""
    replay_range = ReplayRange(
        to=job.payload["to"],
        types=tuple(job.payload["types"]),
        review_id=job.payload["review_id"],
        since=job.payload["since"],
        number=job.payload["number"],
    )
    bus: Bus = context.bus
    after = 0
    while True:
        rows = await context.db.read(lambda tx, at=after: history(tx, replay_range, at, BATCH))
        if not rows:
            return
        await bus.publish(
            [message(row, _marked(row, replay_range)) for row in rows], to=replay_range.to
        )
        after = rows[-1].published_position


def _marked(row: Any, replay_range: ReplayRange) -> bytes | None:
    return envelope.with_replay(row.envelope, replay_range.number) if replay_range.number else None


def missing_publishers(types: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Newly subscribed types by the service that publishes them."""
    by_publisher: dict[str, list[str]] = {}
    for name in types:
        publisher = name.split(".", 1)[0]
        if publisher != "kernel":
            by_publisher.setdefault(publisher, []).append(name)
    return {publisher: tuple(sorted(names)) for publisher, names in by_publisher.items()}
