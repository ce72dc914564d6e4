"""Reviews, people and theories as other services tell of them."""

from collections.abc import Mapping, Sequence

from services.screening.decisions.handlers.known import follow
from services.screening.decisions.handlers.stage_changes import (
    MEMBERSHIP,
    POLICY,
    follow_change,
)
from services.screening.decisions.store import counts, entries, holds, records
from services.screening.stages.domain.reconsider import changed_words
from services.screening.stages.store import reviews
from shared.db import Tx
from shared.events.base import Received
from shared.events.search import RescreenSuggested
from shared.events.synthesis import TheoryRefined, TheoryRetired, TheoryState, TheoryStated
from shared.events.workbench import (
    MemberJoined,
    MemberLeft,
    ReviewAmended,
    ReviewOpened,
    ReviewState,
)

RECONSIDER = "reconsider"


async def on_reviews_opened(opened: Sequence[Received[ReviewOpened]], tx: Tx) -> None:
    """A review is known from now on; records that came before it enter its stages."""
    for one in opened:
        with tx.caused_by(one):
            await _keep_review(tx, one.event.review, one.subject_version)


async def on_reviews_amended(amended: Sequence[Received[ReviewAmended]], tx: Tx) -> None:
    """Stages or policies changed: new stages fill, records without a vote follow the policy."""
    for one in amended:
        with tx.caused_by(one):
            await _keep_review(tx, one.event.review, one.subject_version)


async def _keep_review(tx: Tx, state: ReviewState, version: int) -> None:
    before = await reviews.review(tx, state.review_id)
    if not await reviews.keep_review(tx, state, version):
        return
    review = await reviews.review(tx, state.review_id)
    assert review is not None
    for stage in review.graph.stages:
        old = before.graph.by_name.get(stage.name) if before is not None else None
        if old is None or old.source != stage.source:
            await follow_change(tx, review.review_id, stage.name, MEMBERSHIP)
        if old is not None and old.policy != stage.policy:
            await follow_change(tx, review.review_id, stage.name, POLICY)


async def on_members_joined(joined: Sequence[Received[MemberJoined]], tx: Tx) -> None:
    """A person is on the team, with these roles."""
    for one in joined:
        event = one.event
        await reviews.keep_member(
            tx, one.review_id, event.person_id, event.roles, one.subject_version, True
        )


async def on_members_left(left: Sequence[Received[MemberLeft]], tx: Tx) -> None:
    """A person left: the votes stay; leases and assignments go back to the others."""
    for one in left:
        person = one.event.person_id
        await reviews.keep_member(tx, one.review_id, person, (), one.subject_version, False)
        await holds.release_all(tx, one.review_id, person)


async def on_theories_stated(stated: Sequence[Received[TheoryStated]], tx: Tx) -> None:
    """A theory entered the review; excluded records that speak to it are offered again."""
    for one in stated:
        with tx.caused_by(one):
            await _keep_theory(tx, one.review_id, one.event.theory, one.subject_version)


async def on_theories_refined(refined: Sequence[Received[TheoryRefined]], tx: Tx) -> None:
    """A theory was worded anew; excluded records that hold its new words are offered again."""
    for one in refined:
        with tx.caused_by(one):
            await _keep_theory(tx, one.review_id, one.event.theory, one.subject_version)


async def on_theories_retired(retired: Sequence[Received[TheoryRetired]], tx: Tx) -> None:
    """A theory is set aside: settlements are no longer stamped with it."""
    for one in retired:
        with tx.caused_by(one):
            theory, version = one.event.theory, one.subject_version
            await _keep_theory(tx, one.review_id, theory, version, retired=True)


async def _keep_theory(
    tx: Tx, review_id: str, state: TheoryState, version: int, *, retired: bool = False
) -> None:
    row = await reviews.theory(tx, review_id, state.theory_id)
    if row is not None and row.event_version >= version:
        return
    text = " ".join(
        (state.statement, state.context, state.resource, state.response, state.outcome_proximal,
         state.outcome_distal)
    )  # fmt: skip
    retired = retired or state.status == "retired"
    await reviews.keep_theory(tx, review_id, state, text, version, retired)
    review = await reviews.review(tx, review_id)
    if review is None or retired:
        return
    changed = changed_words(row.text if row is not None else "", text)
    for stage in review.graph.stages:
        cause = f"theory {state.theory_id} version {state.version}"
        await offer_what_holds(tx, review_id, stage.name, cause, changed)


async def offer_what_holds(
    tx: Tx,
    review_id: str,
    stage: str,
    cause: str,
    changed: Mapping[str, str],
    reasons: Sequence[str] = (),
) -> None:
    """Ask that excluded records of a stage be offered again.

    Those which hold the words of a change, and those that were excluded for these reasons.
    """
    if changed or reasons:
        await tx.enqueue(
            RECONSIDER,
            key=f"{review_id}/{stage}/{cause}",
            payload={
                "review_id": review_id, "stage": stage, "cause": cause, "changed": dict(changed),
                "reasons": list(reasons),
            },
        )  # fmt: skip


async def on_rescreens_suggested(suggested: Sequence[Received[RescreenSuggested]], tx: Tx) -> None:
    """Search asks for another look at an excluded record: it is offered, nothing is flipped."""
    for one in suggested:
        stands = await records.survivors(tx, one.review_id, [one.event.record_id])
        record_id = stands[one.event.record_id]
        for entry in await entries.entries_of_record(tx, one.review_id, record_id):
            if entry.standing == "settled" and not entry.includes:
                await counts.offer_again(
                    tx, one.review_id, entry.stage, one.event.reason, [(record_id, ())]
                )
                await follow(tx, one.review_id, entry.stage)
