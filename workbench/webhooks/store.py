"""Every query on webhooks and their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, delete, func, select, update

from shared.db.bulk import insert_rows
from shared.kernel.tx import Tx
from workbench.tables import deliveries, feed, webhooks

Changes = Mapping[str, Any]


async def put(tx: Tx, row: Changes) -> None:
    """Keep a new webhook."""
    await tx.execute(webhooks.insert().values(dict(row)))


async def change(tx: Tx, review_id: str, webhook_id: str, changes: Changes) -> None:
    """Change columns of a webhook."""
    await tx.execute(update(webhooks).where(_is(review_id, webhook_id)).values(dict(changes)))


async def remove(tx: Tx, review_id: str, webhook_id: str) -> None:
    """Delete a webhook with its log."""
    await tx.execute(delete(webhooks).where(_is(review_id, webhook_id)))
    await tx.execute(delete(deliveries).where(_of(review_id, webhook_id)))


async def webhook(tx: Tx, review_id: str, webhook_id: str) -> RowMapping | None:
    """One webhook, or None."""
    found = select(webhooks).where(_is(review_id, webhook_id))
    return (await tx.execute(found)).mappings().one_or_none()


async def webhooks_of(tx: Tx, review_id: str) -> Sequence[RowMapping]:
    """The webhooks of a review, oldest first."""
    found = select(webhooks).where(webhooks.c.review_id == review_id)
    return (await tx.execute(found.order_by(webhooks.c.created_at))).mappings().all()


async def enabled(tx: Tx, review_ids: Sequence[str]) -> Sequence[RowMapping]:
    """(review_id, webhook_id) of the webhooks of some reviews that are switched on."""
    found = select(webhooks.c.review_id, webhooks.c.webhook_id).where(
        webhooks.c.review_id.in_(review_ids), webhooks.c.enabled
    )
    return (await tx.execute(found)).mappings().all()


async def waiting(tx: Tx, review_id: str) -> dict[str, int]:
    """Webhook → how many deliveries wait."""
    found = (
        select(deliveries.c.webhook_id, func.count().label("n"))
        .where(deliveries.c.review_id == review_id, deliveries.c.state == "waiting")
        .group_by(deliveries.c.webhook_id)
    )
    return {row.webhook_id: row.n for row in await tx.execute(found)}


async def add_deliveries(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep new deliveries."""
    await insert_rows(tx, deliveries, list(rows))


async def due(
    tx: Tx, review_id: str, webhook_id: str, now: datetime, limit: int
) -> Sequence[RowMapping]:
    """Deliveries whose time has come, in the feed's order."""
    found = select(deliveries).where(
        _of(review_id, webhook_id), deliveries.c.state == "waiting", deliveries.c.not_before <= now
    )
    return (await tx.execute(found.order_by(deliveries.c.position).limit(limit))).mappings().all()


async def next_due(tx: Tx, review_id: str, webhook_id: str) -> datetime | None:
    """When the next waiting delivery falls due."""
    found = select(func.min(deliveries.c.not_before)).where(
        _of(review_id, webhook_id), deliveries.c.state == "waiting"
    )
    moment: datetime | None = (await tx.execute(found)).scalar_one_or_none()
    return moment


async def delivery(tx: Tx, review_id: str, webhook_id: str, position: int) -> RowMapping | None:
    """The delivery of one position of the feed, or None."""
    found = select(deliveries).where(_of(review_id, webhook_id), deliveries.c.position == position)
    return (await tx.execute(found)).mappings().one_or_none()


async def change_delivery(
    tx: Tx, review_id: str, webhook_id: str, position: int, changes: Changes
) -> None:
    """Change columns of a delivery."""
    which = and_(_of(review_id, webhook_id), deliveries.c.position == position)
    await tx.execute(update(deliveries).where(which).values(dict(changes)))


async def log(
    tx: Tx, review_id: str, webhook_id: str, *, before: int | None, state: str | None, limit: int
) -> Sequence[RowMapping]:
    """The delivery log, newest position first; the event's type comes with it."""
    found = (
        select(deliveries, feed.c.type)
        .join(
            feed,
            and_(
                feed.c.review_id == deliveries.c.review_id,
                feed.c.position == deliveries.c.position,
            ),
        )
        .where(_of(review_id, webhook_id))
    )
    if before is not None:
        found = found.where(deliveries.c.position < before)
    if state is not None:
        found = found.where(deliveries.c.state == state)
    ordered = found.order_by(deliveries.c.position.desc()).limit(limit)
    return (await tx.execute(ordered)).mappings().all()


async def forget_delivered(tx: Tx, review_id: str, webhook_id: str, before: datetime) -> None:
    """Delete what was delivered before a moment from the log."""
    await tx.execute(
        delete(deliveries).where(
            _of(review_id, webhook_id),
            deliveries.c.state == "delivered",
            deliveries.c.created_at < before,
        )
    )


def _is(review_id: str, webhook_id: str) -> Any:
    return and_(webhooks.c.review_id == review_id, webhooks.c.webhook_id == webhook_id)


def _of(review_id: str, webhook_id: str) -> Any:
    return and_(deliveries.c.review_id == review_id, deliveries.c.webhook_id == webhook_id)
