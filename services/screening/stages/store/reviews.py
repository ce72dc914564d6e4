"""Reviews, their people, theories, criteria and the state of their stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from services.screening import tables
from services.screening.stages.domain.stage_graph import StageGraph, stage_graph
from services.screening.stages.store.rows import criteria_of, criteria_rows, stage_rows, stages_of
from shared.db import Tx, insert_ignoring_twins, upsert
from shared.events.screening import Criterion
from shared.events.synthesis import TheoryState
from shared.events.workbench import ReviewState
from shared.projections.newest import keep_newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What screening knows of a review."""

    review_id: str
    seed: int
    question: str
    graph: StageGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaVersion:
    """The criteria of a stage at one version (0: none were ever set)."""

    version: int
    criteria: tuple[Criterion, ...]

    @property
    def ids(self) -> list[str]:
        """Their ids in the stage's order."""
        return [c.criterion_id for c in self.criteria]


async def review(tx: Tx, review_id: str) -> Review | None:
    """The review, or None when no event has told of it yet."""
    found = select(tables.reviews).where(tables.reviews.c.review_id == review_id)
    row = (await tx.execute(found)).mappings().first()
    if row is None:
        return None
    return Review(
        review_id=review_id,
        seed=row["seed"],
        question=row["question"],
        graph=stage_graph(stages_of(row["stages"])),
    )


async def keep_review(tx: Tx, state: ReviewState, version: int) -> bool:
    """Keep the newest state; False when a newer one is there already."""
    row = {
        "review_id": state.review_id,
        "version": version,
        "seed": state.seed,
        "stages": stage_rows(state.stages),
        "question": f"{state.title} {state.question}",
    }
    return await keep_newest(tx, tables.reviews, [row], "version") > 0


async def keep_member(
    tx: Tx, review_id: str, person: str, roles: Sequence[str], version: int, present: bool
) -> None:
    """Keep whether and as what a person is on the team, newest first; who left keeps the roles."""
    t = tables.members
    if not present:
        known = select(t.c.roles).where(t.c.review_id == review_id, t.c.person == person)
        roles = (await tx.execute(known)).scalar_one_or_none() or ()
    row = {
        "review_id": review_id, "person": person, "roles": list(roles), "version": version,
        "present": present,
    }  # fmt: skip
    await keep_newest(tx, t, [row], "version")


async def members(tx: Tx, review_id: str) -> list[Any]:
    """Everybody who ever was on the team."""
    rows = select(tables.members).where(tables.members.c.review_id == review_id)
    return list((await tx.execute(rows.order_by(tables.members.c.person))).all())


async def theory(tx: Tx, review_id: str, theory_id: str) -> Any:
    """The row of a theory, or None."""
    t = tables.theories
    found = select(t).where(t.c.review_id == review_id, t.c.theory_id == theory_id)
    return (await tx.execute(found)).first()


async def keep_theory(
    tx: Tx, review_id: str, state: TheoryState, text: str, event_version: int, retired: bool
) -> None:
    """Keep a theory's wording and version, newest first."""
    row = {
        "review_id": review_id, "theory_id": state.theory_id, "event_version": event_version,
        "version": state.version, "text": text, "retired": retired,
    }  # fmt: skip
    await keep_newest(tx, tables.theories, [row], "event_version")


async def theory_versions(tx: Tx, review_id: str) -> tuple[tuple[str, int], ...]:
    """Every theory that is not retired, with its version, by id."""
    t = tables.theories
    rows = select(t.c.theory_id, t.c.version).where(
        t.c.review_id == review_id, t.c.retired.is_(False)
    )
    return tuple((r.theory_id, r.version) for r in await tx.execute(rows.order_by(t.c.theory_id)))


async def criteria(tx: Tx, review_id: str, stage: str) -> CriteriaVersion:
    """The newest criteria of a stage."""
    t = tables.criteria
    newest = (
        select(t.c.version, t.c.criteria)
        .where(t.c.review_id == review_id, t.c.stage == stage)
        .order_by(t.c.version.desc())
        .limit(1)
    )
    row = (await tx.execute(newest)).first()
    if row is None:
        return CriteriaVersion(version=0, criteria=())
    return CriteriaVersion(version=row.version, criteria=criteria_of(row.criteria))


async def add_criteria(tx: Tx, review_id: str, stage: str, new: CriteriaVersion) -> None:
    """Keep a further version of a stage's criteria."""
    row = {
        "review_id": review_id, "stage": stage, "version": new.version,
        "criteria": criteria_rows(new.criteria), "set_at": tx.now(),
    }  # fmt: skip
    await tx.execute(tables.criteria.insert(), row)


async def stage_state(tx: Tx, review_id: str, stage: str) -> dict[str, Any]:
    """What is remembered of a stage as a whole; defaults where nothing was said."""
    t = tables.stage_states
    found = select(t).where(t.c.review_id == review_id, t.c.stage == stage)
    row = (await tx.execute(found)).mappings().first()
    blank = {"kappa_reached": False, "stopped": ""}
    return dict(row) if row else {**blank, **{name: {} for name in _JSON}}


_JSON = ("target", "check", "start", "ranking", "assessed")


async def keep_stage_state(tx: Tx, review_id: str, stage: str, **values: Any) -> None:
    """Remember some facts of a stage."""
    t = tables.stage_states
    blank = {"kappa_reached": False, "stopped": "", **{name: {} for name in _JSON}}
    key = {"review_id": review_id, "stage": stage}
    await tx.execute(insert_ignoring_twins(tx.dialect, t), {**key, **blank})
    await tx.execute(update(t).where(t.c.review_id == review_id, t.c.stage == stage).values(values))


async def count_votes_of_day(tx: Tx, review_id: str, stage: str, day: str, votes: int) -> None:
    """Add to the number of decisions of a day."""
    row = {"review_id": review_id, "stage": stage, "day": day, "decisions": votes, "said": 0}
    stmt = upsert(tx.dialect, tables.days).values(row)
    await tx.execute(
        stmt.on_conflict_do_update(
            index_elements=["review_id", "stage", "day"],
            set_={"decisions": tables.days.c.decisions + stmt.excluded.decisions},
        )
    )


async def unsaid_days(tx: Tx, review_id: str, stage: str) -> list[Any]:
    """Days whose count has grown since it was last told."""
    t = tables.days
    rows = select(t).where(
        t.c.review_id == review_id, t.c.stage == stage, t.c.decisions != t.c.said
    )
    return list((await tx.execute(rows.order_by(t.c.day))).all())


async def day_is_said(tx: Tx, review_id: str, stage: str, day: str, decisions: int) -> None:
    """Note that a day's count was told."""
    t = tables.days
    same = (t.c.review_id == review_id, t.c.stage == stage, t.c.day == day)
    await tx.execute(update(t).where(*same).values(said=decisions))


async def decisions_so_far(tx: Tx, review_id: str, stage: str) -> int:
    """All decisions ever taken at a stage."""
    t = tables.days
    total = select(func.coalesce(func.sum(t.c.decisions), 0)).where(
        t.c.review_id == review_id, t.c.stage == stage
    )
    return int((await tx.execute(total)).scalar_one())
