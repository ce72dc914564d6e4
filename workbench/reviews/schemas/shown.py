"""A review as the interface shows it."""

from typing import Any

import msgspec

from shared.kernel.tx import Tx
from workbench.reviews import handlers as use
from workbench.reviews import store as store
from workbench.reviews.schemas.models import MemberOut, ReviewOut, StageModel


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
        reported_numbers=row["reported_numbers"],
        protocol=row["protocol"],
    )


def _plain(stage: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(stage)
    return plain
