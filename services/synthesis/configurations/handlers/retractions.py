"""The banner: what was retracted, and which theories and CCMOCs rested on it."""

from collections.abc import Collection, Mapping
from typing import Any

from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.projections.store import flow
from services.synthesis.projections.store import fragments as fragments_store
from services.synthesis.theories.handlers import require_review
from shared.db import Tx

View = dict[str, Any]


async def retractions(review_id: str, tx: Tx) -> list[View]:
    """Every retracted source with its fragments, theories and the CCMOCs that rested on it.

    Nothing is deleted: a reinstatement takes the source off this list and restores what was.
    """
    await require_review(tx, review_id)
    described = {row["document_id"]: row for row in await flow.documents_of(tx, review_id)}
    sources = await inputs.sources_of(tx, review_id, described)
    found = []
    for key in sorted(name for name, source in sources.items() if source.retracted):
        citing = await fragments_store.fragments_citing(tx, review_id, {key})
        theories = await fragments_store.theories_of_fragments(tx, review_id, citing)
        reached = {name for some in theories.values() for name in some}
        found.append(
            {
                "source": key,
                "record": described[key]["record_id"],
                "title": described[key]["title"],
                "fragments": sorted(citing),
                "theories": sorted(theories),
                "ccmocs": await _affected(review_id, theories, reached, tx),
            }
        )
    return found


async def _affected(
    review_id: str, theories: Collection[str], fragments: Collection[str], tx: Tx
) -> list[View]:
    """CCMOCs to check again whose last checked body rested on any of the fragments."""
    found = []
    for theory_id in sorted(theories):
        rows = await ccmocs.page(
            tx, review_id, limit=1_000_000, lapsed=True, theory_id=theory_id, recheck=True
        )
        for row in rows:
            before = await _checked(review_id, row, tx)
            if before and not set(before["fragments"]).isdisjoint(fragments):
                state = "lapsed" if row["lapsed"] else row["state"]
                found.append({"id": row["ccmoc_id"], "theory": theory_id, "state": state})
    return found


async def _checked(review_id: str, row: Mapping[str, Any], tx: Tx) -> Mapping[str, Any] | None:
    revision = row["checked_revision"]
    if revision is None:
        return None
    known = await ccmocs.revision_of(tx, review_id, row["ccmoc_id"], revision)
    return known["body"] if known else None
