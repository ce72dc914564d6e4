"""Gathering what a report is written from, out of one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine import issues_of
from services.synthesis.inference.domain import CodingMemo
from services.synthesis.inference.handlers import views
from services.synthesis.inference.handlers.log import inference_log
from services.synthesis.projections.handlers import flow as flow_handlers
from services.synthesis.projections.handlers.names import names_of_review
from services.synthesis.projections.store import projections
from services.synthesis.report import store
from services.synthesis.report.domain.inference import Inference
from services.synthesis.report.domain.items import ITEMS
from services.synthesis.report.domain.material import LOOK, AuthorText, Material
from services.synthesis.report.handlers.arguments import argument_parts
from services.synthesis.report.handlers.sources import source_parts
from services.synthesis.report.handlers.theories import theory_parts
from services.synthesis.theories.handlers import require_review
from services.synthesis.versions import store as versions_store
from services.synthesis.versions.handlers import comparing
from shared.db import Tx


async def material_of(
    review_id: str, tx: Tx, *, confidential: bool = False, noted: Sequence[CodingMemo] | None = ()
) -> Material:
    """All that the report of a review says; raises `NotKnownYet` for an unknown one.

    `confidential` allows words about confidential sources; `noted` are memos of coding, or None.
    """
    await require_review(tx, review_id)
    review_row = await projections.review_of(tx, review_id) or {}
    review = await inputs.inputs_of_review(tx, review_id)
    fragments = await ccmocs.fragments_of(tx, review_id, review.fragments)
    sources = await source_parts(review_id, review, fragments, tx)
    names = await names_of_review(review_id, tx)
    frozen = await versions_store.every(tx, review_id)
    arguments = await argument_parts(review_id, review, names, tx)
    parts = await theory_parts(review_id, review, fragments, names, arguments, tx)
    issues = await tx.compute(issues_of, review)
    runs = await versions_store.searches_of(tx, review_id)
    log = await inference_log(review_id, tx, confidential=confidential, noted=noted or ())
    return Material(
        review_id=review_id,
        title=str(review_row["title"]),
        question=str(review_row["question"]),
        written_at=tx.now().isoformat(),
        flow=await flow_handlers.flow_of_review(review_id, review, tx),
        theories=parts,
        sources=sources,
        searches=[run for run in runs if run["kind"] != LOOK],
        versions=[_version(row) for row in frozen],
        changes=await _changes(review_id, frozen, tx),
        triggers=[asdict(item) for item in await comparing.proposed(review_id, tx)],
        issues={kind: len(items) for kind, items in issues.items()},
        appraisals=await projections.appraisals_of(tx, review_id),
        registration=str(review_row["registration"]),
        retracted=[s.label for s in sources if "retraction" in s.flags],
        texts=await _texts(review_id, tx),
        inference=await _inference(review_id, tx, log, lacks_memos=noted is None),
        stages=[stage["name"] for stage in review_row["stages"]],
        looks=[run for run in runs if run["kind"] == LOOK],
    )


async def _inference(
    review_id: str, tx: Tx, log: Sequence[Mapping[str, Any]], *, lacks_memos: bool
) -> Inference:
    return Inference(
        ideas=await views.ideas(review_id, tx),
        lineage=await views.lineage(review_id, tx),
        substantive_theories=await views.substantive_theories(review_id, tx),
        log=log,
        lacks_memos=lacks_memos,
    )


def _version(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": row["number"], "at": row["at"].isoformat(), "reason": row["reason"]}


async def _texts(review_id: str, tx: Tx) -> list[AuthorText]:
    known = await store.texts(tx, review_id)
    names = ("item", "version", "text", "person", "because")
    return [
        AuthorText(**{name: known[item][name] for name in names}, at=known[item]["at"].isoformat())
        for item in ITEMS
        if item in known
    ]


async def _changes(review_id: str, frozen: Sequence[Any], tx: Tx) -> list[dict[str, Any]]:
    """What moved since the last version; causes are told where they are asked for."""
    if not frozen:
        return []
    return await comparing.differences_of(review_id, frozen[-1]["number"], comparing.NOW, tx)
