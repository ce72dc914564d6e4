"""Queries that put several tables together."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from shared.kernel.tx import Tx
from workbench.feed import domain as feed_domain
from workbench.projections.domain.flow import Flow, Route, Settled, flow_of, studies
from workbench.projections.store import projections
from workbench.reviews.handlers import known_review
from workbench.reviews.store import state_of


async def flow(tx: Tx, review_id: str) -> Flow:
    """A review's flow of records; raises `NotFound`."""
    state = state_of(await known_review(tx, review_id))
    last = state.last_main_stage()
    included = await projections.included_records(tx, review_id, last) if last else set()
    found = await projections.studies_of(tx, review_id, included)
    links = await projections.links(tx, review_id)
    retrievals = await projections.retrieval_counts(tx, review_id)
    return flow_of(
        state.stages,
        _routes(await projections.identified(tx, review_id)),
        [Settled(**row) for row in await projections.settled(tx, review_id)],
        not_retrieved=retrievals.get("not_retrieved", 0),
        included_reports=len(included),
        included_studies=studies(found, links),
    )


def _routes(rows: Any) -> list[Route]:
    """Records that an import's reversal removed are counted beside those in play."""
    routes: dict[tuple[str, str], Route] = {}
    for row in rows:
        key = (row["arm"], row["source"])
        before = routes.get(key)
        removed = row["removed"]
        routes[key] = Route(
            arm=row["arm"],
            source=row["source"],
            source_records=int(row["source_records"]) + (before.source_records if before else 0),
            records=(0 if removed else row["records"]) + (before.records if before else 0),
            removed=(int(row["source_records"]) if removed else 0)
            + (before.removed if before else 0),
        )
    return [routes[key] for key in sorted(routes)]


async def names_for(tx: Tx, review_id: str, entries: Sequence[RowMapping]) -> feed_domain.Names:
    """People's words for what these feed entries name."""
    if not any(entry["type"].startswith("synthesis.") for entry in entries):
        return feed_domain.NONE
    bare = {
        str(entry["data"]["ccmoc_id"])
        for entry in entries
        if entry["data"].get("ccmoc_id") and not entry["data"].get("body")
    }
    return feed_domain.Names(
        groups=await projections.labels_by_theory(tx, review_id),
        ccmocs=await projections.ccmoc_bodies(tx, review_id, sorted(bare)),
    )
