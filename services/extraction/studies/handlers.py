"""The study map: people say which studies are siblings, and that they are not after all.

What they say of records where these are searched for (`RelationDecided`) holds for the studies of
the records' documents: at once, and for a document that comes later.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from services.extraction.acts import store as acts
from services.extraction.projections import store as projections_store
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
from shared.events import Received
from shared.events.data_extraction import CaseState, StudyCasesChanged
from shared.events.extraction import StudyLinked, StudyUnlinked
from shared.events.search import RelationDecided
from shared.http.problems import Invalid
from shared.review.studies import Pair

SIBLING, KINSHIP = "sibling", "kinship"


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
    name = link_id(a, b)
    tx.emit(StudyUnlinked(review_id=review_id, link_id=name, studies=studies))
    return LinkResult(name, linked=False, changed=True)


async def propose_siblings(tx: Tx, review_id: str) -> list[SiblingProposal]:
    """Studies that seem to be one and of which nobody has said what they are."""
    decided = await store.decided_pairs(tx, review_id)
    reports = await store.reports_of(tx, review_id)
    return await tx.compute(sibling_proposals, reports, decided)


async def on_relations_decided(told: Sequence[Received[RelationDecided]], tx: Tx) -> None:
    """People said what two records are to each other: siblings are linked, others are not."""
    rows = [
        {
            "review_id": one.review_id,
            "relation_id": one.event.relation_id,
            "subject_version": one.subject_version,
            "a": one.event.records[0],
            "b": one.event.records[1],
            "kind": one.event.kind,
            "confirmed": one.event.confirmed,
            "why": one.event.why,
        }
        for one in told
    ]
    await store.keep_relations(tx, rows)
    by_review: dict[str, set[str]] = {}
    for one in told:
        by_review.setdefault(one.review_id, set()).add(one.event.relation_id)
    for review_id, named in by_review.items():
        for relation, studies in await _related_studies(tx, review_id):
            if relation["relation_id"] in named:
                linked = relation["confirmed"] and relation["kind"] == SIBLING
                await _set_link(review_id, *studies, tx, linked=linked)


async def follow_records(tx: Tx, review_id: str, record_ids: Collection[str]) -> None:
    """Link the studies of new documents whose records people confirmed as siblings.

    What was decided of the studies themselves stays.
    """
    decided = set(await store.decided_pairs(tx, review_id)) if record_ids else set()
    stands = await projections_store.survivors(tx, review_id, record_ids)
    now = set(stands.values())
    for relation, studies in await _related_studies(tx, review_id) if record_ids else ():
        named = now & {relation["a"], relation["b"]}
        same = relation["confirmed"] and relation["kind"] == SIBLING
        if named and same and pair(*studies) not in decided:
            await _set_link(review_id, *studies, tx, linked=True)


async def kinships_of(tx: Tx, review_id: str) -> list[dict[str, str]]:
    """Pairs of studies that people confirmed as kin: related, and each counted by itself."""
    found = {
        pair(*studies): relation["why"]
        for relation, studies in await _related_studies(tx, review_id)
        if relation["confirmed"] and relation["kind"] == KINSHIP
    }
    return [{"a": a, "b": b, "why": why} for (a, b), why in sorted(found.items())]


async def _related_studies(tx: Tx, review_id: str) -> list[tuple[dict[str, Any], Pair]]:
    """Each relation, its records as they stand now, with each pair of their different studies."""
    relations = await store.relations_of(tx, review_id)
    if not relations:
        return []
    named = {one[side] for one in relations for side in ("a", "b")}
    stands = await projections_store.survivors(tx, review_id, named)
    rows = [{**one, "a": stands[one["a"]], "b": stands[one["b"]]} for one in relations]
    found = await store.studies_of_records(tx, review_id, named | set(stands.values()))
    studies: dict[str, set[str]] = {}
    for record, study in found:
        studies.setdefault(stands.get(record, record), set()).add(study)
    return [(row, couple) for row in rows for couple in _couples(studies, row)]


def _couples(studies: Mapping[str, set[str]], row: Mapping[str, Any]) -> Iterator[Pair]:
    ours, theirs = sorted(studies.get(row["a"], ())), sorted(studies.get(row["b"], ()))
    return ((a, b) for a, b in product(ours, theirs) if a != b)


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
    await tx.lock(f"study_cases/{review_id}/{study_id}")
    before = await store.cases_of(tx, review_id, study_id)
    keys = {"review_id": review_id, "study_id": study_id}
    await store.keep_cases(tx, review_id, study_id, [{**keys, **one} for one in cases])
    after = await store.cases_of(tx, review_id, study_id)
    if after != before:
        closed = await store.may_be_confidential(tx, review_id, study_id)
        tx.emit(
            StudyCasesChanged(review_id=review_id, study_id=study_id, cases=_said(after, closed))
        )
    return after


def _said(cases: Sequence[Mapping[str, Any]], closed: bool) -> tuple[CaseState, ...]:
    """Cases for an event; without their words where the study may have confidential sources."""
    words = ("label", "description")
    return tuple(
        CaseState(
            case_id=one["case_id"],
            kind=one["kind"],
            **{name: "" if closed else one[name] for name in words},
        )
        for one in cases
    )


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
