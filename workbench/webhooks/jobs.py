"""Delivering: the network between transactions, never inside one.

A webhook has one job at a time. It turns what the feed has gained into deliveries, sends those that
are due, a few side by side, and asks for itself again when there is more to do: one short turn, so
that a slow receiver keeps no other waiting. A receiver that gives no answer is left alone for a
while, whatever happens meanwhile. A delivery whose
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
from workbench.webhooks.domain import (
    ReceiverAnswer,
    body_of,
    is_gone,
    next_try,
    rest_after,
    signing,
    wants,
)
from workbench.webhooks.handlers import AWAKE, JOB

BATCH = 200
TURN = 20
"""Deliveries of one run of the job."""
AT_ONCE = 4
KEPT = timedelta(days=30)
GONE = "the receiver answered that it wants nothing more (410)"


async def deliver(job: Job, ctx: Context) -> None:
    """Send some of what is due to one webhook, and ask for another turn."""
    where = (str(job.payload["review_id"]), str(job.payload["webhook_id"]))
    row = await ctx.db.write(lambda tx: take_new(tx, *where))
    if row is None:
        return
    if not rests(row, ctx.clock.now()):
        messages = await ctx.db.read(lambda tx: _messages(tx, where))
        await _send_all(ctx, row, messages)
    await ctx.db.write(lambda tx: _come_again(tx, where))


def rests(row: RowMapping, now: datetime) -> bool:
    """Whether the receiver is left alone for now."""
    return row["rests_until"] is not None and row["rests_until"] > now


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
    due = await store.due(tx, *where, tx.now(), TURN)
    rows = await feed_store.entries_at(tx, where[0], [delivery["position"] for delivery in due])
    shown = await shown_entries(tx, where[0], rows)
    return [
        (delivery, body_of(entry.model_dump(mode="json"), where[0]))
        for delivery, entry in zip(due, shown, strict=True)
    ]


async def _send_all(
    ctx: Context, row: RowMapping, messages: Sequence[tuple[RowMapping, str]]
) -> None:
    """Send messages side by side and keep what was answered; silence or a 410 ends it at once."""
    over = asyncio.Event()
    places = asyncio.Semaphore(AT_ONCE)

    async def one(delivery: RowMapping, body: str) -> None:
        async with places:
            if over.is_set():
                return
            answer = await _send(ctx, row, delivery, body)
            await ctx.db.write(lambda tx: note(tx, delivery, answer))
            if is_gone(answer) or answer.status is None:
                over.set()

    await asyncio.gather(*(one(*message) for message in messages))


async def _send(ctx: Context, row: RowMapping, delivery: RowMapping, body: str) -> ReceiverAnswer:
    now = ctx.clock.now()
    headers = signed(row["secrets"], delivery["event_id"], now, body)
    answer: ReceiverAnswer = await ctx.resources.sender.send(row["url"], headers, body)
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


async def note(tx: Tx, delivery: RowMapping, answer: ReceiverAnswer) -> None:
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
    await _keep_rest(tx, where, answer, now)
    if is_gone(answer):
        await store.change(tx, *where, {"enabled": False, "reason": GONE})


async def _keep_rest(tx: Tx, where: tuple[str, str], answer: ReceiverAnswer, now: datetime) -> None:
    """A receiver that gave no answer rests, each time longer; one that answers is awake."""
    row = await store.webhook(tx, *where)
    if row is None or (answer.status is not None and not row["silences"]):
        return
    if answer.status is not None:
        await store.change(tx, *where, AWAKE)
    elif not rests(row, now):
        silences = row["silences"] + 1
        rest = {"silences": silences, "rests_until": rest_after(silences, now)}
        await store.change(tx, *where, rest)


async def _come_again(tx: Tx, where: tuple[str, str]) -> None:
    """Ask for another turn: now if the feed holds more, else when the next delivery falls due."""
    row = await store.webhook(tx, *where)
    if row is None or not row["enabled"]:
        return
    moment = await store.next_due(tx, *where)
    if await feed_store.head(tx, where[0]) > row["position"]:
        moment = tx.now()
    if moment is not None and rests(row, moment):
        moment = row["rests_until"]
    if moment is not None:
        payload = {"review_id": where[0], "webhook_id": where[1]}
        await tx.enqueue(JOB, key="/".join(where), payload=payload, not_before=moment)
