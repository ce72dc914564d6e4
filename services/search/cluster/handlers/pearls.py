"""Pearls that a step proposes; people confirm them when they approve the step."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.cluster.domain.method import what_remains
from services.search.cluster.domain.pearls import Candidate, kinds_by_document, ranked
from services.search.cluster.domain.round import Options
from services.search.cluster.handlers.steps import step_or_not_found
from services.search.cluster.store import evidence
from services.search.library.store import records, reviews
from services.search.library.store.content import decode
from shared.db import Tx

MOST_PEARLS = 20


async def proposed_pearls(
    tx: Tx, review_id: str, step_id: str, sources: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Active records to search around for a step, the best ground first; at most 20.

    Records come from what open gaps of the same theory name, and from nowhere else. Each has
    `record_id`, `title`, `year`, `pmid`, `doi`, `why`, and `missing`: what cannot be asked.
    `sources` are the optional sources that are on.
    """
    step = await step_or_not_found(tx, review_id, step_id)
    open_steps = [
        each
        for state in ("proposed", "approved")
        for each in await reviews.steps_of(tx, review_id, state)
        if each["theory_id"] == step["theory_id"]
    ]
    kinds = kinds_by_document([*open_steps, step])
    candidates = await _candidates(tx, review_id, kinds, set(step["detail"].get("documents", ())))
    rows = await records.rows_of(tx, review_id, list(candidates))
    pearls = [
        one
        for one in ranked(candidates.values())
        if one.record_id in rows and rows[one.record_id]["state"] == "active"
    ]
    return [
        {
            "record_id": one.record_id,
            "why": one.why,
            **{name: rows[one.record_id][name] for name in ("title", "year", "pmid", "doi")},
            "missing": what_remains(decode(rows[one.record_id]["content"]), Options(), sources),
        }
        for one in pearls[:MOST_PEARLS]
    ]


async def _candidates(
    tx: Tx, review_id: str, kinds: Mapping[str, set[str]], named: set[str]
) -> dict[str, Candidate]:
    documents = await evidence.documents_named(tx, review_id, list(kinds))
    now = await records.survivors(tx, review_id, [one["record_id"] for one in documents])
    by_document = {one["document_id"]: now[one["record_id"]] for one in documents}
    found: dict[str, Candidate] = {}
    for one in documents:
        names = one["names"]
        record_id = by_document[one["document_id"]]
        candidate = found.setdefault(record_id, Candidate(record_id))
        candidate.named |= bool(names & named)
        candidate.kinds |= {kind for name in names for kind in kinds[name]}
    fragments = await evidence.fragments_of_documents(tx, review_id, list(by_document))
    rich = await evidence.rich_among(tx, review_id, [one["fragment_id"] for one in fragments])
    for fragment in fragments:
        candidate = found[by_document[fragment["document_id"]]]
        candidate.theories |= set(fragment["theories"])
        candidate.rich |= fragment["fragment_id"] in rich
    return found
