"""Use cases of webhooks, and what makes them deliver."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from shared.events import Event, Received
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.kernel.inbox import Handler
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.feed import store as feed_store
from workbench.webhooks import store
from workbench.webhooks.domain import fault_of_url, rotated

JOB = "deliver_webhook"
MOST = 20
"""Webhooks of one review."""
AWAKE: dict[str, Any] = {"silences": 0, "rests_until": None}
BY_PERSON = "switched off by a person"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where an installation may send to: the network; private networks and this machine."""

    network: bool
    private: bool


def with_webhooks(handlers: Mapping[type[Event], Handler]) -> dict[type[Event], Handler]:
    """The handlers of events, each followed by a look at who waits for the review's feed."""
    return {cls: _then_deliver(handler) for cls, handler in handlers.items()}


def _then_deliver(handler: Handler) -> Handler:
    async def on_events(events: Sequence[Received[Any]], tx: Tx) -> None:
        await handler(events, tx)
        for row in await store.enabled(tx, sorted({e.review_id for e in events})):
            await ask_to_deliver(tx, row["review_id"], row["webhook_id"])

    return on_events


async def ask_to_deliver(tx: Tx, review_id: str, webhook_id: str) -> None:
    """Let the job look at a webhook now."""
    payload = {"review_id": review_id, "webhook_id": webhook_id}
    await tx.enqueue(JOB, key=f"{review_id}/{webhook_id}", payload=payload)


def new_secret() -> str:
    """A fresh secret in the standard's form: 24 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


async def make(
    tx: Tx, review_id: str, wish: Mapping[str, Any], person: str, allowed: Allowed
) -> tuple[str, str]:
    """Keep a new webhook that begins with what happens from now on; returns its id and secret.

    `wish` holds url, label and types. Raises `Invalid` for an address that may not be sent
    to, `Conflict` beyond the bound.
    """
    check_url(wish["url"], allowed)
    await tx.lock(f"webhooks/{review_id}")
    if len(await store.webhooks_of(tx, review_id)) >= MOST:
        raise Conflict(f"A review has at most {MOST} webhooks; remove one first.")
    webhook_id, secret, now = new_id(), new_secret(), tx.now()
    await store.put(
        tx,
        {
            "review_id": review_id,
            "webhook_id": webhook_id,
            "url": wish["url"],
            "label": clean(wish["label"]),
            "types": list(wish["types"]),
            "secrets": [{"secret": secret, "until": None}],
            "enabled": True,
            "reason": None,
            "position": await feed_store.head(tx, review_id),
            "person_id": person,
            "created_at": now,
        },
    )
    return webhook_id, secret


def check_url(url: str, allowed: Allowed) -> None:
    """Raise `Invalid` for an address that may not be sent to."""
    fault = fault_of_url(url, private=allowed.private)
    if fault is not None:
        raise Invalid(f"This address cannot be used: {fault}.", field="url")
    if not (allowed.network or allowed.private):
        raise Invalid(
            "This installation reaches no network; whoever runs it can allow that with "
            "RETRODUCT_NETWORK=true.",
            field="url",
        )


async def known(tx: Tx, review_id: str, webhook_id: str) -> RowMapping:
    """A webhook; raises `NotFound`."""
    found = await store.webhook(tx, review_id, webhook_id)
    if found is None:
        raise NotFound("There is no such webhook in this review.")
    return found


async def amend(tx: Tx, review_id: str, webhook_id: str, changes: Mapping[str, Any]) -> None:
    """Change address, label, types, or whether it is on; then it goes on where it was."""
    await known(tx, review_id, webhook_id)
    kept = dict(changes)
    if "enabled" in kept:
        kept |= AWAKE | {"reason": None if kept["enabled"] else BY_PERSON}
    if "label" in kept:
        kept["label"] = clean(kept["label"])
    if kept:
        await store.change(tx, review_id, webhook_id, kept)
    if kept.get("enabled"):
        await ask_to_deliver(tx, review_id, webhook_id)


async def rotate(tx: Tx, review_id: str, webhook_id: str) -> str:
    """A new secret, shown this once; the one before signs for a day more."""
    row = await known(tx, review_id, webhook_id)
    secret = new_secret()
    await store.change(
        tx, review_id, webhook_id, {"secrets": rotated(row["secrets"], secret, tx.now())}
    )
    return secret


async def remove(tx: Tx, review_id: str, webhook_id: str) -> None:
    """Delete a webhook and its log."""
    await known(tx, review_id, webhook_id)
    await store.remove(tx, review_id, webhook_id)


async def resend(tx: Tx, review_id: str, webhook_id: str, position: int) -> None:
    """Deliver one event again, whatever became of it. Raises `NotFound`, `Conflict`."""
    row = await known(tx, review_id, webhook_id)
    if not row["enabled"]:
        raise Conflict("This webhook is switched off; switch it on first.")
    if await store.delivery(tx, review_id, webhook_id, position) is None:
        raise NotFound("This webhook was never sent such an event.")
    again = {"state": "waiting", "attempts": 0, "not_before": tx.now()}
    await store.change_delivery(tx, review_id, webhook_id, position, again)
    await store.change(tx, review_id, webhook_id, AWAKE)
    await ask_to_deliver(tx, review_id, webhook_id)
