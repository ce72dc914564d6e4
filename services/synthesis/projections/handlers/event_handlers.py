"""What other services' events mean to synthesis. Facts are stored; reading decides."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from services.synthesis.projections.handlers.marks import (
    AffectedTheories,
    affect_citing,
    affect_review,
    by_review,
)
from services.synthesis.projections.handlers.rows import (
    AnyDocument,
    AnyFragment,
    AnyLink,
    AnyRecord,
    AnyReport,
    AnyReview,
    AnySettlement,
    document_row,
    fragment_row,
    link_row,
    record_row,
    review_row,
    settlement_row,
)
from services.synthesis.projections.store import fragments as fragments_store
from services.synthesis.projections.store import projections, tables
from services.synthesis.projections.store.fragments import Touched
from shared.db import Tx
from shared.events.base import Received
from shared.events.extraction import (
    FragmentAppraised,
    ReportNotRetrieved,
    SourceErased,
)
from shared.events.screening import CriteriaChanged
from shared.events.search import (
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    SearchFinished,
)
from shared.projections.records import alias_of, alias_row, record_states
from shared.review.prisma import reason_words
from shared.review.studies import canonical_studies

NO_MORE: Mapping[str, Collection[str]] = {}


async def on_reviews(said: Sequence[Received[AnyReview]], tx: Tx) -> None:
    """Know the review; other stages may change what is included, so all its theories wait."""
    affected = AffectedTheories(said)
    await projections.keep(tx, tables.reviews, [review_row(received) for received in said])
    for received in said:
        await affect_review(tx, affected, received.review_id, received.id)
    await affected.mark(tx)


async def on_documents(said: Sequence[Received[AnyDocument]], tx: Tx) -> None:
    """Know where fragments come from.

    What cites the study that a changed source reports, or reported, is counted anew.
    """
    affected = AffectedTheories(said)
    beside: dict[str, dict[str, set[str]]] = {}
    for review_id, some in by_review(said):
        facts = {item.id: item.event.document for item in some}
        reported = {fact.document_id: fact.study_id for fact in facts.values()}
        near = await projections.documents_beside(tx, review_id, reported)
        beside[review_id] = {name: near[fact.document_id] for name, fact in facts.items()}
    await projections.keep(tx, tables.documents, [document_row(received) for received in said])
    for review_id, documents in beside.items():
        await affect_citing(tx, affected, review_id, documents)
    await affected.mark(tx)


async def on_sources_erased(said: Sequence[Received[SourceErased]], tx: Tx) -> None:
    """Forget the words of an erased source, and keep its ids and codes."""
    await on_documents(said, tx)
    for received in said:
        document = received.event.document.document_id
        await fragments_store.erase_words(tx, received.review_id, document)


async def on_fragments(said: Sequence[Received[AnyFragment]], tx: Tx) -> None:
    """Keep the fragments; the theories they are in, were in, or repeat into, wait.

    Where they name a case in a study that named none, or take the last name away, whatever
    cites that study waits too.
    """
    affected = AffectedTheories(said)
    rows = [fragment_row(received) for received in said]
    touched = await fragments_store.keep_fragments(tx, rows)
    repeated = await fragments_store.repeated_fragments(tx, touched)
    for received in said:
        key = (received.review_id, received.event.fragment.fragment_id)
        if key not in touched:
            continue
        own = {theory_id: {key[1]} for theory_id in touched[key].theories}
        affected.fragments(received.review_id, received.id, own)
        if key in repeated:
            repeats = await fragments_store.theories_of_fragments(tx, key[0], {key[1]})
            affected.fragments(received.review_id, received.id, repeats)
    await _affect_named_cases(tx, affected, said, touched)
    await affected.mark(tx)


async def _affect_named_cases(
    tx: Tx,
    affected: AffectedTheories,
    said: Sequence[Received[AnyFragment]],
    touched: Mapping[tuple[str, str], Touched],
) -> None:
    """Affect what cites studies in which these fragments name the first or last case."""
    for review_id, some in by_review(said):
        kept = {item.event.fragment.fragment_id: item.id for item in some}
        renamed = {
            kept[fragment]: moved.renamed
            for (review, fragment), moved in touched.items()
            if review == review_id and moved.renamed
        }
        every = {document for documents in renamed.values() for document in documents}
        alone = await projections.naming_alone(tx, review_id, every, set(kept))
        beside = {
            name: set().union(*(alone[document] for document in documents if document in alone))
            for name, documents in renamed.items()
        }
        await affect_citing(tx, affected, review_id, {k: v for k, v in beside.items() if v})


async def on_links(said: Sequence[Received[AnyLink]], tx: Tx) -> None:
    """Know which studies are siblings; what cites the linked sets is counted anew."""
    affected = AffectedTheories(said)
    await projections.keep(tx, tables.study_links, [link_row(received) for received in said])
    for review_id, some in by_review(said):
        links = await projections.links_of(tx, review_id)
        documents = {}
        for received in some:
            pair = (received.event.studies[0], received.event.studies[1])
            united = canonical_studies(links | {pair})
            siblings = {study for study, root in united.items() if root == united[pair[0]]}
            documents[received.id] = await projections.documents_of_studies(tx, review_id, siblings)
        await affect_citing(tx, affected, review_id, documents)
    await affected.mark(tx)


async def on_records(said: Sequence[Received[AnyRecord]], tx: Tx) -> None:
    """Know records and their flags; a retraction or its reversal reaches all that cites them."""
    await _keep_records(said, tx)
    await _affect_records(tx, {item.id: item for item in said})


async def _keep_records(said: Sequence[Received[AnyRecord]], tx: Tx) -> None:
    rows = [record_row(item.review_id, *stated) for item in said for stated in record_states(item)]
    await projections.keep(tx, tables.records, rows)


async def on_records_merged(said: Sequence[Received[RecordMerged]], tx: Tx) -> None:
    """The absorbed record is the survivor from now on; nothing is re-keyed."""
    await _keep_aliases(said, tx)


async def on_records_split(said: Sequence[Received[RecordSplit]], tx: Tx) -> None:
    """The restored record is itself again; a merge that arrives late does not undo it."""
    await _keep_aliases(said, tx)


async def _keep_aliases(said: Sequence[Received[RecordMerged | RecordSplit]], tx: Tx) -> None:
    """Keep merges and splits; what cites a record before or after is counted anew."""
    stood: dict[str, Collection[str]] = {}
    for review_id, some in by_review(said):
        aliases = {item.id: alias_of(item).record_id for item in some}
        before = await projections.survivors_of(tx, review_id, aliases.values())
        stood |= {event_id: (before[record_id],) for event_id, record_id in aliases.items()}
    await projections.keep(tx, tables.aliases, [alias_row(item) for item in said])
    await _keep_records(said, tx)
    await _affect_records(tx, {item.id: item for item in said}, stood)


async def on_records_settled(said: Sequence[Received[AnySettlement]], tx: Tx) -> None:
    """Keep the verdict; the record's sources count while it is include at the last stage."""
    await projections.keep(tx, tables.settlements, [settlement_row(received) for received in said])
    await _affect_records(tx, {item.id: item for item in said})


async def _affect_records(
    tx: Tx, said: dict[str, Received[Any]], more: Mapping[str, Collection[str]] = NO_MORE
) -> None:
    """Touch what cites the records of each event, and `more` records by event id."""
    affected = AffectedTheories(list(said.values()))
    for review_id, some in by_review(list(said.values())):
        names = {item.id: _record_ids(item.event) | {*more.get(item.id, ())} for item in some}
        every = {name for ids in names.values() for name in ids}
        known = await projections.documents_by_record(tx, review_id, every)
        documents = {
            event_id: {document for name in ids for document in known.get(name, ())}
            for event_id, ids in names.items()
            if not ids.isdisjoint(known)
        }
        needs_recheck = {item.id for item in some if _needs_recheck(item.event)}
        await affect_citing(tx, affected, review_id, documents, needs_recheck)
    await affected.mark(tx)


def _needs_recheck(event: AnyRecord | AnySettlement) -> bool:
    """A retraction, or its reversal, makes people check what it touches."""
    return isinstance(event, RecordFlagged) and event.flag in ("retraction", "reinstatement")


def _record_ids(event: AnyRecord | AnySettlement) -> set[str]:
    if isinstance(event, AnySettlement):
        return {event.record_id}
    ids = {event.record.record_id}
    if isinstance(event, RecordMerged):
        ids.add(event.absorbed)
    if isinstance(event, RecordSplit):
        ids.add(event.restored.record_id)
    return ids


async def on_appraised(said: Sequence[Received[FragmentAppraised]], tx: Tx) -> None:
    """Keep appraisals for the reports; they weigh nothing."""
    rows = [
        {
            "review_id": received.review_id,
            "appraisal_id": received.event.appraisal_id,
            "subject_version": received.subject_version,
            "fragment_id": received.event.fragment_id,
            "relevance": received.event.relevance,
            "richness": received.event.richness,
            "rigour": received.event.rigour,
            "comment": received.event.comment,
        }
        for received in said
    ]
    await projections.keep(tx, tables.appraisals, rows)


async def on_reports(said: Sequence[Received[AnyReport]], tx: Tx) -> None:
    """Know which reports were sought, and which could not be got and why."""
    rows = [
        {
            "review_id": received.review_id,
            "record_id": received.event.record_id,
            "subject_version": received.subject_version,
            "missing": isinstance(received.event, ReportNotRetrieved),
            "reason": getattr(received.event, "reason", ""),
        }
        for received in said
    ]
    await projections.keep(tx, tables.retrievals, rows)


async def on_criteria(said: Sequence[Received[CriteriaChanged]], tx: Tx) -> None:
    """Know what people call the reasons to exclude of each stage."""
    rows = [
        {
            "review_id": received.review_id,
            "stage": received.event.stage,
            "subject_version": received.subject_version,
            "words": {
                c.criterion_id: reason_words(c.kind, c.text) for c in received.event.criteria
            },
        }
        for received in said
    ]
    await projections.keep(tx, tables.criteria, rows)


async def on_searches(said: Sequence[Received[SearchFinished]], tx: Tx) -> None:
    """Keep what each search found, for versions and the flow."""
    rows = [
        {
            "review_id": received.review_id,
            "run_id": received.event.run_id or received.event.search_id,
            "subject_version": received.subject_version,
            "said": {
                **msgspec.to_builtins(received.event),
                "at": received.time.isoformat(),
            },
        }
        for received in said
    ]
    await projections.keep(tx, tables.search_runs, rows)
