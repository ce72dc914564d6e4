"""The names of what feed entries are about, read at once and only where an entry asks for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from shared.kernel.tx import Tx
from workbench.feed import store
from workbench.feed.domain.names import NONE, FeedLabels
from workbench.people import store as people
from workbench.projections.store import projections

Entries = Sequence[RowMapping]
CODING = ("extraction.fragment_", "extraction.codebook_", "synthesis.")
CASES = ("extraction.study_", "synthesis.prediction_")
TEXTS = ("extraction.fragment_", "extraction.source_", "extraction.document_")
SETTLED = ("screening.record_settled",)


async def names_for(tx: Tx, review_id: str, entries: Entries) -> FeedLabels:
    """People's words for what these feed entries name."""
    if not entries:
        return NONE
    synthesis = _of(entries, "synthesis.")
    return FeedLabels(
        groups=await projections.group_words(tx, review_id) if synthesis else {},
        ccmocs=await _ccmocs(tx, review_id, synthesis),
        theories=await _theories(tx, review_id) if _of(entries, *CODING) else {},
        people=await people.names_of(tx, _people(entries)),
        documents=await store.titles(tx, review_id, _documents(_of(entries, *TEXTS))),
        studies=await _studies(tx, review_id, _of(entries, *CASES)),
        reasons=await projections.reason_words(tx, review_id) if _of(entries, *SETTLED) else {},
    )


def _of(entries: Entries, *beginnings: str) -> list[RowMapping]:
    return [entry for entry in entries if entry["type"].startswith(beginnings)]


async def _ccmocs(tx: Tx, review_id: str, entries: Entries) -> Mapping[str, Mapping[str, Any]]:
    """The bodies of configurations that entries name without showing them."""
    bare = {
        str(entry["data"]["ccmoc_id"])
        for entry in entries
        if entry["data"].get("ccmoc_id") and not entry["data"].get("body")
    }
    return await projections.ccmoc_bodies(tx, review_id, sorted(bare)) if bare else {}


async def _theories(tx: Tx, review_id: str) -> dict[str, str]:
    states = await projections.theory_states(tx, review_id)
    return {str(state["theory_id"]): str(state["name"]) for state in states}


def _people(entries: Entries) -> set[str]:
    found = (entry["data"].get("person_id") for entry in entries)
    return {str(person) for person in found if person}


def _documents(entries: Entries) -> set[str]:
    """The documents of fragments and of sources."""
    parts: Iterable[Any] = (
        entry["data"].get("fragment") or entry["data"].get("document") or {} for entry in entries
    )
    return {str(part["document_id"]) for part in parts if part.get("document_id")}


async def _studies(tx: Tx, review_id: str, entries: Entries) -> dict[str, str]:
    """Study → the title of the first of its documents that has one."""
    wanted = {
        str(study)
        for entry in entries
        for study in entry["data"].get("studies") or entry["data"].get("cases") or ()
    }
    if not wanted:
        return {}
    of_study = await projections.documents_of_studies(tx, review_id, wanted)
    titles = await store.titles(tx, review_id, {one for some in of_study.values() for one in some})
    named = {
        study: [titles[one] for one in documents if titles.get(one)]
        for study, documents in of_study.items()
    }
    return {study: found[0] for study, found in named.items() if found}
