"""The queue of what is to check, over all theories of a review: what moves most comes first."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.synthesis.configurations.domain.judging import (
    AGREED,
    CHECKED,
    CONJECTURED,
    function_for,
)
from services.synthesis.configurations.domain.weights import weight_in_words
from services.synthesis.configurations.handlers.rechecks import unchecked_change
from services.synthesis.configurations.handlers.words import words_of
from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine import Labels, Review, labels_of
from services.synthesis.engine.judgements import Link
from services.synthesis.engine.values import part_unit
from services.synthesis.inference.handlers.references import references_of
from services.synthesis.projections.store.codebooks import codebooks_of
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.db.rows import Row
from shared.events.synthesis import Reference

View = dict[str, Any]

WAITING = (CONJECTURED, CHECKED, AGREED)
"""States in which passages of a CCMOC may still wait for somebody."""


async def to_check(review_id: str, theory: str | None, person: str, limit: int, tx: Tx) -> View:
    """What waits for `person`: CCMOCs to check again, and links to judge, at most `limit` each."""
    await require_review(tx, review_id)
    rows = {
        row["ccmoc_id"]: row
        for row in await ccmocs.page(tx, review_id, limit=1_000_000, lapsed=True, theory_id=theory)
    }
    books = await codebooks_of(tx, review_id, {row["theory_id"] for row in rows.values()})
    review = Review(codebooks=books)
    labels = {row["theory_id"]: labels_of(review, row["theory_id"]) for row in rows.values()}
    again = [row for row in rows.values() if row["recheck"]]
    again.sort(key=lambda row: (not row["leading"], row["theory_id"], row["ccmoc_id"]))
    waiting = sorted(
        await _waiting(review_id, theory, rows, person, tx), key=lambda item: item["order"]
    )
    links = [_link(item, labels[item["row"]["theory_id"]]) for item in waiting[:limit]]
    known = await references_of(
        tx, review_id, [Reference(kind="fragment", id=item["fragment"]) for item in links]
    )
    for item in links:
        item["words"] = known.label(Reference(kind="fragment", id=item["fragment"]))
    return {
        "recheck": [await _again(review_id, row, labels, tx) for row in again[:limit]],
        "rechecks": len(again),
        "links": links,
        "waiting": len(waiting),
    }


async def _waiting(
    review_id: str, theory: str | None, rows: Mapping[str, Row], person: str, tx: Tx
) -> list[View]:
    words = await words_of(tx, review_id, {row["theory_id"] for row in rows.values()})
    found: list[View] = []
    for ccmoc_id, links in (await ccmocs.links_of_theory(tx, review_id, theory)).items():
        row = rows.get(ccmoc_id)
        if row is None or row["lapsed"] or row["state"] not in WAITING:
            continue
        found += _of_ccmoc(row, links, words, person)
    return found


def _of_ccmoc(
    row: Row, links: list[View], words: Mapping[Link, Any], person: str
) -> Iterator[View]:
    """The links of one CCMOC that wait for this person."""
    unit = part_unit(row["role"], row["mechanism"])
    rank = row["body"].get("outcome_rank", 0)
    both = any(item["cell"] != "not_fired" for item in links)
    for item in links:
        if both and item["cell"] == "not_fired":
            continue
        said = words.get(Link(row["theory_id"], row["outcome"], unit, item["fragment"]), [])
        if any(word.person == person for word in said):
            continue
        function = function_for(said, person)
        if function is not None:
            place = (not row["leading"], rank, row["theory_id"], row["ccmoc_id"], item["fragment"])
            yield {"row": row, "weight": item, "as": function, "order": (*item["order"], *place)}


def _link(item: View, labels: Labels) -> View:
    row, weight = item["row"], item["weight"]
    return {
        **_named(row, labels),
        "fragment": weight["fragment"],
        "cell": weight["cell"],
        "judge_as": item["as"],
        "moves": weight_in_words(weight, labels),
    }


def _named(row: Row, labels: Labels) -> View:
    names = ("outcome", "role", "mechanism", "state", "revision")
    return {
        "ccmoc": row["ccmoc_id"],
        "theory": row["theory_id"],
        **{name: row[name] for name in names},
        "leading": bool(row["leading"]),
        "label": f"{labels.part(row['role'], row['mechanism'])} → {labels.went(row['body'])}",
    }


async def _again(review_id: str, row: Row, labels: Mapping[str, Labels], tx: Tx) -> View:
    changed = await unchecked_change(review_id, row, tx)
    return {
        **_named(row, labels[row["theory_id"]]),
        "lapsed": bool(row["lapsed"]),
        "words": changed["words"] if changed else [],
        "causes": changed["causes"] if changed else [],
    }
