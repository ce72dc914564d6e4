"""The flow of records through a review, from what search and screening told."""

from collections.abc import Mapping
from typing import Any

from services.synthesis.domain.report.flow import (
    Flow,
    FlowRecord,
    FlowStage,
    Included,
    flow_of,
)
from services.synthesis.domain.studies import canonical_studies
from services.synthesis.domain.values import Review
from services.synthesis.store import flow, following
from shared.db import Tx

Verdicts = dict[str, dict[str, tuple[str, str | None]]]


async def flow_of_review(review_id: str, review: Review, tx: Tx) -> Flow:
    """Count the flow as it is now."""
    row = await following.review_of(tx, review_id) or {"stages": []}
    records = [_record(item) for item in await flow.records_in_play(tx, review_id)]
    stages = [FlowStage(s["name"], s.get("source"), bool(s["main"])) for s in row["stages"]]
    return flow_of(
        records,
        _ordered(stages),
        await _verdicts(review_id, tx),
        await flow.reports_missing(tx, review_id),
        _included(review),
    )


def _record(row: Mapping[str, Any]) -> FlowRecord:
    """A record with each of its source records once, first sighting first."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for n, route in enumerate(sorted(row["routes"], key=lambda route: route["found_at"])):
        own = route["source_record_id"] or f"#{n}"
        seen.setdefault((route["source"], own), (route["arm"], route["source"]))
    return FlowRecord(row["record_id"], tuple(seen.values()))


def _ordered(stages: list[FlowStage]) -> list[FlowStage]:
    """Side branches right after the stage that feeds them; the main path's end last."""
    return [s for s in stages if not s.source] + sorted(
        (s for s in stages if s.source), key=lambda s: s.main
    )


async def _verdicts(review_id: str, tx: Tx) -> Verdicts:
    """Stage → record → verdict and reason; a survivor's own word before an absorbed one's."""
    survivors = dict(await following.merged_pairs(tx, review_id))
    found: Verdicts = {}
    rows = await flow.settlements_of(tx, review_id)
    for row in sorted(rows, key=lambda row: row["record_id"] not in survivors):
        name = row["record_id"]
        seen = {name}
        while name in survivors and survivors[name] not in seen:
            name = survivors[name]
            seen.add(name)
        found.setdefault(row["stage"], {})[name] = (row["verdict"], row["reason"])
    return found


def _included(review: Review) -> Included:
    """Reports with a record that count, and their studies, siblings as one."""
    canonical = canonical_studies(review.links)
    active = [s for s in review.sources.values() if s.record is not None and s.active]
    studies = {canonical.get(source.study, source.study) for source in active}
    return Included(studies=len(studies), reports=len({source.record for source in active}))
