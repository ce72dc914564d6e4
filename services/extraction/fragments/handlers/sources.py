"""Whose words a passage holds: its source, case and participant, as the document tells them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.extraction.fragments.domain import documents_of, with_default_source
from services.extraction.fragments.store import fragments, traits
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.events.extraction import FragmentState

Rows = Mapping[str, Mapping[str, Any]]
Speaker = Mapping[str, str | None]


async def sourced(tx: Tx, review_id: str, state: FragmentState, documents: Rows) -> FragmentState:
    """The fragment with its document as its source where it names none: with the case, and with
    the participants who speak in its passage.
    """
    row = documents.get(state.document_id or "")
    if row is None or state.sources or row["erased"]:
        return state
    speakers = await _speakers(tx, review_id, row, state)
    return with_default_source(state, speakers, row["case_id"])


async def _speakers(
    tx: Tx, review_id: str, row: Mapping[str, Any], state: FragmentState
) -> Sequence[Speaker]:
    whole: list[Speaker] = []
    if row["participant"]:
        whole = [{"participant": row["participant"], "case": None}]
    if state.start is None or state.end is None or row["kind"] == "literature":
        return whole
    places = await texts_store.map_version(tx, review_id, row["document_id"], row["text_version"])
    names = _speaking(places or (), state.start, state.end)
    told = {one["speaker"]: one for one in row["speakers"] or ()}
    if told:
        found = [told[name] for name in names if name in told]
        return [{"participant": s["participant"], "case": s["case"]} for s in found] or whole
    return whole or [{"participant": name, "case": None} for name in names]


def _speaking(places: Sequence[Mapping[str, Any]], start: int, end: int) -> list[str]:
    """Who speaks between two offsets, in order, each once."""
    inside = [p for p in places if p["start"] < end and p["end"] > start and p.get("speaker")]
    return list(dict.fromkeys(p["speaker"] for p in inside))


async def index(
    tx: Tx,
    review_id: str,
    states: Collection[FragmentState],
    documents: Mapping[str, Mapping[str, Any]],
    new: Collection[str] = (),
) -> None:
    """Keep what these fragments are looked up by; `documents` are the rows of those that they
    rest on, `new` the fragments that were not looked up so far.
    """
    found = {s.fragment_id: traits.traits_of(review_id, s, documents) for s in states}
    await traits.keep_traits(tx, review_id, found, new)


async def index_on(tx: Tx, review_id: str, document_ids: Collection[str]) -> None:
    """Keep anew what the fragments of these documents are looked up by: a document changed."""
    on = await fragments.fragment_ids_on(tx, review_id, document_ids)
    rows = await fragments.fragments_by_id(tx, review_id, on)
    await index_again(tx, review_id, [fragments.state_of(row) for row in rows.values()])


async def index_again(tx: Tx, review_id: str, states: Collection[FragmentState]) -> None:
    """Keep anew what these fragments are looked up by."""
    named = {document for state in states for document in documents_of(state)}
    documents = await texts_store.documents_by_id(tx, review_id, named)
    await index(tx, review_id, states, documents)
