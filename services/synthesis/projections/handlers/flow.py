"""The flow of records through a review, from events of search, screening and extraction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.synthesis.engine import Review
from services.synthesis.projections.store import flow, projections
from shared.db import Tx
from shared.db.rows import state
from shared.events.search import Route
from shared.events.workbench import Stage
from shared.review.paths import (
    Path,
    Sighting,
    StageState,
    path_of,
    sightings,
    sources_of,
    standing_of,
)
from shared.review.prisma import Flow, flow_of, is_included
from shared.review.studies import canonical_studies, study_of

Seen = Mapping[str, Sequence[Sighting]]


async def flow_of_review(review_id: str, review: Review, tx: Tx) -> Flow:
    """Count the flow as it is now."""
    row = await projections.review_of(tx, review_id) or {"stages": []}
    stages = [Stage(name=s["name"], source=s.get("source"), main=s["main"]) for s in row["stages"]]
    survivors = await projections.survivors(tx, review_id)
    records = await flow.records_not_absorbed(tx, review_id)
    seen = await tx.compute(_sightings, records)
    settled = await flow.settlements_of(tx, review_id)
    sought = await flow.retrievals_of(tx, review_id)
    paths = await tx.compute(_paths, survivors, records, seen, settled, sought)
    counting = {path for path in set(paths.values()) if is_included(stages, path)}
    included = {name for name, path in paths.items() if path in counting}
    return flow_of(
        stages,
        sources_of((seen[r["record_id"]], r["removed"]) for r in records),
        Counter(paths.values()),
        studies=await _studies(review_id, review, survivors, included, tx),
        words=await flow.reason_words(tx, review_id),
    )


def _sightings(records: Sequence[Mapping[str, Any]]) -> Seen:
    return {r["record_id"]: sightings(state(r["routes"], list[Route])) for r in records}


def _paths(
    survivors: Mapping[str, str],
    records: Sequence[Mapping[str, Any]],
    seen: Seen,
    settled: Iterable[Mapping[str, Any]],
    sought: Iterable[Mapping[str, Any]],
) -> dict[str, Path]:
    """The path of every record in play."""
    settlements = defaultdict[str, list[tuple[str, str, StageState]]](list)
    for row in settled:
        how = standing_of(row["verdict"], row["reason"], automation=row["automation"])
        stands = survivors.get(row["record_id"], row["record_id"])
        settlements[stands].append((row["record_id"], row["stage"], how))
    retrievals = defaultdict[str, list[tuple[str, str | None]]](list)
    for row in sought:
        reason = row["reason"] if row["missing"] else None
        retrievals[survivors.get(row["record_id"], row["record_id"])].append(
            (row["record_id"], reason)
        )
    return {
        name: path_of(
            name,
            seen[name][0].arm,
            settlements.get(name, ()),
            retrievals.get(name, ()),
            retracted=row["retracted"],
        )
        for row in records
        if not row["removed"] and (name := row["record_id"])
    }


async def _studies(
    review_id: str, review: Review, survivors: Mapping[str, str], included: set[str], tx: Tx
) -> int:
    """How many studies the documents of the included records tell of, siblings as one.

    A document without a study is a study of its own.
    """
    canonical = canonical_studies(review.links)
    named = {
        row["study_id"] or row["document_id"]
        for row in await flow.documents_of(tx, review_id)
        if row["record_id"] is not None
        and survivors.get(row["record_id"], row["record_id"]) in included
    }
    return len({study_of(study, canonical) for study in named})
