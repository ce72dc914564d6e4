"""What workbench does with every event: feed it, and remember the newest of each thing."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Table

from shared.events import Event, Received, extraction, registered, screening, search, synthesis
from shared.events.kernel import ReplayRequested
from shared.kernel.inbox import Handler
from shared.kernel.tx import Tx
from shared.projections.newest import keep_newest
from shared.projections.records import alias_row, record_states
from shared.review.paths import sightings
from shared.review.prisma import reason_words
from workbench import tables
from workbench.feed import store as feed_store
from workbench.projections.handlers import keep_flow

Batch = Sequence[Received[Any]]
Project = Callable[[Batch, Tx], Awaitable[None]]


def handlers() -> dict[type[Event], Handler]:
    """Every published event, to its handler."""
    newest = {cls for cls in registered().values() if cls is not ReplayRequested}
    return {cls: _feeding(_PROJECTIONS.get(cls)) for cls in newest}


def _feeding(project: Project | None) -> Handler:
    async def on_events(events: Batch, tx: Tx) -> None:
        await feed_store.append(tx, events)
        if project is not None:
            await project(events, tx)

    return on_events


def _counting(
    project: Project,
    table: Table,
    names: Callable[[Any], Collection[str]],
    *,
    merging: bool = False,
) -> Project:
    """A projection that moves records in the flow; `names` are those that an event moves."""

    async def projects(events: Batch, tx: Tx) -> None:
        for review_id in sorted({e.review_id for e in events}):
            some = [e for e in events if e.review_id == review_id]
            moved = {name for e in some for name in names(e.event)}
            change = partial(project, some, tx)
            await keep_flow(tx, review_id, moved, change, table=table, merging=merging)

    return projects


def _record_row(review_id: str, record: search.RecordState, version: int) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "record_id": record.record_id,
        "version": version,
        "sightings": [[s.arm, s.source, s.source_records] for s in sightings(record.routes)],
        "retracted": record.is_retracted(),
        "removed": record.removed,
    }


async def _records(events: Batch, tx: Tx) -> None:
    rows = [_record_row(e.review_id, *stated) for e in events for stated in record_states(e)]
    await keep_newest(tx, tables.records, rows, "version")


async def _aliases(events: Batch, tx: Tx) -> None:
    await _records(events, tx)
    await keep_newest(tx, tables.aliases, [alias_row(e, "version") for e in events], "version")


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
                "automation": getattr(e.event, "how", "") == "automation",
            }
            for e in events
        ]
        await keep_newest(tx, tables.settlements, rows, "version")

    return project


def _retrieval(state: str) -> Project:
    async def project(events: Batch, tx: Tx) -> None:
        rows = [
            {
                "review_id": e.review_id,
                "record_id": e.event.record_id,
                "version": e.subject_version,
                "state": state,
                "reason": getattr(e.event, "reason", None),
            }
            for e in events
        ]
        await keep_newest(tx, tables.retrievals, rows, "version")

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
    await keep_newest(tx, tables.documents, rows, "version")


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
        await keep_newest(tx, tables.study_links, rows, "version")

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
    await keep_newest(tx, tables.theories, rows, "version")


async def _criteria(events: Batch, tx: Tx) -> None:
    rows = [
        {
            "review_id": e.review_id,
            "stage": e.event.stage,
            "version": e.subject_version,
            "words": {c.criterion_id: reason_words(c.kind, c.text) for c in e.event.criteria},
        }
        for e in events
    ]
    await keep_newest(tx, tables.criteria, rows, "version")


async def _codebooks(events: Batch, tx: Tx) -> None:
    rows = [
        {
            "review_id": e.review_id,
            "theory_id": e.event.theory_id,
            "version": e.subject_version,
            "labels": {g.group_id: g.label or g.group_id for g in e.event.groups},
            "undesired": [g.group_id for g in e.event.groups if g.valence == "undesired"],
        }
        for e in events
    ]
    await keep_newest(tx, tables.groups, rows, "version")


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
    await keep_newest(tx, tables.ccmocs, rows, "version")


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
    await keep_newest(tx, tables.ccmoc_states, rows, "version")


def _one(event: Any) -> Collection[str]:
    return (event.record.record_id,)


def _merged(event: search.RecordMerged) -> Collection[str]:
    return event.record.record_id, event.absorbed


def _split(event: search.RecordSplit) -> Collection[str]:
    return event.record.record_id, event.restored.record_id


def _named(event: Any) -> Collection[str]:
    return (event.record_id,)


_PROJECTIONS: dict[type[Event], Project] = {
    search.RecordAdded: _counting(_records, tables.records, _one),
    search.RecordAmended: _counting(_records, tables.records, _one),
    search.RecordFlagged: _counting(_records, tables.records, _one),
    search.RecordMerged: _counting(_aliases, tables.records, _merged, merging=True),
    search.RecordSplit: _counting(_aliases, tables.records, _split, merging=True),
    screening.RecordSettled: _counting(
        _settlement(lambda e: str(e.verdict)), tables.settlements, _named
    ),
    screening.ConflictOpened: _counting(
        _settlement(lambda e: "conflict"), tables.settlements, _named
    ),
    screening.SettlementReopened: _counting(
        _settlement(lambda e: "reopened"), tables.settlements, _named
    ),
    screening.CriteriaChanged: _criteria,
    extraction.ReportSought: _counting(_retrieval("sought"), tables.retrievals, _named),
    extraction.ReportNotRetrieved: _counting(
        _retrieval("not_retrieved"), tables.retrievals, _named
    ),
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
