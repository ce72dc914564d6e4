"""A review as the interface shows it."""

from typing import Any

import msgspec
from sqlalchemy import RowMapping

from shared.http.auth import Principal
from shared.kernel.tx import Tx
from workbench.people import store as people
from workbench.reviews import store as store
from workbench.reviews.handlers import reviews as use
from workbench.reviews.schemas.models import InvitationOut, MemberOut, ReviewOut, StageModel


async def shown(tx: Tx, review_id: str) -> ReviewOut:
    """A review as the interface shows it."""
    row = await use.known_review(tx, review_id)
    state = store.state_of(row)
    team = [
        MemberOut(
            person=m["person_id"],
            name=m["name"] or m["person_id"],
            roles=m["roles"],
            left_at=m["left_at"],
        )
        for m in await store.team(tx, review_id)
    ]
    invited = [
        MemberOut(person=one["person_id"], name=one["name"], roles=one["roles"])
        for one in await store.invited(tx, review_id)
    ]
    return ReviewOut(
        id=state.review_id,
        title=state.title,
        question=state.question,
        stages=[StageModel(**_plain(s)).model_dump(by_alias=True) for s in state.stages],
        seed=state.seed,
        retired=state.retired,
        version=row["version"],
        opened_at=row["opened_at"],
        team=team,
        invited=invited,
        reported_numbers=row["reported_numbers"],
        protocol=row["protocol"],
    )


async def reviews_of(tx: Tx, principal: Principal, limit: int | None = None) -> list[ReviewOut]:
    """The reviews that a person is in, oldest first; all for the owner of all."""
    listed = [row["review_id"] for row in await store.all_reviews(tx)]
    if not principal.everywhere:
        mine = await people.reviews_of(tx, principal.person_id)
        listed = [review_id for review_id in listed if review_id in mine]
    return [await shown(tx, review_id) for review_id in listed[:limit]]


def invitation_out(row: RowMapping) -> InvitationOut:
    """An invitation as the invited person sees it."""
    return InvitationOut(
        review=row["review_id"],
        title=store.state_of(row).title,
        roles=row["roles"],
        invited_by=row["invited_by"],
        invited_at=row["invited_at"],
    )


def _plain(stage: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(stage)
    return plain
