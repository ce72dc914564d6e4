"""The study map: people say which studies are siblings, and that they are not after all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extraction.acts import store as acts
from services.extraction.projections.handlers import require_review
from services.extraction.studies import store
from services.extraction.studies.domain import (
    CASE_KINDS,
    SiblingProposal,
    link_id,
    marks_of,
    pair,
    sibling_proposals,
)
from shared.db import Tx
from shared.events.extraction import StudyLinked, StudyUnlinked
from shared.http.problems import Invalid


@dataclass(frozen=True, slots=True)
class LinkResult:
    """A sibling link, whether it stands, and whether this command changed it."""

    link_id: str
    linked: bool
    changed: bool


async def link_studies(review_id: str, a: str, b: str, tx: Tx) -> LinkResult:
    """Two studies are siblings: they count as one. The same again changes nothing."""
    return await _set_link(review_id, a, b, tx, linked=True)


async def unlink_studies(review_id: str, a: str, b: str, tx: Tx) -> LinkResult:
    """Two studies are not siblings after all; a link that never was stays so."""
    return await _set_link(review_id, a, b, tx, linked=False)


async def keep_distinct(review_id: str, a: str, b: str, tx: Tx) -> LinkResult:
    """Two studies are not siblings: they are proposed no more. Takes a link away, if one stands."""
    known = await store.decided_pairs(tx, review_id)
    try:
        studies = pair(a, b)
    except ValueError as error:
        raise Invalid(str(error), field="b") from error
    if studies in known:
        return await unlink_studies(review_id, a, b, tx)
    await require_review(tx, review_id)
    await tx.lock(f"study_link/{review_id}/{link_id(a, b)}")
    await store.keep_link(tx, _row(review_id, studies, tx, linked=False))
    return LinkResult(link_id(a, b), linked=False, changed=True)


async def propose_siblings(tx: Tx, review_id: str) -> list[SiblingProposal]:
    """Studies that seem to be one and of which nobody has said what they are."""
    decided = await store.decided_pairs(tx, review_id)
    reports = await store.reports_of(tx, review_id)
    return await tx.compute(sibling_proposals, reports, decided)


async def note_text(tx: Tx, document: Mapping[str, Any], text: str) -> None:
    """Keep what a document's text tells of its study; of a confidential one nothing."""
    marks = set() if document["confidential"] else marks_of(text)
    await store.keep_marks(tx, document["review_id"], document["document_id"], marks)


async def put_cases(
    review_id: str, study_id: str, cases: Sequence[Mapping[str, Any]], tx: Tx
) -> list[dict[str, Any]]:
    """Replace the cases of a study: settings, arms, comparators, subgroups."""
    seen: set[str] = set()
    for n, one in enumerate(cases):
        if one["kind"] not in CASE_KINDS:
            raise Invalid(
                f"A case is one of {', '.join(CASE_KINDS)}, not '{one['kind']}'.",
                field=f"cases[{n}].kind",
            )
        if one["case_id"] in seen:
            raise Invalid("A case is there twice; give each its own id.", field=f"cases[{n}].id")
        seen.add(one["case_id"])
    await require_review(tx, review_id)
    keys = {"review_id": review_id, "study_id": study_id}
    await store.keep_cases(tx, review_id, study_id, [{**keys, **one} for one in cases])
    return await store.cases_of(tx, review_id, study_id)


def _row(review_id: str, studies: tuple[str, str], tx: Tx, *, linked: bool) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "link_id": link_id(*studies),
        "a": studies[0],
        "b": studies[1],
        "linked": linked,
        "changed_at": tx.now(),
        "changed_by": tx.actor,
    }


async def _set_link(review_id: str, a: str, b: str, tx: Tx, *, linked: bool) -> LinkResult:
    try:
        studies, link = pair(a, b), link_id(a, b)
    except ValueError as error:
        raise Invalid(str(error), field="b") from error
    await require_review(tx, review_id)
    await tx.lock(f"study_link/{review_id}/{link}")
    if await store.is_linked(tx, review_id, link) == linked:
        return LinkResult(link, linked, changed=False)
    row = _row(review_id, studies, tx, linked=linked)
    await store.keep_link(tx, row)
    item = {"kind": "link", "id": link, "a": studies[0], "b": studies[1], "before": not linked}
    await acts.note_act(tx, review_id, "linked" if linked else "unlinked", [item])
    event = StudyLinked if linked else StudyUnlinked
    tx.emit(event(review_id=review_id, link_id=link, studies=studies))
    return LinkResult(link, linked, changed=True)
