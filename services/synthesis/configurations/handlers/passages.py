"""The passages of a CCMOC, with sources and the judgements that a person may read."""

from collections.abc import Mapping
from typing import Any

from services.synthesis.configurations.domain.judging import Word
from services.synthesis.configurations.domain.weights import weight_in_words
from services.synthesis.configurations.handlers.judged import judging_view, link_of, opened
from services.synthesis.configurations.handlers.words import words_of
from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine import Review, labels_of
from services.synthesis.engine.judgements import Link
from services.synthesis.engine.values import part_unit
from services.synthesis.projections.store import flow
from services.synthesis.projections.store.codebooks import codebooks_of
from shared.db import Tx
from shared.db.rows import Row

View = dict[str, Any]
NOT_WEIGHED: View = {"cell": None, "moves": []}


async def quotes_of(review_id: str, row: Row, viewer: str, tx: Tx) -> list[View]:
    """Fragments of a CCMOC with quote, sources and the judgements that `viewer` may read.

    A quote of a confidential source is not here: it is asked of extraction with the reader's own
    rights. Those that were judged away are there too, marked `left_out`: people may judge again.
    A judgement given on an earlier version of the fragment is marked.
    """
    judged = await _judged(review_id, row, tx)
    weights = await _weights(review_id, row, tx)
    own = set(row["body"]["fragments"])
    fragments = await ccmocs.fragments_of(tx, review_id, own | judged.keys())
    words = await words_of(tx, review_id, [row["theory_id"]])
    open_links = opened([said for some in judged.values() for said in some], words)
    named = {item["document_id"] for item in fragments.values()} - {None}
    titles = await flow.titles_of_documents(tx, review_id, named)
    cited = {source["document_id"] for item in fragments.values() for source in item["sources"]}
    studies = await flow.studies_of_documents(tx, review_id, cited)
    unit = part_unit(row["role"], row["mechanism"])
    found = []
    for name, item in sorted(fragments.items()):
        link = Link(row["theory_id"], row["outcome"], unit, name)
        readable = [
            _judgement(said, item)
            for said in _latest(judged.get(name, []))
            if said["person"] == viewer or link_of(said) in open_links
        ]
        found.append(
            {
                **_passage(name, item, studies),
                "title": titles.get(item["document_id"] or "", ""),
                "left_out": name not in own,
                **weights.get(name, NOT_WEIGHED),
                "judgements": readable,
                "judging": judging_view(words.get(link, list[Word]()), viewer),
            }
        )
    return found


async def _weights(review_id: str, row: Row, tx: Tx) -> dict[str, View]:
    """For each link of POS, NEG1 and NEG2 its cell, and what would change without it."""
    books = await codebooks_of(tx, review_id, [row["theory_id"]])
    labels = labels_of(Review(codebooks=books), row["theory_id"])
    links = (await ccmocs.links_of(tx, review_id, [row["ccmoc_id"]])).get(row["ccmoc_id"], [])
    return {
        item["fragment"]: {"cell": item["cell"], "moves": weight_in_words(item, labels)}
        for item in links
    }


def _passage(name: str, item: Row, studies: Mapping[str, str]) -> View:
    return {
        "fragment": name,
        "version": item["version"],
        "quote": item["quote"],
        "paraphrase": item["paraphrase"],
        "locator": item["locator"],
        "confidential": bool(item["confidential"]),
        "explicitness": item["explicitness"],
        "document": item["document_id"],
        "sources": [
            {**source, "study": studies.get(source["document_id"], source["document_id"])}
            for source in item["sources"]
        ],
        "elements": [
            {key: part[key] for key in ("role", "code_id", "state")} for part in item["elements"]
        ],
    }


async def _judged(review_id: str, row: Row, tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Every judgement of the CCMOC's links, by fragment, in the order given."""
    names = ("outcome", "role", "mechanism")
    found: dict[str, list[dict[str, Any]]] = {}
    for said in await ccmocs.judgements_of(tx, review_id, [row["theory_id"]]):
        if all(said[name] == row[name] for name in names):
            found.setdefault(said["fragment_id"], []).append(said)
    return found


def _latest(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last word of every person, by person."""
    last = {item["person"]: item for item in said}
    return [last[person] for person in sorted(last)]


def _judgement(said: Row, fragment: Row) -> View:
    return {
        "person": said["person"],
        "as": said["acting_as"],
        "verdict": said["verdict"],
        "at": said["at"].isoformat(),
        "of_earlier_version": said["fragment_version"] not in (None, fragment["version"]),
    }
