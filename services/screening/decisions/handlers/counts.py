"""Flow, agreement, progress: figures that never show an open vote."""

from collections import Counter, defaultdict
from typing import Any

from services.screening.decisions.domain.agreement import Interval, StageAgreement, stage_agreement
from services.screening.decisions.handlers.known import known_review, known_stage
from services.screening.decisions.store import counts, entries
from services.screening.stages.store import reviews
from shared.db import Tx
from shared.events.screening import DecisionMade
from shared.review.paths import CONFLICT, OPEN, StageState, standing_of
from shared.review.prisma import StageFlow, in_order, stage_flow


async def flow(review_id: str, tx: Tx) -> list[StageFlow]:
    """PRISMA counts per stage; a ranking excludes nothing, so it is no automation."""
    review = await known_review(tx, review_id)
    standings: dict[str, Counter[StageState]] = defaultdict(Counter)
    for row in await counts.flow(tx, review_id):
        state = row.standing if row.standing in (CONFLICT, OPEN) else row.verdict
        how = standing_of(state, row.reason, automation=row.how == "automation")
        standings[row.stage][how] += row.times
    return [stage_flow(stage, standings[stage.name]) for stage in in_order(review.graph.stages)]


async def agreement(
    review_id: str, stage: str, person: str, tx: Tx, *, resolver: bool
) -> tuple[StageAgreement, int]:
    """Agreement of the stage as a person may see it, and how many conflicts it leaves out.

    From independent first decisions of complete pairs. A table that grows by a
    conflict tells who voted what, so until it is resolved only a resolver who is
    no party to it sees it counted.
    """
    await known_stage(tx, review_id, stage)
    rounds = await _pairs(tx, review_id, stage)
    shown = [votes for votes, open_ in rounds if not open_ or (resolver and person not in votes)]
    return stage_agreement(shown), len(rounds) - len(shown)


async def _pairs(tx: Tx, review_id: str, stage: str) -> list[tuple[dict[str, str], bool]]:
    """The first rounds in which more than one person voted."""
    return [one for one in await entries.first_rounds(tx, review_id, stage) if len(one[0]) > 1]


async def note_kappa(tx: Tx, review_id: str, stage: str) -> None:
    """Where dual screening ends at a kappa: note once that it is reached on enough pairs."""
    _, found = await known_stage(tx, review_id, stage)
    policy = found.policy
    if policy.kind != "dual_until_kappa" or policy.kappa is None:
        return
    pooled = stage_agreement([votes for votes, _ in await _pairs(tx, review_id, stage)]).pooled
    reached = (
        pooled.records >= policy.minimum
        and isinstance(pooled.kappa, Interval)
        and pooled.kappa.value >= policy.kappa
    )
    state = await reviews.stage_state(tx, review_id, stage)
    if reached and not state["kappa_reached"]:
        await reviews.keep_stage_state(tx, review_id, stage, kappa_reached=True)


async def tell_days(tx: Tx, review_id: str, stage: str) -> None:
    """Say how many decisions a stage has seen per day: no record, no person, a second late."""
    for row in await reviews.unsaid_days(tx, review_id, stage):
        tx.emit(
            DecisionMade(
                review_id=review_id,
                day_id=f"{stage}/{row.day}",
                stage=stage,
                day=row.day,
                decisions=row.decisions,
            )
        )
        await reviews.day_is_said(tx, review_id, stage, row.day, row.decisions)


async def progress(review_id: str, stage: str, person: str, tx: Tx) -> list[dict[str, Any]]:
    """Votes per person and verdict: others' only of complete pairs, one's own all.

    Others' votes on a record in conflict are counted without their verdict.
    """
    await known_stage(tx, review_id, stage)
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for row in await counts.votes_per_person(tx, review_id, stage, person):
        people[row.person][row.word] += row.times
    team = await reviews.members(tx, review_id)
    present = {m.person: m.present for m in team}
    return [
        {
            "person": name,
            "present": present.get(name, True),
            **{word: people[name][word] for word in _CAST},
            "votes": people[name].total(),
        }
        for name in sorted({*people, *present})
    ]


_CAST = ("include", "exclude", "maybe", "in_conflict")
