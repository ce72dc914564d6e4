"""Rows of what other services said: an event as it is stored."""

from typing import Any

import msgspec

from shared.events.base import Received
from shared.events.extraction import (
    DocumentAdded,
    FragmentAmended,
    FragmentCoded,
    FragmentWithdrawn,
    ReportNotRetrieved,
    ReportSought,
    SourceErased,
    SourceWithdrawn,
    StudyLinked,
    StudyUnlinked,
)
from shared.events.screening import ConflictOpened, RecordSettled, SettlementReopened
from shared.events.search import (
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
)
from shared.events.workbench import ReviewAmended, ReviewOpened

AnyReview = ReviewOpened | ReviewAmended
AnyDocument = DocumentAdded | SourceWithdrawn | SourceErased
AnyFragment = FragmentCoded | FragmentAmended | FragmentWithdrawn
AnyLink = StudyLinked | StudyUnlinked
AnyRecord = RecordAdded | RecordAmended | RecordFlagged | RecordMerged | RecordSplit
AnyReport = ReportSought | ReportNotRetrieved
AnySettlement = RecordSettled | ConflictOpened | SettlementReopened
Row = dict[str, Any]


def review_row(received: Received[AnyReview]) -> Row:
    """The review; `last_stage` is the end of the main path."""
    review = received.event.review
    return {
        "review_id": received.review_id,
        "subject_version": received.subject_version,
        "title": review.title,
        "question": review.question,
        "stages": msgspec.to_builtins(review.stages),
        "last_stage": review.last_main_stage(),
        "retired": review.retired,
        "registration": review.registration,
    }


def document_row(received: Received[AnyDocument]) -> Row:
    """A source of evidence."""
    document = received.event.document
    return {
        "review_id": received.review_id,
        "document_id": document.document_id,
        "subject_version": received.subject_version,
        "kind": document.kind,
        "title": document.title,
        "record_id": document.record_id,
        "study_id": document.study_id,
        "case_id": document.case_id,
        "confidential": document.confidential,
        "withdrawn": document.withdrawn,
        "year": document.year,
    }


def fragment_row(received: Received[AnyFragment]) -> Row:
    """A fragment; of a confidential source without its words."""
    fragment = received.event.fragment
    return {
        "review_id": received.review_id,
        "fragment_id": fragment.fragment_id,
        "subject_version": received.subject_version,
        "version": fragment.version,
        "status": fragment.status,
        "duplicate_of": fragment.duplicate_of,
        "theories": list(fragment.theories),
        "elements": msgspec.to_builtins(fragment.elements),
        "sources": msgspec.to_builtins(fragment.sources),
        "document_id": fragment.document_id,
        "quote": "" if fragment.confidential else fragment.quote,
        "paraphrase": "" if fragment.confidential else fragment.paraphrase,
        "locator": fragment.locator,
        "explicitness": fragment.explicitness,
        "statement_level": fragment.statement_level,
        "coder": fragment.coder,
        "coded_at": fragment.coded_at,
        "confidential": fragment.confidential,
    }


def link_row(received: Received[AnyLink]) -> Row:
    """A sibling link, or that it was taken away."""
    one, other = sorted(received.event.studies)
    return {
        "review_id": received.review_id,
        "link_id": received.event.link_id,
        "subject_version": received.subject_version,
        "one": one,
        "other": other,
        "linked": isinstance(received.event, StudyLinked),
    }


def record_row(review_id: str, record: RecordState, version: int) -> Row:
    """A record with its flags."""
    return {
        "review_id": review_id,
        "record_id": record.record_id,
        "subject_version": version,
        "title": record.title,
        "label": record.label,
        "authors": list(record.authors),
        "year": record.year,
        "journal": record.journal,
        "flags": msgspec.to_builtins(record.flags),
        "routes": msgspec.to_builtins(record.routes),
        "retracted": record.is_retracted(),
        "removed": record.removed,
    }


def settlement_row(received: Received[AnySettlement]) -> Row:
    """A verdict, or `conflict`; a reopened settlement has none."""
    event = received.event
    conflict = "conflict" if isinstance(event, ConflictOpened) else None
    return {
        "review_id": received.review_id,
        "record_id": event.record_id,
        "stage": event.stage,
        "subject_version": received.subject_version,
        "verdict": event.verdict if isinstance(event, RecordSettled) else conflict,
        "reason": event.reason if isinstance(event, RecordSettled) else None,
        "automation": isinstance(event, RecordSettled) and event.how == "automation",
    }
