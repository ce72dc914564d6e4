"""What people see of CCMOCs: bodies with state, history, quotes and what to check again."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.arguments import store as arguments_store
from services.synthesis.arguments.domain import composed_statement, offer_of
from services.synthesis.configurations.domain.saturation import Yield, saturation
from services.synthesis.configurations.handlers.judge import require_ccmoc
from services.synthesis.configurations.handlers.passages import quotes_of
from services.synthesis.configurations.handlers.rechecks import unchecked_change
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine import (
    Evidence,
    evidences,
    issues_of,
    labels_of,
    outcome_ranking,
)
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import OUTCOME, Review
from services.synthesis.inference.handlers.references import references_of
from services.synthesis.inference.handlers.views import inference_issues, theory_work
from services.synthesis.projections.store import projections
from services.synthesis.projections.store.codebooks import codebooks_of
from services.synthesis.theories import store as theories_store
from services.synthesis.theories.handlers import require_theory
from shared.db import Tx
from shared.events.synthesis import Reference

View = dict[str, Any]


def shown(row: Mapping[str, Any]) -> View:
    """A CCMOC as lists show it: the body of section 7, then what people and time made of it."""
    return {
        **row["body"],
        "state": "lapsed" if row["lapsed"] else row["state"],
        "recheck": bool(row["recheck"]),
        "revision": row["revision"],
        "updated_at": row["updated_at"].isoformat(),
    }


async def one_ccmoc(review_id: str, ccmoc_id: str, viewer: str, tx: Tx) -> View:
    """A CCMOC with its revisions, states, quotes and judgements, and what changed unchecked."""
    row = await require_ccmoc(tx, review_id, ccmoc_id)
    return {
        **shown(row),
        "history": await _history(review_id, ccmoc_id, tx),
        "states": [_state(item) for item in await ccmocs.states_of(tx, review_id, ccmoc_id)],
        "quotes": await quotes_of(review_id, row, viewer, tx),
        "checked": row["checked_hash"],
        "to_recheck": await unchecked_change(review_id, row, tx),
    }


async def _history(review_id: str, ccmoc_id: str, tx: Tx) -> list[View]:
    rows = await ccmocs.history(tx, review_id, ccmoc_id)
    return [{**shown_revision(row), "body": row["body"]} for row in rows]


def shown_revision(row: Mapping[str, Any]) -> View:
    """A revision without its body: what changed in words, and the events that caused it."""
    return {
        "ccmoc": row["ccmoc_id"],
        "theory": row["theory_id"],
        "revision": row["revision"],
        "at": row["at"].isoformat(),
        "hash": row["hash"],
        "kinds": row["kinds"],
        "words": row["words"],
        "caused_by": row["caused_by"],
        "causes": row["causes"] or [],
    }


def _state(item: Mapping[str, Any]) -> View:
    kept = {name: item[name] for name in ("state", "reason", "revision", "person")}
    return {**kept, "at": item["at"].isoformat()}


async def argument_offer(review_id: str, ccmoc_id: str, tx: Tx) -> View:
    """A CCMOC's slots as an argument that people may hold; raises `NotFound`."""
    row = await require_ccmoc(tx, review_id, ccmoc_id)
    book = (await codebooks_of(tx, review_id, [row["theory_id"]])).get(row["theory_id"])
    undesired = any(
        group.role == OUTCOME and group.id == row["outcome"] and group.valence == "undesired"
        for group in (book.groups if book else ())
    )
    return offer_of(row["body"], undesired=undesired)


async def issues(review_id: str, tx: Tx) -> list[View]:
    """What has no place in a CCMOC, each with its kind and the passage that it is about."""
    found = issues_of(await inputs.inputs_of_review(tx, review_id))
    listed = [
        {"kind": kind, **(item if isinstance(item, dict) else {"id": item})}
        for kind, items in found.items()
        for item in items
    ]
    for item in listed:
        if item["kind"] == "fragments_without_a_theory":
            item["fragment"] = item["id"]
    named = [
        Reference(kind="fragment", id=item["fragment"]) for item in listed if "fragment" in item
    ]
    known = await references_of(tx, review_id, named)
    for item in listed:
        if "fragment" in item:
            item["passage"] = known.label(Reference(kind="fragment", id=item["fragment"]))
    return listed + await inference_issues(review_id, tx)


async def group_labels(review_id: str, tx: Tx) -> View:
    """`labels`: theory → role → group → label; `undesired`: theory → outcome groups."""
    theories = await projections.known_theories(tx, review_id)
    books = await codebooks_of(tx, review_id, theories)
    labels: dict[str, dict[str, dict[str, str]]] = {}
    for theory, book in books.items():
        for group in book.groups:
            labels.setdefault(theory, {}).setdefault(group.role, {})[group.id] = group.label
    undesired = {
        theory: sorted(group.id for group in book.groups if group.valence == "undesired")
        for theory, book in books.items()
    }
    return {"labels": labels, "undesired": undesired}


async def outcome_order(review_id: str, theory_id: str, tx: Tx) -> list[View]:
    """The ranking of a theory's outcome groups, with the numbers it rests on."""
    evidence = await evidence_of_theory(review_id, theory_id, tx)
    return [
        {
            "outcome": item.outcome,
            "rank": rank,
            "pinned": item.pinned,
            "reporting": item.reporting,
            "linking": item.linking,
            "participants": item.participants,
            "sites": item.sites,
        }
        for rank, item in enumerate(outcome_ranking(evidence), start=1)
    ]


async def evidence_of_theory(review_id: str, theory_id: str, tx: Tx) -> Evidence:
    """A theory's evidence, indexed; raises `NotFound` for an unknown theory."""
    await require_theory(tx, review_id, theory_id)
    review = await inputs.inputs_of_theory(tx, review_id, theory_id)
    return next(iter(evidences(review, [theory_id])))


async def saturation_of(review_id: str, theory_id: str, by: str, tx: Tx) -> list[Yield]:
    """New content per source, or per day of coding, in the order in which it was coded."""
    evidence = await evidence_of_theory(review_id, theory_id, tx)
    rows = {row.fragment: row for row in evidence.rows}
    stored = await ccmocs.fragments_of(tx, review_id, rows)
    ordered = sorted(stored.values(), key=lambda item: (item["coded_at"], item["fragment_id"]))
    steps: dict[str, list[Row]] = {}
    for item in ordered:
        for step in _steps(item, by):
            steps.setdefault(step, []).append(rows[item["fragment_id"]])
    return saturation(steps.items())


def _steps(fragment: Mapping[str, Any], by: str) -> Sequence[str]:
    if by == "day":
        return [str(fragment["coded_at"])[:10] or "undated"]
    documents = sorted({source["document_id"] for source in fragment["sources"]})
    return documents or ["no source"]


async def theory_view(review_id: str, row: Mapping[str, Any], tx: Tx) -> View:
    """A theory with pin, history, notes, and what people did on the way to it."""
    theory_id = row["theory_id"]
    pins = await theories_store.pins(tx, review_id)
    work = await theory_work(review_id, theory_id, tx)
    moved_by = work.pop("moved_by")
    return {
        **theory_item(row, pins.get(theory_id)),
        "history": [
            {
                "version": item["version"],
                "state": item["state"],
                "reason": item["reason"],
                "moved_by": moved_by[item["version"]],
                "person": item["person"],
                "at": item["at"].isoformat(),
            }
            for item in await theories_store.history(tx, review_id, theory_id)
        ],
        **work,
        "composed": await _composed(review_id, theory_id, tx),
        "notes": [
            {"kind": item["kind"], "id": item["note_id"], **item["content"]}
            for item in await theories_store.notes(tx, review_id, theory_id)
        ],
    }


async def _composed(review_id: str, theory_id: str, tx: Tx) -> list[str]:
    """The statement that the theory's arguments make, a sentence each."""
    states = [
        arguments_store.state_of(row)
        for row in await arguments_store.every(tx, review_id, theory_id)
    ]
    books = await codebooks_of(tx, review_id, [theory_id])
    return composed_statement(states, labels_of(Review(codebooks=books), theory_id))


def theory_item(row: Mapping[str, Any], pin: Mapping[str, Any] | None) -> View:
    """A theory as lists show it."""
    state = {name: value for name, value in row["state"].items() if name != "theory_id"}
    return {
        "id": row["theory_id"],
        **state,
        "pin": None if pin is None else {"outcome": pin["outcome"], "reason": pin["reason"]},
    }
