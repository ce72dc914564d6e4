"""Reviews, people and theories as other services tell of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.screening.decisions.domain.entries import Entry, new_entry
from services.screening.decisions.handlers.known import follow
from services.screening.decisions.handlers.records import admit
from services.screening.decisions.handlers.settle import feed
from services.screening.decisions.store import counts, entries, holds, records
from services.screening.stages.domain.reconsider import changed_words
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
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
    Stage,
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
        if old is None and stage.source is not None:
            await _fill(tx, review, stage)
        if old is not None and old.policy != stage.policy:
            await _follow_policy(tx, review, stage)
        if old is not None and old.source != stage.source:
            await _follow_source(tx, review, stage)
    first = list(review.graph.fed_by(None))
    if before is None or any(s.name not in before.graph.by_name for s in first):
        await admit(tx, review, await records.all_standing(tx, review.review_id))


async def _fill(tx: Tx, review: Review, stage: Stage) -> None:
    """A new stage takes in what its source has included so far."""
    assert stage.source is not None
    settled = await entries.entries_of_stage(tx, review.review_id, stage.source, "settled")
    await feed(tx, review, stage, [e.record_id for e in settled if e.includes])


async def _follow_source(tx: Tx, review: Review, stage: Stage) -> None:
    """A stage that is fed from elsewhere now holds what its new source lets through."""
    review_id = review.review_id
    if stage.source is None:
        standing = await records.all_standing(tx, review_id)
        stands = await records.survivors(tx, review_id, standing)
        wanted = {r for r, removed in standing.items() if not removed and stands[r] == r}
    else:
        fed = await entries.entries_of_stage(tx, review_id, stage.source, "settled")
        wanted = {entry.record_id for entry in fed if entry.includes}
    there = {entry.record_id for entry in await entries.entries_of_stage(tx, review_id, stage.name)}
    reason = f"stage {stage.name} is fed from {stage.source or 'the library'} now"
    await feed(tx, review, stage, sorted(wanted - there), sorted(there - wanted), reason)


async def _follow_policy(tx: Tx, review: Review, stage: Stage) -> None:
    """Records without any vote need as many judges as the policy now says.

    Pairs that are begun are finished. While there are any, the first vote tells
    of the others: how many may hold a record would tell which have a vote.
    """
    review_id = review.review_id
    waiting = await entries.entries_of_stage(tx, review_id, stage.name, "open", "maybe")
    voted = set(await counts.votes_of_open(tx, review_id, stage.name))
    begun = any(entry.record_id in voted and entry.needed != 1 for entry in waiting)
    changed: list[Entry] = []
    for entry in waiting:
        needed = 0 if begun else new_entry(stage, entry.record_id, review.seed).needed
        if entry.record_id not in voted and entry.needed != needed:
            changed.append(replace(entry, needed=needed))
    await entries.save_entries(tx, review_id, changed)


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
