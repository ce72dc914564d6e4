"""Delivering: the network between transactions, never inside one.

A webhook has one job at a time. It turns what the feed has gained into deliveries, sends those that
are due, a few side by side, and asks for itself again when the next one falls due. A delivery whose
answer could not be written down is sent again: receivers tell repeats by `webhook-id`.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping
from standardwebhooks import Webhook

from shared.kernel.jobs import Job
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.feed import store as feed_store
from workbench.feed.handlers.views import shown_entries
from workbench.webhooks import store
from workbench.webhooks.domain import Answer, body_of, is_gone, next_try, signing, wants
from workbench.webhooks.handlers import JOB

BATCH = 200
AT_ONCE = 4
ROUNDS = 50
"""Batches that one run of the job sends before it lets others of its kind have their turn."""
KEPT = timedelta(days=30)
GONE = "the receiver answered that it wants nothing more (410)"


async def deliver(job: Job, ctx: Context) -> None:
    """Send what is due to one webhook, then wait for what falls due next."""
    where = (str(job.payload["review_id"]), str(job.payload["webhook_id"]))
    for _ in range(ROUNDS):
        row = await ctx.db.write(lambda tx: take_new(tx, *where))
        if row is None:
            return
        sent = await ctx.db.read(lambda tx: _messages(tx, where))
        if not sent:
            break
        await _send_all(ctx, row, sent)
    await ctx.db.write(lambda tx: _come_again(tx, where))


async def take_new(tx: Tx, review_id: str, webhook_id: str) -> RowMapping | None:
    """Turn new entries of the feed into deliveries; None where the webhook is off or gone."""
    await tx.lock(f"webhook/{webhook_id}")
    row = await store.webhook(tx, review_id, webhook_id)
    if row is None or not row["enabled"]:
        return None
    entries = await feed_store.entries(tx, review_id, row["position"], BATCH)
    if entries:
        now = tx.now()
        wanted = [entry for entry in entries if wants(row["types"], entry["type"])]
        await store.add_deliveries(tx, [_delivery(row, entry, now) for entry in wanted])
        await store.change(tx, review_id, webhook_id, {"position": entries[-1]["position"]})
        await store.forget_delivered(tx, review_id, webhook_id, now - KEPT)
    return row


def _delivery(row: RowMapping, entry: RowMapping, now: datetime) -> dict[str, Any]:
    return {
        "review_id": row["review_id"],
        "webhook_id": row["webhook_id"],
        "position": entry["position"],
        "event_id": entry["event_id"],
        "state": "waiting",
        "attempts": 0,
        "not_before": now,
        "status": None,
        "said": "",
        "created_at": now,
        "tried_at": None,
    }


async def _messages(tx: Tx, where: tuple[str, str]) -> list[tuple[RowMapping, str]]:
    """(delivery, its body) of what is due, in the feed's order."""
    due = await store.due(tx, *where, tx.now(), BATCH)
    found = []
    for delivery in due:
        rows = await feed_store.entries(tx, where[0], delivery["position"] - 1, 1)
        shown = await shown_entries(tx, where[0], rows)
        found.append((delivery, body_of(shown[0].model_dump(mode="json"), where[0])))
    return found


async def _send_all(
    ctx: Context, row: RowMapping, messages: Sequence[tuple[RowMapping, str]]
) -> None:
    """Send messages side by side and keep what was answered; a 410 ends it at once."""
    gone = asyncio.Event()
    places = asyncio.Semaphore(AT_ONCE)

    async def one(delivery: RowMapping, body: str) -> None:
        async with places:
            if gone.is_set():
                return
            answer = await _send(ctx, row, delivery, body)
            await ctx.db.write(lambda tx: note(tx, delivery, answer))
            if is_gone(answer):
                gone.set()

    await asyncio.gather(*(one(*message) for message in messages))


async def _send(ctx: Context, row: RowMapping, delivery: RowMapping, body: str) -> Answer:
    now = ctx.clock.now()
    headers = signed(row["secrets"], delivery["event_id"], now, body)
    answer: Answer = await ctx.resources.sender.send(row["url"], headers, body)
    return answer


def signed(
    secrets: Sequence[Mapping[str, Any]], event_id: str, now: datetime, body: str
) -> dict[str, str]:
    """The three headers of Standard Webhooks, signed with every secret that holds now."""
    name = f"msg_{event_id}"
    signatures = [Webhook(secret).sign(name, now, body) for secret in signing(secrets, now)]
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
        "user-agent": "Retroduct",
    }


async def note(tx: Tx, delivery: RowMapping, answer: Answer) -> None:
    """Keep what a receiver answered, and when to try again."""
    where = (delivery["review_id"], delivery["webhook_id"])
    attempts, now = delivery["attempts"] + 1, tx.now()
    kept: dict[str, Any] = {
        "attempts": attempts, "status": answer.status, "said": answer.said, "tried_at": now,
    }  # fmt: skip
    again = next_try(attempts, answer, now, random.random())  # noqa: S311  # spreads the load
    if answer.accepted:
        kept["state"] = "delivered"
    elif again is None:
        kept["state"] = "failed"
    else:
        kept["not_before"] = again
    await store.change_delivery(tx, *where, delivery["position"], kept)
    if is_gone(answer):
        await store.change(tx, *where, {"enabled": False, "reason": GONE})


async def _come_again(tx: Tx, where: tuple[str, str]) -> None:
    """Ask for this job at the moment when the next delivery falls due."""
    moment = await store.next_due(tx, *where)
    if moment is not None:
        payload = {"review_id": where[0], "webhook_id": where[1]}
        await tx.enqueue(JOB, key="/".join(where), payload=payload, not_before=moment)
