"""The flow of records through a review, from what search and screening told."""

from collections.abc import Mapping
from typing import Any

from services.synthesis.domain.values import Review
from services.synthesis.projections.domain.flow import Flow, FlowRecord, FlowStage, flow_of
from services.synthesis.projections.store import flow, projections
from shared.db import Tx
from shared.review.studies import canonical_studies, study_of

Verdicts = dict[str, dict[str, tuple[str, str | None]]]


async def flow_of_review(review_id: str, review: Review, tx: Tx) -> Flow:
    """Count the flow as it is now."""
    row = await projections.review_of(tx, review_id) or {"stages": []}
    records = [_record(item) for item in await flow.records_in_play(tx, review_id)]
    stages = [FlowStage(s["name"], s.get("source"), bool(s["main"])) for s in row["stages"]]
    return flow_of(
        records,
        _ordered(stages),
        await _verdicts(review_id, tx),
        await flow.reports_missing(tx, review_id),
        await _documents(review_id, review, tx),
    )


def _record(row: Mapping[str, Any]) -> FlowRecord:
    """A record with each of its source records once, first sighting first."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for n, route in enumerate(sorted(row["routes"], key=lambda route: route["found_at"])):
        own = route["source_record_id"] or f"#{n}"
        seen.setdefault((route["source"], own), (route["arm"], route["source"]))
    return FlowRecord(row["record_id"], tuple(seen.values()), bool(row["retracted"]))


def _ordered(stages: list[FlowStage]) -> list[FlowStage]:
    """Side branches right after the stage that feeds them; the main path's end last."""
    return [s for s in stages if not s.source] + sorted(
        (s for s in stages if s.source), key=lambda s: s.main
    )


async def _verdicts(review_id: str, tx: Tx) -> Verdicts:
    """Stage → record → verdict and reason; a survivor's own word before an absorbed one's."""
    survivors = await projections.survivors(tx, review_id)
    found: Verdicts = {}
    rows = await flow.settlements_of(tx, review_id)
    for row in sorted(rows, key=lambda row: row["record_id"] not in survivors):
        name = survivors.get(row["record_id"], row["record_id"])
        found.setdefault(row["stage"], {})[name] = (row["verdict"], row["reason"])
    return found


async def _documents(review_id: str, review: Review, tx: Tx) -> list[tuple[str, str]]:
    """Every document with a record, as that record's survivor and the canonical study."""
    survivors = await projections.survivors(tx, review_id)
    canonical = canonical_studies(review.links)
    return [
        (survivors.get(row["record_id"], row["record_id"]), _study(row, canonical))
        for row in await flow.documents_of(tx, review_id)
        if row["record_id"] is not None
    ]


def _study(document: Mapping[str, Any], canonical: Mapping[str, str]) -> str:
    """Its study, siblings as one; a document without one is a study of its own."""
    return study_of(document["study_id"] or document["document_id"], canonical)
