"""Queries that put several tables together."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from shared.actors import known_kind
from shared.kernel.tx import Tx
from shared.review.prisma import Flow
from workbench.feed import domain as feed_domain
from workbench.projections.handlers import flow_of_review
from workbench.projections.store import projections
from workbench.reviews.handlers.reviews import known_review
from workbench.reviews.schemas.models import ActivityOut
from workbench.reviews.store import state_of


async def flow(tx: Tx, review_id: str) -> Flow:
    """A review's flow of records; raises `NotFound`."""
    state = state_of(await known_review(tx, review_id))
    return await flow_of_review(tx, review_id, state.stages)


async def names_for(tx: Tx, review_id: str, entries: Sequence[RowMapping]) -> feed_domain.Names:
    """People's words for what these feed entries name."""
    if not any(entry["type"].startswith("synthesis.") for entry in entries):
        return feed_domain.NONE
    bare = {
        str(entry["data"]["ccmoc_id"])
        for entry in entries
        if entry["data"].get("ccmoc_id") and not entry["data"].get("body")
    }
    return feed_domain.Names(
        groups=await projections.labels_by_theory(tx, review_id),
        ccmocs=await projections.ccmoc_bodies(tx, review_id, sorted(bare)),
    )


async def shown_entries(tx: Tx, review_id: str, rows: Sequence[RowMapping]) -> list[ActivityOut]:
    """Feed rows as the interface shows them, in sentences with people's labels."""
    names = await names_for(tx, review_id, rows)
    return [_entry(row, names) for row in rows]


def _entry(row: RowMapping, names: feed_domain.Names) -> ActivityOut:
    return ActivityOut(
        position=row["position"],
        id=row["event_id"],
        type=row["type"],
        subject=row["subject"],
        version=row["subject_version"],
        at=row["at"],
        actor=row["actor_id"],
        actor_kind=known_kind(row["actor_kind"], row["actor_id"]),
        causation=row["causation_id"],
        words=feed_domain.say(row["type"], row["data"], names),
        data=row["data"],
    )
