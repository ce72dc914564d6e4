"""What other services said that the library follows: reviews, settlements, gaps."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from services.search.tables import reviews, runs, settlements, steps
from shared.db import Tx
from shared.db.among import among
from shared.db.rows import all_of, first_of
from shared.events.workbench import ReviewState
from shared.projections.newest import keep_newest


async def knows_review(tx: Tx, review_id: str) -> bool:
    """Whether the review's opening has arrived."""
    found = await tx.execute(select(reviews.c.review_id).where(reviews.c.review_id == review_id))
    return found.first() is not None


async def is_retired(tx: Tx, review_id: str) -> bool:
    """Whether the review is no longer kept up to date."""
    found = await tx.execute(select(reviews.c.retired).where(reviews.c.review_id == review_id))
    return bool(found.scalar_one_or_none())


async def title_of(tx: Tx, review_id: str) -> str:
    """What the review is called; empty as long as its opening has not arrived."""
    found = await tx.execute(select(reviews.c.title).where(reviews.c.review_id == review_id))
    return str(found.scalar_one_or_none() or "")


async def last_refetch(tx: Tx, review_id: str) -> datetime | None:
    """When every PubMed record was last fetched again."""
    found = await tx.execute(
        select(func.max(runs.c.ended_at)).where(
            runs.c.review_id == review_id,
            runs.c.search_id == "refetch",
            runs.c.state == "succeeded",
        )
    )
    ended: datetime | None = found.scalar_one_or_none()
    return ended


async def keep_review(tx: Tx, review: ReviewState, version: int) -> None:
    """The newest state of a review; an older one changes nothing."""
    row = {
        "review_id": review.review_id,
        "version": version,
        "title": review.title,
        "retired": review.retired,
    }
    await keep_newest(tx, reviews, [row], "version")


async def keep_settlements(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """The newest verdict on each record at each stage."""
    await keep_newest(tx, settlements, rows, "version")


async def settled(tx: Tx, review_id: str, stage: str, verdict: str) -> list[str]:
    """Ids of the records on which a stage's verdict is this one."""
    rows = await tx.execute(
        select(settlements.c.record_id).where(
            settlements.c.review_id == review_id,
            settlements.c.stage == stage,
            settlements.c.verdict == verdict,
        )
    )
    return [row.record_id for row in rows]


async def keep_step(
    tx: Tx,
    review_id: str,
    step_id: str,
    version: int,
    theory_id: str,
    detail: Mapping[str, Any],
    state: str,
) -> None:
    """The newest state of a gap; what people decided on its step stays until the gap closes."""
    await tx.lock(f"step/{review_id}/{step_id}")
    known = await step_of(tx, review_id, step_id)
    if known is not None and known["version"] >= version:
        return
    if known is not None and known["detail"].get("decision"):
        detail = {**detail, "decision": known["detail"]["decision"]}
        if state == "proposed" and known["state"] in ("approved", "done", "dismissed"):
            state = known["state"]
    row = {
        "review_id": review_id,
        "id": step_id,
        "version": version,
        "theory_id": theory_id,
        "detail": dict(detail),
        "state": state,
        "changed_at": tx.now(),
    }
    await keep_newest(tx, steps, [row], "version")


async def step_of(tx: Tx, review_id: str, step_id: str) -> Mapping[str, Any] | None:
    """One step as it stands."""
    return await first_of(
        tx, select(steps).where(steps.c.review_id == review_id, steps.c.id == step_id)
    )


async def decide_step(
    tx: Tx, step: Mapping[str, Any], state: str, decision: Mapping[str, Any]
) -> None:
    """What a person decided on a step, with what came of it."""
    said = {"at": tx.now().isoformat(), **decision}
    await tx.execute(
        update(steps)
        .where(steps.c.review_id == step["review_id"], steps.c.id == step["id"])
        .values(state=state, detail={**step["detail"], "decision": said}, changed_at=tx.now())
    )


async def excluded_among(tx: Tx, review_id: str, ids: Collection[str]) -> set[str]:
    """Those of `ids` that some stage has excluded."""
    found = await tx.execute(
        select(settlements.c.record_id).where(
            settlements.c.review_id == review_id,
            settlements.c.verdict == "exclude",
            among(tx.dialect, settlements.c.record_id, ids),
        )
    )
    return set(found.scalars())


async def steps_of(tx: Tx, review_id: str, state: str) -> Sequence[Mapping[str, Any]]:
    """Proposed (or otherwise standing) steps of CLUSTER searching."""
    return await all_of(
        tx,
        select(steps)
        .where(steps.c.review_id == review_id, steps.c.state == state)
        .order_by(steps.c.id),
    )
