"""Undoing what a person did: the state before it comes back, as a new act that can be undone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.extraction.acts import store as acts
from services.extraction.appraisal import store as appraisal_store
from services.extraction.appraisal.domain import AXES
from services.extraction.appraisal.handlers.appraisals import (
    Appraisal,
    appraise_document,
    appraise_fragment,
)
from services.extraction.assistance.handlers.following import follow_undone
from services.extraction.documents import store as documents_store
from services.extraction.documents.handlers.assigning import assign_documents
from services.extraction.documents.handlers.retrievals import mark_retrieval
from services.extraction.fragments.handlers.code import Coding, code_fragments
from services.extraction.fragments.store import fragments
from services.extraction.projections import store as projections_store
from services.extraction.projections.handlers import lock_coding, require_review
from services.extraction.rounds.store import hidden_among
from services.extraction.studies import handlers as studies
from shared.db import Tx
from shared.db.rows import state
from shared.events.extraction import FragmentState
from shared.http.problems import Conflict, Forbidden, NotFound

Item = Mapping[str, Any]


class ChangedSince(Conflict):
    """Somebody changed it after the act: undoing would undo theirs too."""

    title = "It was changed since"


async def undo_act(review_id: str, act_id: str, tx: Tx, *, everybodys: bool) -> dict[str, Any]:
    """Undo an act, whole or not at all; undoing it again changes nothing.

    People undo their own acts, owners (`everybodys`) all. Raises `ChangedSince` naming what
    another act changed meanwhile.
    """
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    act = await acts.act_of(tx, review_id, act_id)
    if act is None or await is_hidden(tx, review_id, act):
        raise NotFound("There is no such act in this review.")
    if act["person_id"] != tx.actor and not everybodys:
        raise Forbidden(f"'{act['person_id']}' did this; they or an owner of the review undo it.")
    if act["undone_by"] is not None:
        return act
    by_kind: dict[str, list[Item]] = {}
    for item in act["items"]:
        by_kind.setdefault(item["kind"], []).append(item)
    for kind, items in by_kind.items():
        await _UNDO[kind](review_id, items, tx)
    newest = (await acts.acts_of(tx, review_id, tx.actor, before=None, limit=1))[0]
    await acts.mark_undone(tx, review_id, act_id, newest["act_id"])
    return {**act, "undone_by": newest["act_id"]}


async def visible_acts(
    tx: Tx, review_id: str, person_id: str | None, *, before: str | None, limit: int
) -> list[dict[str, Any]]:
    """Up to `limit` acts of a person (None: of everybody), the newest first, without those on
    fragments that a round of coding hides from whoever acts.
    """
    found: list[dict[str, Any]] = []
    while len(found) < limit:
        rows = await acts.acts_of(tx, review_id, person_id, before=before, limit=limit)
        found += [row for row in rows if not await is_hidden(tx, review_id, row)]
        if len(rows) < limit:
            break
        before = rows[-1]["act_id"]
    return found[:limit]


async def is_hidden(tx: Tx, review_id: str, act: Mapping[str, Any]) -> bool:
    """Whether an act changed a fragment that a round of coding hides from whoever acts."""
    changed = [item["id"] for item in act["items"] if item["kind"] in ("fragment", "appraisal")]
    return bool(await hidden_among(tx, review_id, changed))


async def _undo_fragments(review_id: str, items: Sequence[Item], tx: Tx) -> None:
    rows = await fragments.fragments_by_id(tx, review_id, [item["id"] for item in items])
    codings = []
    for item in items:
        row = rows[item["id"]]
        if row["version"] != item["after"]:
            raise ChangedSince(
                f"A fragment was changed again after this (it is at version {row['version']}); "
                "undo the later act first.",
                fragment=item["id"],
            )
        before = await _before(review_id, row, item, tx)
        coder = row["coder"] or row["coded_by"]
        codings.append(Coding(before, acts_for=coder, may_leave=True))
    await code_fragments(review_id, codings, tx, "undone", what="undone")
    await follow_undone(review_id, rows.keys(), tx)


async def _before(review_id: str, row: Item, item: Item, tx: Tx) -> FragmentState:
    """The fragment as it was before the act; one that it made is withdrawn."""
    if not item["before"]:
        return replace(fragments.state_of(row), status="withdrawn")
    history = await fragments.history_of(tx, review_id, item["id"])
    version = next(one for one in history if one["version"] == item["before"])
    return state(version["state"], FragmentState)


async def _undo_appraisals(review_id: str, items: Sequence[Item], tx: Tx) -> None:
    for item in items:
        said = await fragments.appraisals_of(tx, review_id, item["id"])
        judged = _judged_before(item, said)
        await appraise_fragment(
            review_id, Appraisal(fragment_id=item["id"], person_id=item["person"], **judged), tx
        )


async def _undo_document_appraisals(review_id: str, items: Sequence[Item], tx: Tx) -> None:
    for item in items:
        said = await appraisal_store.appraisals_of_document(tx, review_id, item["id"])
        judged = _judged_before(item, said)
        await appraise_document(review_id, item["id"], item["person"], judged, tx)


def _judged_before(item: Item, said: Sequence[Item]) -> dict[str, Any]:
    """The axes as they were, under the comment as it stands; nothing where the act said it first.

    Comments are no part of an act: they may be confidential.
    """
    now = next((one for one in said if one["person_id"] == item["person"]), {})
    after = item.get("after")
    if after is not None and {axis: now.get(axis) for axis in AXES} != after:
        raise ChangedSince("The appraisal was changed again after this; undo the later act first.")
    before = item["before"]
    if before is None:
        return {**dict.fromkeys(AXES), "comment": ""}
    return {**dict.fromkeys(AXES), **before, "comment": now.get("comment", "")}


async def _undo_links(review_id: str, items: Sequence[Item], tx: Tx) -> None:
    for item in items:
        change = studies.link_studies if item["before"] else studies.unlink_studies
        await change(review_id, item["a"], item["b"], tx)


async def _undo_retrievals(review_id: str, items: Sequence[Item], tx: Tx) -> None:
    for item in items:
        now = await projections_store.retrieval_of(tx, review_id, item["id"]) or {}
        after = item.get("after")
        if after is not None and {name: now.get(name) for name in after} != after:
            raise ChangedSince(
                "The report was marked otherwise after this; undo the later act first.",
                record=item["id"],
            )
        before = item["before"] or {"state": "sought", "reason": ""}
        await mark_retrieval(review_id, item["id"], before["state"], before["reason"], tx)


async def _undo_assignments(review_id: str, items: Sequence[Item], tx: Tx) -> None:
    named = [item["id"] for item in items]
    now = await documents_store.assignees(tx, review_id, named)
    for item in items:
        if now.get(item["id"]) != item["after"]["person"]:
            raise ChangedSince(
                "A document was given to somebody else after this; undo the later act first.",
                document=item["id"],
            )
    given = [(item["id"], item["before"]["person"]) for item in items]
    await assign_documents(review_id, given, tx)


_UNDO: Mapping[str, Callable[[str, Sequence[Item], Tx], Awaitable[None]]] = {
    "fragment": _undo_fragments,
    "appraisal": _undo_appraisals,
    "document_appraisal": _undo_document_appraisals,
    "link": _undo_links,
    "retrieval": _undo_retrievals,
    "assignment": _undo_assignments,
}
