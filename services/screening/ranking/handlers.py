"""What the ranking learns from, when it is due, and where its places go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.screening.decisions.domain.entries import UNRANKED
from services.screening.decisions.handlers.known import follow, known_records, known_stage
from services.screening.decisions.store import changes, counts, entries, records
from services.screening.ranking import store
from services.screening.ranking.domain.places import Held, Ranked
from services.screening.ranking.domain.schedule import is_due, texts_changed
from services.screening.ranking.ports import PLACES_KEPT, RankingDone, RankingTask
from services.screening.stages.store import reviews
from services.screening.stages.store.reviews import Review
from shared.db import Tx
from shared.events.screening import RecordsRanked

PRIOR_WEIGHT = 0.2
"""How much an exclusion at an earlier stage counts beside a settlement of the stage itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A ranking that is due: the task, from how many settlements of the stage, of which texts.

    `texts` is the library's stamp, and `fresh` the versions of the records that no ranking has
    placed yet, which are mostly all that are new; `first` are the queue's first records with
    what the ranking before gave them; `changes` is how often entries of the stage had changed.
    All are as they were when the task was made.
    """

    task: RankingTask
    trained_on: int
    texts: tuple[int, int]
    fresh: Mapping[str, int]
    first: Mapping[str, Held]
    changes: int


async def due_ranking(tx: Tx, review_id: str, stage: str, listed: int | None = None) -> Due | None:
    """The task, if records wait and enough was settled or amended since the last, or some came.

    `listed`: after how many changes of entries the ranker listed what waits; unless one was
    made since, it is told only what came.
    Learns from settlements alone: no open vote, so that no place shows one.
    """
    review, _ = await known_stage(tx, review_id, stage)
    state = await reviews.stage_state(tx, review_id, stage)
    texts = await records.stamp(tx, review_id)
    if not await _is_worth_while(tx, review_id, stage, state["ranking"], texts):
        return None
    settled = await entries.settled_in_order(tx, review_id, stage)
    own = [(r, int(v == "include"), 1.0) for r, v, _ in settled if v != "maybe"]
    changed = await changes.changes(tx, review_id, stage)
    waiting = None if listed == changed else await store.waiting(tx, review_id, stage)
    if waiting == "[]":
        return None
    first = await store.first_places(tx, review_id, stage, PLACES_KEPT)
    unplaced = await store.without_place(tx, review_id, stage, UNRANKED)
    start: Mapping[str, Any] = state["start"]
    task = RankingTask(
        review_id=review_id,
        stage=stage,
        waiting=waiting,
        came=unplaced,
        replaced=[*first, *unplaced],
        labels=[*own, *await _priors(tx, review, stage, own)],
        query=start.get("query") or review.question,
        seeds=start.get("records", []),
        seed=review.seed,
        random_share=start.get("random_share", 0.0),
    )
    fresh = await records.versions(tx, review_id, unplaced)
    return Due(
        task=task, trained_on=len(own), texts=texts, fresh=fresh, first=first, changes=changed
    )


async def _is_worth_while(
    tx: Tx, review_id: str, stage: str, last: Mapping[str, Any], texts: tuple[int, int]
) -> bool:
    """Whether enough was settled or amended, or records came, since the last ranking."""
    if not last:
        return True
    if texts_changed(last.get("texts"), texts):
        return True
    settled = await counts.settled_count(tx, review_id, stage)
    if is_due(int(last["trained_on"]), settled):
        return True
    return await store.has_unranked(tx, review_id, stage, UNRANKED)


async def _priors(
    tx: Tx, review: Review, stage: str, own: Sequence[tuple[str, int, float]]
) -> list[tuple[str, int, float]]:
    """Earlier stages' exclusions weigh a little; inclusions only while there is no own one."""
    known = {record for record, _, _ in own}
    includes = any(label for _, label, _ in own)
    priors: list[tuple[str, int, float]] = []
    for earlier in review.graph.upstream(stage):
        for record, verdict, _ in await entries.settled_in_order(tx, review.review_id, earlier):
            wanted = verdict == "exclude" or (verdict == "include" and not includes)
            if wanted and record not in known:
                known.add(record)
                priors.append((record, int(verdict == "include"), PRIOR_WEIGHT))
    return priors


async def keep_places(tx: Tx, review_id: str, stage: str, places: Sequence[Ranked]) -> None:
    """Write a slice of the new places."""
    await store.place(tx, review_id, stage, places)


async def finish_ranking(tx: Tx, review_id: str, stage: str, due: Due, done: RankingDone) -> int:
    """Say that the queue was ranked anew, from how much and by which versions.

    Gives how often entries of the stage have changed by now.
    """
    ranking = {
        "trained_on": due.trained_on,
        "texts": list(due.texts),
        "labels": len(due.task.labels),
        "records": done.records,
        "model_version": done.model_version,
        "feature_version": done.feature_version,
        "seed": due.task.seed,
        "random_share": due.task.random_share,
        "at": tx.now().isoformat(),
    }
    await reviews.keep_stage_state(tx, review_id, stage, ranking=ranking)
    tx.emit(
        RecordsRanked(
            review_id=review_id,
            stage=stage,
            records=done.records,
            trained_on=due.trained_on,
            model_version=done.model_version,
            feature_version=done.feature_version,
            seed=due.task.seed,
        )
    )
    return await changes.changes(tx, review_id, stage)


async def start_ranking(
    review_id: str, stage: str, query: str, seeds: Sequence[str], random_share: float, tx: Tx
) -> None:
    """Set what the ranking starts from and its share of random records; it is ranked anew.

    Raises `NotKnownYet` for a seed record unheard of.
    """
    await known_stage(tx, review_id, stage)
    await known_records(tx, review_id, seeds)
    start = {"query": query, "records": list(seeds), "random_share": random_share}
    state = await reviews.stage_state(tx, review_id, stage)
    if state["start"] == start:
        return
    await reviews.keep_stage_state(tx, review_id, stage, start=start, ranking={})
    await follow(tx, review_id, stage)


async def ranking_of(review_id: str, stage: str, tx: Tx) -> dict[str, Any]:
    """The last ranking and what it started from."""
    await known_stage(tx, review_id, stage)
    state = await reviews.stage_state(tx, review_id, stage)
    shown = {name: value for name, value in state["ranking"].items() if name != "texts"}
    return {"ranking": shown or None, "start": state["start"]}


async def forget_ranking(tx: Tx, review_id: str, stage: str) -> None:
    """Let the next ranking be due at once, whatever was settled since the last."""
    await reviews.keep_stage_state(tx, review_id, stage, ranking={})
