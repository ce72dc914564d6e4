"""What workbench does with every event: feed it, and remember the newest of each thing."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from shared.events import Event, Received, extraction, registered, screening, search, synthesis
from shared.events.kernel import ReplayRequested
from shared.kernel.inbox import Handler
from shared.kernel.tx import Tx
from workbench import tables
from workbench.feed import store as feed_store
from workbench.projections.store import projections

Batch = Sequence[Received[Any]]
Project = Callable[[Batch, Tx], Awaitable[None]]


def handlers() -> dict[type[Event], Handler]:
    """Every published event, to its handler."""
    newest = {cls for cls in registered().values() if cls is not ReplayRequested}
    return {cls: _following(_PROJECTIONS.get(cls)) for cls in newest}


def _following(project: Project | None) -> Handler:
    async def on_events(events: Batch, tx: Tx) -> None:
        await feed_store.append(tx, events)
        if project is not None:
            await project(events, tx)

    return on_events


def _record_row(received: Received[Any], record: search.RecordState) -> dict[str, Any]:
    first = record.routes[0] if record.routes else search.Route(source="by hand", arm="other")
    arms = {route.arm for route in record.routes}
    earliest = min((r.found_at for r in record.routes), default="")
    databases = [r for r in record.routes if r.arm == "database" and r.found_at == earliest]
    origin = databases[0] if databases and len(arms) > 1 else first
    return {
        "review_id": received.review_id,
        "record_id": record.record_id,
        "version": received.subject_version,
        "source_records": max(1, len(record.routes)),
        "arm": origin.arm,
        "source": origin.source,
        "retracted": record.is_retracted(),
        "removed": record.removed,
    }


async def _records(events: Batch, tx: Tx) -> None:
    await projections.keep_newest(
        tx, tables.records, [_record_row(e, e.event.record) for e in events]
    )


async def _merges(events: Batch, tx: Tx) -> None:
    await _records(events, tx)
    for e in events:
        survivor = e.event.record.record_id
        await projections.set_alias(tx, e.review_id, e.event.absorbed, survivor, e.subject_version)


async def _splits(events: Batch, tx: Tx) -> None:
    await _records(events, tx)
    for e in events:
        restored = e.event.restored
        await projections.keep_newest(tx, tables.records, [_record_row(e, restored)])
        await projections.set_alias(tx, e.review_id, restored.record_id, None, e.subject_version)


def _settlement(state: Callable[[Any], str]) -> Project:
    async def project(events: Batch, tx: Tx) -> None:
        rows = [
            {
                "review_id": e.review_id,
                "stage": e.event.stage,
                "record_id": e.event.record_id,
                "version": e.subject_version,
                "state": state(e.event),
                "reason": getattr(e.event, "reason", None),
            }
            for e in events
        ]
        await projections.keep_newest(tx, tables.settlements, rows)

    return project


def _retrieval(state: str) -> Project:
    async def project(events: Batch, tx: Tx) -> None:
        rows = [
            {
                "review_id": e.review_id,
                "record_id": e.event.record_id,
                "version": e.subject_version,
                "state": state,
            }
            for e in events
        ]
        await projections.keep_newest(tx, tables.retrievals, rows)

    return project


async def _documents(events: Batch, tx: Tx) -> None:
    rows = [
        {
            "review_id": e.review_id,
            "document_id": e.event.document.document_id,
            "version": e.subject_version,
            "record_id": e.event.document.record_id,
            "study_id": e.event.document.study_id or e.event.document.document_id,
        }
        for e in events
    ]
    await projections.keep_newest(tx, tables.documents, rows)


def _links(linked: bool) -> Project:
    async def project(events: Batch, tx: Tx) -> None:
        rows = [
            {
                "review_id": e.review_id,
                "link_id": e.event.link_id,
                "version": e.subject_version,
                "a": e.event.studies[0],
                "b": e.event.studies[1],
                "linked": linked,
            }
            for e in events
        ]
        await projections.keep_newest(tx, tables.study_links, rows)

    return project


async def _theories(events: Batch, tx: Tx) -> None:

    rows = [
        {
            "review_id": e.review_id,
            "theory_id": e.event.theory.theory_id,
            "version": e.subject_version,
            "state": msgspec.to_builtins(e.event.theory),
        }
        for e in events
    ]
    await projections.keep_newest(tx, tables.theories, rows)


async def _codebooks(events: Batch, tx: Tx) -> None:
    rows = [
        {
            "review_id": e.review_id,
            "theory_id": e.event.theory_id,
            "version": e.subject_version,
            "labels": {g.group_id: g.label or g.group_id for g in e.event.groups},
        }
        for e in events
    ]
    await projections.keep_newest(tx, tables.groups, rows)


async def _ccmocs(events: Batch, tx: Tx) -> None:
    rows = [
        {
            "review_id": e.review_id,
            "ccmoc_id": e.event.ccmoc_id,
            "version": e.subject_version,
            "theory_id": e.event.theory_id,
            "body": getattr(e.event, "body", {}),
            "revision": e.event.revision,
            "lapsed": isinstance(e.event, synthesis.CcmocLapsed),
            "updated_at": e.time,
        }
        for e in events
    ]
    await projections.keep_newest(tx, tables.ccmocs, rows)


async def _judged(events: Batch, tx: Tx) -> None:
    rows = [
        {
            "review_id": e.review_id,
            "ccmoc_id": e.event.ccmoc_id,
            "version": e.subject_version,
            "state": e.event.state,
            "recheck": e.event.recheck,
        }
        for e in events
    ]
    await projections.keep_newest(tx, tables.ccmoc_states, rows)


_PROJECTIONS: dict[type[Event], Project] = {
    search.RecordAdded: _records,
    search.RecordAmended: _records,
    search.RecordFlagged: _records,
    search.RecordMerged: _merges,
    search.RecordSplit: _splits,
    screening.RecordSettled: _settlement(lambda e: str(e.verdict)),
    screening.ConflictOpened: _settlement(lambda e: "conflict"),
    screening.SettlementReopened: _settlement(lambda e: "reopened"),
    extraction.ReportSought: _retrieval("sought"),
    extraction.ReportNotRetrieved: _retrieval("not_retrieved"),
    extraction.DocumentAdded: _documents,
    extraction.SourceWithdrawn: _documents,
    extraction.SourceErased: _documents,
    extraction.StudyLinked: _links(linked=True),
    extraction.StudyUnlinked: _links(linked=False),
    extraction.CodebookChanged: _codebooks,
    synthesis.TheoryStated: _theories,
    synthesis.TheoryRefined: _theories,
    synthesis.TheoryRetired: _theories,
    synthesis.CcmocConjectured: _ccmocs,
    synthesis.CcmocRevised: _ccmocs,
    synthesis.CcmocLapsed: _ccmocs,
    synthesis.CcmocJudged: _judged,
}
