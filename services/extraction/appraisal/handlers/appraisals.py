"""Appraisal of fragments and documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.extraction.acts import store as acts
from services.extraction.appraisal import store
from services.extraction.appraisal.domain import AXES, appraisal_id, axis_problem
from services.extraction.fragments.handlers.code import known_fragment
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding, require_review
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.events.data_extraction import DocumentAppraised
from shared.events.extraction import FragmentAppraised
from shared.http.problems import Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """One person's judgement of a fragment's evidence: words per axis, and why."""

    fragment_id: str
    person_id: str
    relevance: str | None = None
    richness: str | None = None
    rigour: str | None = None
    comment: str = ""

    def judgement(self) -> dict[str, Any]:
        """The axes and the comment, by name."""
        names = ("relevance", "richness", "rigour", "comment")
        return {name: getattr(self, name) for name in names}


async def appraise_fragment(review_id: str, appraisal: Appraisal, tx: Tx) -> bool:
    """Store a person's appraisal over their earlier one; returns whether it changed.

    The comment on a confidential fragment stays in this service.
    """
    for axis in ("relevance", "richness", "rigour"):
        sentence = axis_problem(axis, getattr(appraisal, axis))
        if sentence:
            raise Invalid(sentence, field=axis)
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await known_fragment(tx, review_id, appraisal.fragment_id)
    judged = appraisal.judgement()
    said_before = await fragments.appraisals_of(tx, review_id, appraisal.fragment_id)
    before = next((a for a in said_before if a["person_id"] == appraisal.person_id), None)
    if before is not None and judged.items() <= before.items():
        return False
    names = {"fragment_id": appraisal.fragment_id, "person_id": appraisal.person_id}
    stored = {"review_id": review_id, **names, **judged, "at": tx.now()}
    await fragments.keep_appraisal(tx, stored, closed=bool(row["withheld"]))
    await _note(review_id, appraisal, before, tx)
    if not row["blind"]:
        say_appraisal(tx, stored, withheld=bool(row["withheld"]))
    return True


def say_appraisal(tx: Tx, row: Mapping[str, Any], *, withheld: bool) -> None:
    """Emit what a person says of a fragment's evidence; without the comment where `withheld`."""
    tx.emit(
        FragmentAppraised(
            review_id=row["review_id"],
            appraisal_id=appraisal_id(row["fragment_id"], row["person_id"]),
            fragment_id=row["fragment_id"],
            **{axis: row[axis] for axis in AXES},
            comment="" if withheld else row["comment"],
        )
    )


async def appraise_document(
    review_id: str, document_id: str, person: str, judged: dict[str, Any], tx: Tx
) -> bool:
    """Store what a person says of a document as evidence, over their earlier words: the axes
    and a comment, no sum. Returns whether it changed.
    """
    for axis in AXES:
        sentence = axis_problem(axis, judged[axis])
        if sentence:
            raise Invalid(sentence, field=axis)
    await require_review(tx, review_id)
    known = await texts_store.documents_by_id(tx, review_id, [document_id])
    if document_id not in known:
        raise NotFound(f"Review '{review_id}' has no document '{document_id}'.")
    said_before = await store.appraisals_of_document(tx, review_id, document_id)
    before = next((a for a in said_before if a["person_id"] == person), None)
    if before is not None and judged.items() <= before.items():
        return False
    keys = {"review_id": review_id, "document_id": document_id, "person_id": person}
    closed = bool(known[document_id]["confidential"])
    await store.keep_of_document(tx, {**keys, **judged, "at": tx.now()}, closed=closed)
    item = {"kind": "document_appraisal", "id": document_id, "person": person}
    await acts.note_act(tx, review_id, "appraised", [{**item, **_axes(before, judged)}])
    tx.emit(
        DocumentAppraised(
            review_id=review_id,
            appraisal_id=appraisal_id(document_id, person),
            document_id=document_id,
            **{axis: judged[axis] for axis in AXES},
            comment="" if closed else judged["comment"],
        )
    )
    return True


async def _note(
    review_id: str, appraisal: Appraisal, before: dict[str, Any] | None, tx: Tx
) -> None:
    """Note the act with the words of the axes; comments are no part of it."""
    item = {"kind": "appraisal", "id": appraisal.fragment_id, "person": appraisal.person_id}
    axes = _axes(before, appraisal.judgement())
    await acts.note_act(tx, review_id, "appraised", [{**item, **axes}])


def _axes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    """The words of the axes before and after an act."""
    was = None if before is None else {name: before[name] for name in AXES}
    return {"before": was, "after": {name: after[name] for name in AXES}}
