"""Queries that put several tables together."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from shared.actors import known_kind
from shared.kernel.tx import Tx
from shared.review.prisma import Flow
from workbench.feed.domain.names import FeedLabels
from workbench.feed.domain.sentences import say
from workbench.feed.handlers.names import names_for
from workbench.projections.handlers import flow_of_review
from workbench.reviews.handlers.reviews import known_review
from workbench.reviews.schemas.models import ActivityOut
from workbench.reviews.store import state_of


async def flow(tx: Tx, review_id: str) -> Flow:
    """A review's flow of records; raises `NotFound`."""
    state = state_of(await known_review(tx, review_id))
    return await flow_of_review(tx, review_id, state.stages)


async def shown_entries(tx: Tx, review_id: str, rows: Sequence[RowMapping]) -> list[ActivityOut]:
    """Feed rows as the interface shows them, in sentences with people's labels."""
    names = await names_for(tx, review_id, rows)
    return [_entry(row, names) for row in rows]


def _entry(row: RowMapping, names: FeedLabels) -> ActivityOut:
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
        words=say(row["type"], row["data"], names),
        data=row["data"],
    )
